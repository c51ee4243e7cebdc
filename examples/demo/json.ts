/** A member of a value that came from outside; undefined where there is none. */
export function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

/** A text at the end of a path of members, or an error that names the path. */
export function textAt(value: unknown, ...path: readonly string[]): string {
  const found = path.reduce(member, value);
  if (typeof found !== 'string')
    throw new Error(`expected a text at ${path.join('.')}, found ${JSON.stringify(found)}`);
  return found;
}

export function numberAt(value: unknown, ...path: readonly string[]): number {
  const found = path.reduce(member, value);
  if (typeof found !== 'number')
    throw new Error(`expected a number at ${path.join('.')}, found ${JSON.stringify(found)}`);
  return found;
}

export function listAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = path.reduce(member, value);
  if (!Array.isArray(found)) throw new Error(`expected a list at ${path.join('.')}, found ${JSON.stringify(found)}`);
  return found;
}
