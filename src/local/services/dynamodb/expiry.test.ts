import { expect, test } from 'vitest';
import { ms } from '../../../base/index.ts';
import { memoryStore } from '../../store/memory-store.ts';
import type { Store } from '../../store/store.ts';
import { awsLike, instant } from '../../timing.ts';
import { dynamoFixture, key, N, S, withTable } from './dynamodb-fixture.ts';
import { putItem } from './operations/put-item.ts';
import { scan } from './operations/scan.ts';
import { updateTimeToLive } from './operations/time-to-live.ts';

const TableName = 'things';
const hour = 3_600_000;

function expiring(store?: Store) {
  const fixture = withTable({}, store);
  const { run, clock } = fixture;
  const enable = (Enabled = true) =>
    run(updateTimeToLive, { TableName, TimeToLiveSpecification: { Enabled, AttributeName: 'until' } });
  /** An item that expires so many seconds from now. */
  const put = (name: string, seconds: number) =>
    run(putItem, { TableName, Item: { ...key(name, '1'), until: N(Math.floor(clock.now() / 1_000) + seconds) } });
  const names = () => (run(scan, { TableName }).Items ?? []).map(({ pk }) => pk?.S);
  return { ...fixture, enable, put, names };
}

// DynamoDB/TTL: "within a few days of their expiration"; until then they can be read.
test('an expired item is deleted within a day as AWS does it, and can be read until then', () => {
  const { enable, put, names, clock } = expiring();
  enable();
  put('soon', 60);
  put('later', 3 * 86_400);
  clock.advance(ms(2 * hour));
  expect(names()).toEqual(['soon', 'later'].sort());
  clock.advance(ms(23 * hour));
  expect(names()).toEqual(['later']);
  clock.advance(ms(72 * hour));
  expect(names()).toEqual([]);
});

test('with instant timing it goes a second later; AWS is never that fast', () => {
  expect(instant.itemExpiry).toBe(1_000);
  expect(awsLike.itemExpiry).toBeGreaterThan(hour);
});

test('an item that gets another time to live lives that long', () => {
  const { enable, put, names, clock } = expiring();
  enable();
  put('a', 60);
  put('a', 10 * 86_400);
  clock.advance(ms(48 * hour));
  expect(names()).toEqual(['a']);
});

test('items that were there before it is enabled expire too; none does once it is disabled', () => {
  const { enable, put, names, clock } = expiring();
  put('a', 60);
  clock.advance(ms(48 * hour));
  expect(names()).toEqual(['a']);
  enable();
  clock.advance(ms(1_000));
  expect(names()).toEqual([]);
  put('b', 60);
  enable(false);
  clock.advance(ms(72 * hour));
  expect(names()).toEqual(['b']);
});

// DynamoDB/time-to-live-ttl-before-you-start
test('what is no number, or more than five years old, is no time to live', () => {
  const { run, enable, put, names, clock } = expiring();
  enable();
  run(putItem, { TableName, Item: { ...key('text', '1'), until: S('0') } });
  put('older', -6 * 365 * 86_400);
  clock.advance(ms(72 * hour));
  expect(names()).toEqual(['older', 'text']);
});

test('a restart forgets no item that is to expire', () => {
  const store = memoryStore();
  const { enable, put } = expiring(store);
  enable();
  put('a', 60);
  const again = dynamoFixture(store);
  const names = () => (again.run(scan, { TableName }).Items ?? []).map(({ pk }) => pk?.S);
  again.clock.advance(ms(hour));
  expect(names()).toEqual(['a']);
  again.clock.advance(ms(48 * hour));
  expect(names()).toEqual([]);
});
