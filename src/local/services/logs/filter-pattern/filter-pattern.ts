import { invalid } from '../validation.ts';
import { parseJsonPattern } from './json-pattern.ts';

/**
 * A filter pattern as a test of messages: terms, quoted phrases, `?any` and `-none`, or `{ $.field = … }` for JSON.
 * Terms are case-sensitive. Space-delimited (`[…]`) and regular-expression (`%…%`) patterns are refused: the runtime
 * does not imitate them. Source: CWL/FilterAndPatternSyntax
 * @throws AwsError InvalidParameterException
 */
export function parseFilterPattern(pattern: string): (message: string) => boolean {
  const text = pattern.trim();
  if (text === '') return () => true;
  if (text.startsWith('{')) return parseJsonPattern(text);
  if (text.startsWith('[')) invalid('The local runtime does not support space-delimited filter patterns');
  if (text.includes('%')) invalid('The local runtime does not support regular expressions in filter patterns');
  return parseTerms(text);
}

const term = /\s*([?-]?)(?:"((?:[^"\\]|\\.)*)"|([^\s"]+))(?=\s|$)/y;

function parseTerms(text: string): (message: string) => boolean {
  const all: string[] = [];
  const any: string[] = [];
  const none: string[] = [];
  term.lastIndex = 0;
  for (let at = 0; at < text.length; at = term.lastIndex) {
    const [, mark, quoted, bare] = term.exec(text) ?? invalid('Invalid filter pattern');
    if (bare !== undefined && !/^[\p{L}\p{N}_]+$/u.test(bare)) invalid(`Invalid character(s) in term '${bare}'`);
    const wanted = bare ?? (quoted ?? '').replace(/\\(.)/g, '$1');
    (mark === '?' ? any : mark === '-' ? none : all).push(wanted);
  }
  // Beside terms that must occur, AWS ignores those that may.
  const alternatives = all.length > 0 ? [] : any;
  return (message) =>
    all.every((wanted) => message.includes(wanted)) &&
    !none.some((unwanted) => message.includes(unwanted)) &&
    (alternatives.length === 0 || alternatives.some((wanted) => message.includes(wanted)));
}
