import { describe, expect, test } from 'vitest';
import { parseDockerignore } from './dockerignore.ts';

/** Rules, then paths that are left out, then paths that are not: moby/patternmatcher's documented behaviour. */
const table: readonly [string, readonly string[], readonly string[]][] = [
  ['node_modules', ['node_modules', 'node_modules/a/b'], ['src/node_modules', 'node_modules2']],
  ['**/node_modules', ['node_modules/x', 'a/b/node_modules/x'], ['a/node_modulesx']],
  ['*.log', ['a.log'], ['a/b.log', 'a.logs']],
  ['**/*.log', ['a.log', 'a/b.log'], ['alog']],
  ['*/temp*', ['a/temp', 'a/temporary.txt'], ['temp', 'a/b/temp']],
  ['temp?', ['tempa'], ['temp', 'temp/a']],
  ['/dist/', ['dist', 'dist/x'], ['a/dist']],
  ['./dist', ['dist/x'], []],
  ['[a-c].txt', ['b.txt'], ['d.txt']],
  ['a\\*b', ['a*b'], ['axb']],
  ['docs/**', ['docs/a', 'docs/a/b'], ['doc']],
  ['**', ['a', 'a/b'], []],
  ['*.md\n!README.md', ['a.md'], ['README.md']],
  ['*.md\n!README*.md\nREADME-secret.md', ['README-secret.md', 'x.md'], ['README-1.md']],
  ['*\n!src', ['a', 'b/c'], ['src', 'src/a']],
  ['dist\n!dist/keep', ['dist/x'], ['dist/keep', 'dist/keep/y']],
  ['# *\n  \n a ', ['a'], ['b', '# *']],
];

describe('.dockerignore', () => {
  test.each(table)('%j', (text, out, kept) => {
    const ignore = parseDockerignore(text);
    for (const path of out) expect([path, ignore.ruleFor(path) !== undefined]).toEqual([path, true]);
    for (const path of kept) expect([path, ignore.ruleFor(path) !== undefined]).toEqual([path, false]);
  });

  test('tells which line left a path out', () => {
    expect(parseDockerignore('# x\na\n\nb').ruleFor('b/c')).toMatchObject({ line: 4, text: 'b' });
  });
});
