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

// The pattern and the line of CWL/FilterAndPatternSyntax, "Match terms in space-delimited log events".
describe('a pattern for parts that spaces divide', () => {
  const access = '127.0.0.1 Prod frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534';

  test.each([
    '[ip, user, username, timestamp, request, status_code, bytes]',
    '[ip, user, username, timestamp, request =*.html*, status_code = 4*, bytes]',
    '[ip, user, username, timestamp, request, status_code = 4*, bytes > 1000]',
    '[..., status_code = 404, bytes]',
    '[ip, ..., bytes >= 1534]',
    '[...]',
    '[ip = %127\\.0\\.0\\.[1-9]%, ...]',
    '[ip, user, username = "frank" || username = "ann", ...]',
    '[ip, user, username != "ann" && username != "bob", ...]',
    '[ip, user, (username = ann || username = fr*) && username != bob, ...]',
    '[ip, user, username, timestamp = "10/Oct/2000*", ...]',
  ])('%s matches', (pattern) => {
    expect(parseFilterPattern(pattern)(access)).toBe(true);
  });

  test.each([
    '[ip, user, username]',
    '[a, b, c, d, e, f, g, h]',
    '[a, b, c, d, e, ..., f, g, h]',
    '[..., status_code = 4*, bytes < 1000]',
    '[ip, user, username = Frank, ...]',
    '[ip, user > 3, ...]',
    '[ip != 127*, ...]',
    '[ip = %^10\\.%, ...]',
  ])('%s does not match', (pattern) => {
    expect(parseFilterPattern(pattern)(access)).toBe(false);
  });
});

// CWL/FilterAndPatternSyntax, "Using regular expressions".
describe('a regular expression', () => {
  test.each([
    ['%\\[ERROR\\] [0-9]{2}%', line],
    ['%^.ERR%', line],
    ['%items$% -WARN', line],
    ['?%WARN% ?%failed|passed%', line],
    ['%\\x45RROR%', line],
    ['{ $.user.name = %^Ann\\sL% }', json],
    ['{ $.code = %^5\\d\\d$% }', json],
    ['{ $.level != %warn|info% }', json],
  ])('%s matches', (pattern, message) => {
    expect(parseFilterPattern(pattern)(message)).toBe(true);
  });

  test.each([
    ['%error%', line],
    ['%^ERROR%', line],
    ['-%E.+R%', line],
    ['{ $.user.name = %^Lee% }', json],
    ['{ $.absent != %x% }', json],
  ])('%s does not match', (pattern, message) => {
    expect(parseFilterPattern(pattern)(message)).toBe(false);
  });
});

test.each([
  ['a-b', "Invalid character(s) in term 'a-b'"],
  ['"open', 'Invalid filter pattern'],
  ['{ $.a = }', 'Invalid filter pattern'],
  ['{ level = 1 }', 'Invalid filter pattern'],
  ['{ $.a < "x" }', 'Invalid filter pattern'],
  ['{ $.a = 1', 'Invalid filter pattern'],
  ['[a, b', 'Invalid filter pattern'],
  ['[a, ..., b, ...]', 'Invalid filter pattern'],
  ['[a = ]', 'Invalid filter pattern'],
  ['[a < x]', 'Invalid filter pattern'],
  ['[404, b]', 'Invalid filter pattern'],
  ['%(?=E)%', 'Invalid filter pattern'],
  ['%(E)\\1%', 'Invalid filter pattern'],
  ['%(E%', 'Invalid filter pattern'],
  ['%a% %b% %c%', 'Invalid filter pattern'],
  ['{ $.a > %b% }', 'Invalid filter pattern'],
])('%j is refused', (pattern, message) => {
  expect(() => parseFilterPattern(pattern)).toThrow(message);
});
