import { refuse } from '../../aws-error.ts';
import type { Operation } from './state.ts';

const punctuation = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

/** Source: SM-API/API_GetRandomPassword */
export const getRandomPassword: Operation<'GetRandomPassword'> = ({ random }, input) => {
  const length = input.PasswordLength ?? 32;
  const excluded = new Set(input.ExcludeCharacters ?? '');
  const kinds = [
    input.ExcludeLowercase ? '' : 'abcdefghijklmnopqrstuvwxyz',
    input.ExcludeUppercase ? '' : 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
    input.ExcludeNumbers ? '' : '0123456789',
    input.ExcludePunctuation ? '' : punctuation,
    input.IncludeSpace ? ' ' : '',
  ]
    .map((kind) => [...kind].filter((letter) => !excluded.has(letter)))
    .filter((kind) => kind.length > 0);
  const required = (input.RequireEachIncludedType ?? true) ? kinds : [];
  if (kinds.length === 0) {
    refuse('InvalidParameterException', 'The password must contain at least one character type.');
  }
  if (length < Math.max(1, required.length) || length > 4096) {
    refuse(
      'InvalidParameterException',
      `PasswordLength must be between ${Math.max(1, required.length)} and 4096 for the character types that are included.`,
    );
  }
  const oneOf = (letters: readonly string[]) => letters[random.int(letters.length)] ?? '';
  const all = kinds.flat();
  const letters = [...required.map(oneOf), ...Array.from({ length: length - required.length }, () => oneOf(all))];
  // Those that are required stand first so far.
  for (let at = letters.length - 1; at > 0; at--) {
    const other = random.int(at + 1);
    [letters[at], letters[other]] = [letters[other] ?? '', letters[at] ?? ''];
  }
  return { RandomPassword: letters.join('') };
};
