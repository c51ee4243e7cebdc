/** Headers that are about one connection, not about what is sent. `Expect` has been answered by then. */
const ofOneConnection: ReadonlySet<string> = new Set([
  'connection',
  'expect',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'upgrade',
]);

/** Raw headers (name, value, name, value, …) without those of the connection; order, case and repetition stay. */
export function endToEnd(raw: readonly string[]): string[] {
  const named = connectionNames(raw);
  return raw.filter((_, index) => {
    const name = (raw[index - (index % 2)] ?? '').toLowerCase();
    return !ofOneConnection.has(name) && !named.has(name);
  });
}

/** Those that a `Connection` header names. */
function connectionNames(raw: readonly string[]): ReadonlySet<string> {
  return new Set(
    raw.flatMap((name, index) =>
      index % 2 === 0 && name.toLowerCase() === 'connection'
        ? (raw[index + 1] ?? '').split(',').map((each) => each.trim().toLowerCase())
        : [],
    ),
  );
}
