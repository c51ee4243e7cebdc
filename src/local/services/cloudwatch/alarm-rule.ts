import type { StateValue } from '@aws-sdk/client-cloudwatch';

/** A composite alarm's rule, read. */
export type AlarmRule =
  | { readonly kind: 'constant'; readonly value: boolean }
  | { readonly kind: 'state'; readonly state: StateValue; readonly alarm: string }
  | { readonly kind: 'not'; readonly of: AlarmRule }
  | { readonly kind: 'and' | 'or'; readonly left: AlarmRule; readonly right: AlarmRule };

/** What is wrong with a rule, and where. */
export class RuleError extends Error {
  override readonly name = 'RuleError';
}

const pattern = /\s*(?:(?<sign>[()])|"(?<quoted>(?:[^"\\]|\\.)*)"|(?<word>[^\s()"]+))/y;

/**
 * `ALARM("a") AND (NOT OK(b) OR TRUE)`. An alarm is named by its name or its ARN. NOT binds before AND, and AND before
 * OR. Source: CW-API/API_PutCompositeAlarm, `AlarmRule`.
 * @throws RuleError
 */
export function parseAlarmRule(text: string): AlarmRule {
  const tokens = tokensOf(text);
  let at = 0;
  const takes = (text: string): boolean => {
    const token = tokens[at];
    if (token?.quoted || token?.text.toUpperCase() !== text) return false;
    at++;
    return true;
  };
  const expect = (text: string): void => {
    if (!takes(text)) throw new RuleError(`'${text}' expected at column ${tokens[at]?.column ?? 'end'}`);
  };
  const either = (): AlarmRule => {
    let left = both();
    while (takes('OR')) left = { kind: 'or', left, right: both() };
    return left;
  };
  const both = (): AlarmRule => {
    let left = negated();
    while (takes('AND')) left = { kind: 'and', left, right: negated() };
    return left;
  };
  const negated = (): AlarmRule => (takes('NOT') ? { kind: 'not', of: negated() } : simple());
  const simple = (): AlarmRule => {
    if (takes('(')) {
      const inner = either();
      expect(')');
      return inner;
    }
    if (takes('TRUE')) return { kind: 'constant', value: true };
    if (takes('FALSE')) return { kind: 'constant', value: false };
    const state = (['ALARM', 'OK', 'INSUFFICIENT_DATA'] as const).find((word) => takes(word));
    const token = tokens[at];
    if (!state)
      throw new RuleError(`unexpected ${token ? `'${token.text}' at column ${token.column}` : 'end of rule'}`);
    expect('(');
    const alarm = tokens[at];
    if (!alarm) throw new RuleError('unexpected end of rule');
    at++;
    expect(')');
    return { kind: 'state', state, alarm: /:alarm:(.+)$/.exec(alarm.text)?.[1] ?? alarm.text };
  };
  const rule = either();
  const rest = tokens[at];
  if (rest) throw new RuleError(`unexpected '${rest.text}' at column ${rest.column}`);
  return rule;
}

/** The names of the alarms in a rule, in their order there. */
export function alarmsIn(rule: AlarmRule): readonly string[] {
  switch (rule.kind) {
    case 'constant':
      return [];
    case 'state':
      return [rule.alarm];
    case 'not':
      return alarmsIn(rule.of);
    case 'and':
    case 'or':
      return [...new Set([...alarmsIn(rule.left), ...alarmsIn(rule.right)])];
  }
}

/** `stateOf` answers undefined for an alarm that is not there: none of its states holds. */
export function holds(rule: AlarmRule, stateOf: (alarm: string) => StateValue | undefined): boolean {
  switch (rule.kind) {
    case 'constant':
      return rule.value;
    case 'state':
      return stateOf(rule.alarm) === rule.state;
    case 'not':
      return !holds(rule.of, stateOf);
    case 'and':
      return holds(rule.left, stateOf) && holds(rule.right, stateOf);
    case 'or':
      return holds(rule.left, stateOf) || holds(rule.right, stateOf);
  }
}

interface Token {
  readonly text: string;
  readonly quoted: boolean;
  readonly column: number;
}

function tokensOf(text: string): readonly Token[] {
  const found: Token[] = [];
  const end = text.trimEnd().length;
  pattern.lastIndex = 0;
  while (pattern.lastIndex < end) {
    const column = pattern.lastIndex + 1;
    const groups = pattern.exec(text)?.groups;
    if (!groups) throw new RuleError(`unexpected '"' at column ${column}`);
    const { sign, quoted, word } = groups;
    if (quoted !== undefined) found.push({ text: quoted.replace(/\\(.)/g, '$1'), quoted: true, column });
    else found.push({ text: sign ?? word ?? '', quoted: false, column });
  }
  return found;
}
