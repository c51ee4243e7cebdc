import { describe, expect, test } from 'vitest';
import { services } from '../src/local/index.ts';
import {
  clientName,
  exitCodeOf,
  type ListedCase,
  lackingCases,
  levelOf,
  motoDifferences,
  reasonOf,
  recordedServices,
  recordOf,
} from './conformance/suite.ts';

const registered = services.map(({ name, operations }) => ({
  service: clientName(name),
  operations: Object.keys(operations).sort(),
}));

test.each(registered)(
  'the record of $service covers exactly the operations that it has (npm run conformance)',
  (of) => {
    expect(Object.keys(recordOf(of.service) ?? {})).toEqual(of.operations);
  },
);

test('there is no record of a service that the runtime does not have', () => {
  expect([...recordedServices()].sort()).toEqual(registered.map(({ service }) => service).sort());
});

test.each(registered)('every operation of $service stands in its record at the level that it is listed at', (of) => {
  for (const [operation, { level }] of Object.entries(recordOf(of.service) ?? {})) {
    expect([operation, level]).toEqual([operation, levelOf(of.service, operation)]);
  }
});

describe('a run', () => {
  const aCase = (operation: string, shows: ListedCase['shows'] = 'success', error: string | null = null) => ({
    id: operation,
    operations: [operation],
    shows,
    error,
    page: 'SQS-API',
    file: 'sqs.py',
  });
  const unknown = aCase('sqs:NoSuchOperation', 'unknown-operation');
  const operation = { errors: ['QueueNotFound', 'TooBusy'], paged: false, asked: true };
  const models = { sqs: { SendMessage: operation, ReceiveMessage: operation } };
  const registered = new Map([['sqs', ['SendMessage', 'ReceiveMessage']]]);
  const enough = registered
    .get('sqs')
    ?.flatMap((name) => [aCase(`sqs:${name}`), aCase(`sqs:${name}`, 'error', 'QueueNotFound')]);

  test('fails when the runtime answers an operation that no case judges', () => {
    const cases = [unknown, ...(enough ?? []).filter(({ id }) => id !== 'sqs:ReceiveMessage')];
    const lacking = lackingCases(registered, cases, models);
    expect(lacking).toEqual(['sqs:ReceiveMessage (B): success, QueueNotFound']);
    expect(exitCodeOf({ failed: [], complaints: [], stale: [], lacking })).toBe(1);
  });

  test('fails when a service has no case of an operation that does not exist', () => {
    expect(lackingCases(registered, enough ?? [], models)).toEqual(['sqs: an operation that does not exist']);
  });

  test('passes when every operation is judged, and nothing failed', () => {
    const lacking = lackingCases(registered, [unknown, ...(enough ?? [])], models);
    expect(lacking).toEqual([]);
    expect(exitCodeOf({ failed: [], complaints: [], stale: [], lacking })).toBe(0);
  });

  test.each(['failed', 'complaints', 'stale'])('fails when there is something %s', (what) => {
    expect(exitCodeOf({ failed: [], complaints: [], stale: [], lacking: [], ...{ [what]: ['something'] } })).toBe(1);
  });
});

describe('the differences from moto', () => {
  test.each(registered)('in $service name the page that decides, and the reason', ({ service }) => {
    const bare = Object.entries(motoDifferences(service)).filter(
      ([, { page, reason }]) => page === '' || (reason ?? '') === '',
    );
    expect(bare.map(([name]) => name)).toEqual([]);
  });

  test.each([
    ['expected ValidationError, and was not refused', 'moto does not check it; the page demands ValidationError'],
    ['expected A, got B: text', 'the page has A for it, not B'],
    ['NotFound has status 404, expected 400', 'the page gives NotFound the status 400, not 404'],
    ["KeyError: 'Selector'", ''],
  ])('by what moto did: %s', (moto, reason) => {
    expect(reasonOf(moto)).toBe(reason);
  });
});
