import { invalid } from '../validation.ts';
import { parseDelimitedPattern } from './delimited-pattern.ts';
import { parseJsonPattern } from './json-pattern.ts';
import { createReader } from './pattern-reader.ts';
import { readRegex, refuseManyRegexes } from './regex.ts';

/**
 * A filter pattern as a test of messages: terms, quoted phrases, `%expressions%`, `?any` and `-none`; `{ $.field = … }`
 * for JSON, `[field, …]` for parts that spaces divide. Terms are case-sensitive. Source: CWL/FilterAndPatternSyntax
 * @throws AwsError InvalidParameterException
 */
export function parseFilterPattern(pattern: string): (message: string) => boolean {
  const text = pattern.trim();
  if (text === '') return () => true;
  refuseManyRegexes(text);
  if (text.startsWith('{')) return parseJsonPattern(text);
  if (text.startsWith('[')) return parseDelimitedPattern(text);
  return parseTerms(text);
}

const term = /\s*([?-]?)(?:"((?:[^"\\]|\\.)*)"|(%(?:[^%\\]|\\.)+%)|([^\s"]+))(?=\s|$)/y;

type Test = (message: string) => boolean;

function parseTerms(text: string): (message: string) => boolean {
  const all: Test[] = [];
  const any: Test[] = [];
  const none: Test[] = [];
  term.lastIndex = 0;
  for (let at = 0; at < text.length; at = term.lastIndex) {
    const [, mark, quoted, expression, bare] = term.exec(text) ?? invalid('Invalid filter pattern');
    if (bare !== undefined && !/^[\p{L}\p{N}_]+$/u.test(bare)) invalid(`Invalid character(s) in term '${bare}'`);
    const regex = expression === undefined ? undefined : readRegex(createReader(expression));
    const wanted = bare ?? (quoted ?? '').replace(/\\(.)/g, '$1');
    const test: Test = regex ? (message) => regex.test(message) : (message) => message.includes(wanted);
    (mark === '?' ? any : mark === '-' ? none : all).push(test);
  }
  // Beside terms that must occur, AWS ignores those that may.
  const alternatives = all.length > 0 ? [] : any;
  return (message) =>
    all.every((test) => test(message)) &&
    !none.some((test) => test(message)) &&
    (alternatives.length === 0 || alternatives.some((test) => test(message)));
}
