import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type DeploymentEvent, type Entry, percent } from '../src/deployment/index.ts';

const golden = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`golden/formats/${name}.json`, import.meta.url), 'utf8'));

// The types are the formats: a change of either that the other does not know fails to compile or to compare.
test('a journal entry looks as documented', () => {
  const entry = {
    schema: 1,
    seq: 42,
    epoch: 3,
    deployment: '01JD3KZ5N8Q4T2V7W9X0Y1Z2A3',
    at: '2026-11-21T04:00:00.000Z',
    kind: 'intended',
    body: { do: 'set-weights', idle: 10, healthy: 4 },
  } satisfies Entry;
  expect(golden('journal-entry')).toEqual(entry);
});

test('an event of the --json stream looks as documented', () => {
  const event = {
    schema: 1,
    at: '2026-11-21T04:00:00.000Z',
    environment: 'local',
    service: 'api',
    deployment: '01JD3KZ5N8Q4T2V7W9X0Y1Z2A3',
    type: 'weights',
    body: { blue: percent(90), green: percent(10), sentAt: '2026-11-21T03:59:59.959Z', tookMs: 41 },
  } satisfies DeploymentEvent;
  expect(golden('event')).toEqual(event);
});
