import { readFileSync } from 'node:fs';

/**
 * What this build of the application is: baked into the image as `release.json`, so that two versions are two images.
 * All but `normal` are there to show what a blue/green deployment does with a bad version.
 */
export interface Release {
  readonly version: string;
  readonly behaviour: Behaviour;
}

export type Behaviour =
  | { readonly kind: 'normal' }
  /** Every answer takes this much longer. */
  | { readonly kind: 'slow'; readonly delayMs: number }
  /** Ends at start with exit code 1 and this last line in its log. */
  | { readonly kind: 'crashing'; readonly message: string }
  /** Answers 500 to whatever comes above this rate, whoever asks. The rate is one task's. */
  | { readonly kind: 'failing'; readonly aboveRequestsPerSecond: number };

/** Reads and checks a release file; throws where it is none. */
export function readRelease(file: URL | string): Release {
  const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
  const version = member(value, 'version');
  const behaviour = member(value, 'behaviour');
  if (typeof version !== 'string' || version === '') throw new Error(`${file}: "version" must be a text`);
  return { version, behaviour: behaviourFrom(behaviour, String(file)) };
}

function behaviourFrom(value: unknown, file: string): Behaviour {
  const kind = member(value, 'kind');
  switch (kind) {
    case 'normal':
      return { kind };
    case 'slow':
      return { kind, delayMs: numberMember(value, 'delayMs', file) };
    case 'crashing':
      return { kind, message: String(member(value, 'message')) };
    case 'failing':
      return { kind, aboveRequestsPerSecond: numberMember(value, 'aboveRequestsPerSecond', file) };
    default:
      throw new Error(`${file}: behaviour.kind must be normal, slow, crashing or failing`);
  }
}

function numberMember(value: unknown, name: string, file: string): number {
  const found = member(value, name);
  if (typeof found !== 'number' || !(found >= 0)) throw new Error(`${file}: behaviour.${name} must be a number from 0`);
  return found;
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
