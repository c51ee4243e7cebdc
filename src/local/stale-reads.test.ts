import { describe, expect, test } from 'vitest';
import { createRandom, createVirtualClock, seconds } from '../base/index.ts';
import { createStaleReads } from './stale-reads.ts';

/** A world of one number, written and read through it. */
function aWorld() {
  const clock = createVirtualClock();
  const stale = createStaleReads(clock, createRandom('stale'), seconds(2));
  let value = 0;
  const call = (service: string, operation: string, input: object = {}, region = 'eu-west-1') =>
    stale.read({ account: '000000000000', region }, { service, operation, input }, () => {
      if (operation.startsWith('Update')) value++;
      return value;
    });
  /** All that forty reads at this instant answer. */
  const seen = (service: string, operation: string, input?: object, region?: string) =>
    [...new Set(Array.from({ length: 40 }, () => call(service, operation, input, region)))].sort();
  return { clock, call, seen };
}

describe('stale reads', () => {
  test('answer what was before a write, for as long as they may', () => {
    const { clock, call, seen } = aWorld();
    call('ecs', 'DescribeServices');
    call('ecs', 'UpdateService');
    expect(seen('ecs', 'DescribeServices')).toEqual([0, 1]);
    clock.advance(seconds(2.1));
    expect(seen('ecs', 'DescribeServices')).toEqual([1]);
  });

  test('know what was right before the write, though they were asked for earlier', () => {
    const { clock, call, seen } = aWorld();
    call('ecs', 'DescribeServices');
    clock.advance(seconds(1.9));
    call('ecs', 'UpdateService');
    clock.advance(seconds(1.9));
    expect(seen('ecs', 'DescribeServices')).toEqual([0, 1]);
  });

  test('are of the same question, account and region only', () => {
    const { call, seen } = aWorld();
    call('ecs', 'DescribeServices', { services: ['a'] });
    call('ecs', 'UpdateService');
    expect(seen('ecs', 'DescribeServices', { services: ['b'] })).toEqual([1]);
    expect(seen('ecs', 'DescribeServices', { services: ['a'] }, 'eu-west-2')).toEqual([1]);
    expect(seen('ecs', 'DescribeServices', { services: ['a'] })).toEqual([0, 1]);
  });

  test.each([
    ['dynamodb', 'GetItem', { ConsistentRead: true }],
    ['dynamodb', 'BatchGetItem', { RequestItems: { t: { ConsistentRead: true } } }],
    ['dynamodb', 'TransactGetItems', {}],
    ['sts', 'GetCallerIdentity', {}],
  ])('are none of %s %s %j', (service, operation, input) => {
    const { call, seen } = aWorld();
    call(service, operation, input);
    call(service, 'UpdateItem');
    expect(seen(service, operation, input)).toEqual([1]);
  });

  test('are some of DynamoDB without ConsistentRead', () => {
    const { call, seen } = aWorld();
    call('dynamodb', 'GetItem');
    call('dynamodb', 'UpdateItem');
    expect(seen('dynamodb', 'GetItem')).toEqual([0, 1]);
  });
});
