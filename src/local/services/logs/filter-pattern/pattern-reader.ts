import { invalid } from '../validation.ts';

/** Reads a pattern from left to right; spaces between its parts mean nothing. */
export interface Reader {
  take(text: string): boolean;
  expect(text: string): void;
  /** What the pattern matches here, or undefined. */
  read(pattern: RegExp): string | undefined;
  atEnd(): boolean;
}

/** @throws AwsError InvalidParameterException, what `expect` does not find. */
export function createReader(text: string): Reader {
  let at = 0;
  const skip = (): void => {
    while (/\s/.test(text[at] ?? '')) at++;
  };
  const take = (wanted: string): boolean => {
    skip();
    const found = text.startsWith(wanted, at);
    if (found) at += wanted.length;
    return found;
  };
  return {
    take,
    expect(wanted) {
      if (!take(wanted)) fail();
    },
    read(pattern) {
      skip();
      const sticky = new RegExp(pattern.source, 'y');
      sticky.lastIndex = at;
      const found = sticky.exec(text)?.[0];
      if (found !== undefined) at += found.length;
      return found;
    },
    atEnd() {
      skip();
      return at === text.length;
    },
  };
}

export const fail = (): never => invalid('Invalid filter pattern');
