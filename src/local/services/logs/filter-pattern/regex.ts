import { fail, type Reader } from './pattern-reader.ts';

/**
 * `%…%`, if one comes next. AWS knows less than JavaScript: no look-around, no back references, ASCII alone.
 * Source: CWL/FilterAndPatternSyntax, "Supported regular expressions syntax"
 * @throws AwsError InvalidParameterException
 */
export function readRegex(reader: Reader): RegExp | undefined {
  const found = reader.read(/%(?:[^%\\]|\\.)+%/);
  return found === undefined ? undefined : parseRegex(found.slice(1, -1));
}

/** @throws AwsError InvalidParameterException */
function parseRegex(source: string): RegExp {
  if (!allowed.test(source) || /\(\?/.test(source)) fail();
  try {
    return new RegExp(source);
  } catch {
    return fail();
  }
}

/** Letters, digits and the listed symbols; of escapes `\d \D \s \S \w \W`, `\xhh`, and any symbol. */
const allowed = /^(?:[A-Za-z0-9 :_#=@'",;/!~&<>`^$?*+{}.|[\]()-]|\\(?:[dDsSwW]|x[0-9A-Fa-f]{2}|[^A-Za-z0-9]))*$/;

/** One pattern holds so many of them (CWL/FilterAndPatternSyntax). */
const most = 2;

/** @throws AwsError InvalidParameterException where a pattern holds too many. */
export function refuseManyRegexes(pattern: string): void {
  const quotes = pattern.replace(/"(?:[^"\\]|\\.)*"/g, '');
  if ((quotes.match(/%(?:[^%\\]|\\.)+%/g) ?? []).length > most) fail();
}
