import { describe, expect, test } from 'vitest';
import { parseFilterPattern } from './filter-pattern.ts';

const line = '[ERROR] 42 request failed: "no route" /items';
const json =
  '{"level":"error","code":503,"user":{"name":"Ann Lee","roles":["admin","ops"]},"ok":false,"note":null,"a-b":1}';

describe('a pattern of terms', () => {
  test.each([
    '',
    ' ',
    'ERROR',
    'ERROR failed',
    '"request failed"',
    '"\\"no route\\""',
    '?WARN ?ERROR',
    'ERROR -WARN',
    '-"all well"',
    'ERROR ?WARN',
    '"/items"',
  ])('%j matches', (pattern) => {
    expect(parseFilterPattern(pattern)(line)).toBe(true);
  });

  test.each(['error', 'ERROR WARN', '"failed request"', '?WARN ?INFO', 'ERROR -failed', '-42'])(
    '%j does not match',
    (pattern) => {
      expect(parseFilterPattern(pattern)(line)).toBe(false);
    },
  );
});

describe('a pattern for JSON', () => {
  test.each([
    '{ $.level = "error" }',
    '{$.level=error}',
    '{ $.level = "err*" }',
    '{ $.level != "info" }',
    '{ $.code = 503 }',
    '{ $.code >= 500 && $.code < 600 }',
    '{ ($.level = "info") || ($.code > 502 && $.user.name = "Ann Lee") }',
    '{ $.user.roles[1] = "ops" }',
    "{ $['a-b'] = 1 }",
    '{ $.absent NOT EXISTS }',
    '{ $.user.name EXISTS }',
    '{ $.ok IS FALSE }',
    '{ $.note IS NULL }',
  ])('%s matches', (pattern) => {
    expect(parseFilterPattern(pattern)(json)).toBe(true);
  });

  test.each([
    '{ $.level = "Error" }',
    '{ $.code = "5*" }',
    '{ $.absent = "x" }',
    '{ $.absent != "x" }',
    '{ $.code < 500 || $.ok IS TRUE }',
    '{ $.toString EXISTS }',
  ])('%s does not match', (pattern) => {
    expect(parseFilterPattern(pattern)(json)).toBe(false);
  });

  test('matches nothing that is no JSON object', () => {
    const matches = parseFilterPattern('{ $.level NOT EXISTS }');
    expect([matches('plain'), matches('{broken'), matches('[]')]).toEqual([false, false, false]);
  });
});

test.each([
  ['a-b', "Invalid character(s) in term 'a-b'"],
  ['"open', 'Invalid filter pattern'],
  ['{ $.a = }', 'Invalid filter pattern'],
  ['{ level = 1 }', 'Invalid filter pattern'],
  ['{ $.a < "x" }', 'Invalid filter pattern'],
  ['{ $.a = 1', 'Invalid filter pattern'],
  ['[a, b]', 'The local runtime does not support space-delimited filter patterns'],
  ['%E.*R%', 'The local runtime does not support regular expressions in filter patterns'],
])('%j is refused', (pattern, message) => {
  expect(() => parseFilterPattern(pattern)).toThrow(message);
});
