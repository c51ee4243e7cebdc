// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Dockerfiles write their variables so.
import { describe, expect, test } from 'vitest';
import { splitPairs, splitWords, substitute } from './substitute.ts';

const at = { file: 'Dockerfile', line: 3 };
const variables: Readonly<Record<string, string>> = { a: '1', empty: '' };
const expand = (word: string) => substitute(word, (name) => variables[name], '\\', at);

describe('substitution', () => {
  test.each([
    ['$a', '1'],
    ['x${a}y', 'x1y'],
    ['$ab', ''],
    ['\\$a', '$a'],
    ["'$a'", '$a'],
    ['"$a b"', '1 b'],
    ['"\\x\\$"', '\\x$'],
    ['a\\ b', 'a b'],
    ['${b:-d}', 'd'],
    ['${b:-${a}}', '1'],
    ['${empty:-d}', 'd'],
    ['${empty-d}', ''],
    ['${a:+o}', 'o'],
    ['${b:+o}', ''],
    ['${empty+o}', 'o'],
    ['$', '$'],
  ])('%s becomes %j', (word, result) => {
    expect(expand(word)).toBe(result);
  });

  test.each([
    ['${a#x}', 'Dockerfile:3: ${a#x} is not supported: use $x, ${x}, ${x:-default} or ${x:+other}.'],
    ['"a', 'Dockerfile:3: a " has no end in: "a'],
    ['${a', 'Dockerfile:3: "${" has no "}" in: ${a'],
    ['${b:?why}', 'Dockerfile:3: b is not set: why'],
  ])('%s is refused', (word, message) => {
    expect(() => expand(word)).toThrow(message);
  });

  test('words are split outside quotes, and keep them', () => {
    expect(splitWords(' a "b c" d\\ e ', '\\')).toEqual(['a', '"b c"', 'd\\ e']);
  });

  test('pairs come in two forms', () => {
    expect(splitPairs('a=1 b="2 3"', '\\', at)).toEqual([
      ['a', '1'],
      ['b', '"2 3"'],
    ]);
    expect(splitPairs('a  1 2', '\\', at)).toEqual([['a', '1 2']]);
    expect(() => splitPairs('a', '\\', at)).toThrow('Dockerfile:3: "a" has no value: write a=value.');
  });
});
