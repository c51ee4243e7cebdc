import { describe, expect, test } from 'vitest';
import { parseDockerfile } from './dockerfile.ts';

const parse = (text: string) => parseDockerfile(text, 'Dockerfile').instructions;

describe('a Dockerfile', () => {
  test('is split into instructions with the line each begins at', () => {
    const found = parse(
      '# a comment\n\nfrom node:22 AS build\n  run a && \\\n    # inside\n\n    b\nCMD ["node", "x"]',
    );
    expect(found.map(({ name, line, text }) => [name, line, text])).toEqual([
      ['FROM', 3, 'node:22 AS build'],
      ['RUN', 4, 'a &&     b'],
      ['CMD', 8, '["node", "x"]'],
    ]);
  });

  test('has flags before the words of COPY, and lists in JSON', () => {
    const [copy] = parse('COPY --from=build --chown=1:1 ["a b", "/c"]');
    expect(copy).toMatchObject({
      flags: [
        { name: 'from', value: 'build' },
        { name: 'chown', value: '1:1' },
      ],
      list: ['a b', '/c'],
    });
  });

  test('may name another escape, so that a backslash is an ordinary character', () => {
    const [copy, cmd] = parse('# escape=`\nCOPY a `\n  b\\\nCMD x');
    expect(copy?.text).toBe('a   b\\');
    expect(cmd?.name).toBe('CMD');
  });

  test('takes what is no list of strings for the shell form', () => {
    expect(parse("CMD ['node', 'x']")[0]?.list).toBeUndefined();
    expect(parse('CMD [1]')[0]?.list).toBeUndefined();
  });

  test('skips the bodies of here-documents', () => {
    const found = parse('RUN <<EOF sh\nFROM nothing\nEOF\nCOPY <<-"A" <<B /x/\n1\n\tA\n2\nB\nCMD x');
    expect(found.map(({ name, heredoc }) => [name, heredoc])).toEqual([
      ['RUN', true],
      ['COPY', true],
      ['CMD', false],
    ]);
  });

  test.each([
    ['', 'Dockerfile has no instructions: begin with FROM.'],
    ['FROM a\n--flag b', 'Dockerfile:2: "--flag" is no instruction. Is the line before it missing a "\\"?'],
    ['RUN <<EOF\nx', 'Dockerfile:1: the here-document <<EOF has no end.'],
  ])('%j is refused', (text, message) => {
    expect(() => parse(text)).toThrow(message);
  });
});
