import type { Identity } from './plan.ts';
import type { ProbeAnswer } from './ports.ts';

/** The revision that an answer names, or undefined where it names none. */
export function identify(identity: Identity, answer: ProbeAnswer): string | undefined {
  if (answer.kind === 'failed') return undefined;
  if (identity.kind === 'header') return answer.headers[identity.header.toLowerCase()];
  return valueAt(identity.json, answer.body);
}

/** `$.a.b[0]` in a JSON text; undefined where it is absent, no scalar, or the text no JSON. */
function valueAt(path: string, body: string): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return undefined;
  }
  for (const key of path.match(/[^.[\]$]+/g) ?? []) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Reflect.get(value, key);
  }
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}
