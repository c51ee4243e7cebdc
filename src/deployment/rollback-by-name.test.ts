import { describe, expect, test } from 'vitest';
import { err, ok } from '../base/index.ts';
import type { CallError } from './ports.ts';
import { type FoundRule, type FoundTraffic, type NamedTraffic, rollBackByName } from './rollback-by-name.ts';
import type { Weights } from './weights.ts';

const signal = new AbortController().signal;
const own = { 'teal:environment': 'live', 'teal:service': 'web' };
const wanted = {
  environment: 'live',
  service: 'web',
  account: '123456789012',
  names: { blue: 'web-blue', green: 'web-green' },
  to: 'blue',
} as const;
const group = (color: 'blue' | 'green', fields: object = {}) => ({
  arn: `group/${color}`,
  account: wanted.account,
  tags: { ...own, 'teal:color': color },
  healthy: 2,
  ...fields,
});
const rule = (fields: Partial<FoundRule> = {}): FoundRule => ({
  kind: 'rule',
  arn: 'rule/production',
  tags: own,
  isTest: false,
  blue: 0,
  green: 100,
  ...fields,
});

async function rollingBack(found: Partial<FoundTraffic>, failure?: CallError, failing?: string) {
  const written: { rule: string; to: Weights }[] = [];
  const traffic: NamedTraffic = {
    find: async () =>
      ok({
        groups: { blue: group('blue'), green: group('green') },
        rules: [rule({ arn: 'rule/test', isTest: true }), rule()],
        ...found,
      }),
    async write(arn, to) {
      if (failure && (failing ?? arn) === arn) return err(failure);
      written.push({ rule: arn, to });
      return ok(undefined);
    },
  };
  return { done: await rollBackByName(wanted, traffic, signal), written };
}

describe('a rollback by names', () => {
  test('writes the production rule once, and tells what was there and what it rests on', async () => {
    const { done, written } = await rollingBack({});
    expect(done).toEqual({
      ok: true,
      value: {
        places: [{ arn: 'rule/production', before: { blue: 0, green: 100 } }],
        weights: { blue: 100, green: 0 },
        healthy: 2,
      },
    });
    expect(written).toEqual([{ rule: 'rule/production', to: { blue: 100, green: 0 } }]);
  });

  test.each([
    ['group-missing', { groups: { blue: group('blue'), green: undefined } }],
    ['not-confirmed', { groups: { blue: group('blue', { account: '999999999999' }), green: group('green') } }],
    ['not-confirmed', { groups: { blue: group('blue', { tags: {} }), green: group('green') } }],
    ['not-confirmed', { groups: { blue: group('green'), green: group('blue') } }],
    ['not-confirmed', { rules: [rule({ tags: { ...own, 'teal:service': 'other' } })] }],
    ['no-rule', { rules: [rule({ isTest: true })] }],
    ['no-rule', { rules: [rule({ blue: undefined })] }],
    ['nothing-to-return-to', { groups: { blue: group('blue', { healthy: 0 }), green: group('green') } }],
  ] as const)('writes nothing: %s', async (kind, found) => {
    const { done, written } = await rollingBack(found);
    expect(done).toMatchObject({ ok: false, error: { kind } });
    expect(written).toEqual([]);
  });

  test('writes every place of several, rules and default actions alike', async () => {
    const places = [rule(), rule({ arn: 'rule/second' }), rule({ kind: 'listener', arn: 'listener/443', tags: {} })];
    const { done, written } = await rollingBack({ rules: [rule({ arn: 'rule/test', isTest: true }), ...places] });
    expect(done).toMatchObject({ ok: true });
    expect(written.map((one) => one.rule)).toEqual(['rule/production', 'rule/second', 'listener/443']);
  });

  test('goes on past a place that fails, and says that not all were written', async () => {
    const failure = { kind: 'refused', code: 'AccessDenied', message: 'no' } as const;
    const rules = [rule(), rule({ arn: 'rule/second' })];
    const { done, written } = await rollingBack({ rules }, failure, 'rule/production');
    expect(done).toEqual({ ok: false, error: { kind: 'partly', written: 1, places: 2, error: failure } });
    expect(written).toEqual([{ rule: 'rule/second', to: { blue: 100, green: 0 } }]);
  });

  test('tells that there was no answer: it may have happened', async () => {
    const { done } = await rollingBack({}, { kind: 'unknown', cause: 'no answer within 4.5 s' });
    expect(done).toMatchObject({ ok: false, error: { kind: 'call', error: { kind: 'unknown' } } });
  });
});
