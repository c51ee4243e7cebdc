import { describe, expect, test } from 'vitest';
import { aRecord } from './a-record.ts';
import { longInFlight, switches } from './switches.ts';

const blueOnly = { blue: 100, green: 0 };
const greenOnly = { blue: 0, green: 100 };
const sent = (colour: string, ...times: number[]) => times.map((sentAt) => aRecord({ colour, sentAt }));

describe('a switch', () => {
  test('lasts until the first request after which the old colour answered none', () => {
    const records = [...sent('blue', 90, 100, 104), ...sent('green', 102, 106, 110)];
    expect(switches([{ sentAt: 100, weights: greenOnly }], blueOnly, records)).toEqual([
      { sentAt: 100, from: 'blue', cutoverMs: 6 },
    ]);
  });

  test('is measured by when a request was sent, not by when its answer ended', () => {
    const records = [aRecord({ colour: 'blue', sentAt: 95, endedAt: 2_000 }), ...sent('green', 101)];
    expect(switches([{ sentAt: 100, weights: greenOnly }], blueOnly, records)[0]?.cutoverMs).toBe(1);
  });

  test('does not depend on the order in which answers arrive', () => {
    const records = [...sent('green', 112, 103), ...sent('blue', 108)];
    expect(switches([{ sentAt: 100, weights: greenOnly }], blueOnly, records)[0]?.cutoverMs).toBe(12);
  });

  test('a write that leaves both colours some traffic is none', () => {
    expect(switches([{ sentAt: 100, weights: { blue: 90, green: 10 } }], blueOnly, sent('blue', 101))).toEqual([]);
  });

  test('answers of the old colour after it got traffic again are another story', () => {
    const writes = [
      { sentAt: 100, weights: { blue: 90, green: 10 } },
      { sentAt: 200, weights: greenOnly },
      { sentAt: 300, weights: blueOnly },
    ];
    const records = [...sent('green', 150, 204, 250), ...sent('blue', 202, 303, 350)];
    expect(switches(writes, blueOnly, records)).toEqual([
      { sentAt: 200, from: 'blue', cutoverMs: 4 },
      { sentAt: 300, from: 'green', cutoverMs: 3 },
    ]);
  });

  test('a request that was on its way when the old colour got traffic again tells nothing', () => {
    const writes = [
      { sentAt: 100, weights: greenOnly },
      { sentAt: 200, weights: blueOnly },
    ];
    const records = [...sent('green', 103), aRecord({ colour: 'blue', sentAt: 199, endedAt: 230 })];
    expect(switches(writes, blueOnly, records)[0]?.cutoverMs).toBe(3);
  });

  test('a request that broke proves no cutover', () => {
    const records = [aRecord({ sentAt: 101, outcome: { kind: 'broken', error: 'ECONNRESET' } }), ...sent('green', 140)];
    expect(switches([{ sentAt: 100, weights: greenOnly }], blueOnly, records)[0]?.cutoverMs).toBe(40);
  });

  test('never ends while the old colour is the last to answer', () => {
    expect(switches([{ sentAt: 100, weights: greenOnly }], blueOnly, sent('blue', 101))[0]?.cutoverMs).toBe(Infinity);
  });
});

test('what is long is in flight between its sending and its end', () => {
  const records = [
    aRecord({ kind: 'stream', sentAt: 10, endedAt: 30 }),
    aRecord({ kind: 'upload', sentAt: 15, endedAt: 20 }),
    aRecord({ kind: 'read', sentAt: 15, endedAt: 40 }),
  ];
  expect(longInFlight(records, 16)).toEqual({ streams: 1, uploads: 1 });
  expect(longInFlight(records, 25)).toEqual({ streams: 1, uploads: 0 });
  expect(longInFlight(records, 30)).toEqual({ streams: 0, uploads: 0 });
});
