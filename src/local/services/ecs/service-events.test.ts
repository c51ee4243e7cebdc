import { describe, expect, test } from 'vitest';
import { createRandom, createVirtualClock, seconds } from '../../../base/index.ts';
import { ServiceEvents } from './service-events.ts';

const hours = (n: number) => seconds(n * 3600);

function events() {
  const clock = createVirtualClock();
  const all = new ServiceEvents('api', clock, createRandom('events'));
  return { clock, all, texts: () => all.list().map((event) => event.message?.replace('(service api) ', '')) };
}

describe('service events (ECS-DG/service-event-messages)', () => {
  test('are a hundred at most, newest first, each with an id of its own', () => {
    const { all, texts } = events();
    for (let n = 0; n < 150; n++) all.add(`event ${n}`);
    expect(texts()).toHaveLength(100);
    expect(texts()[0]).toBe('event 149');
    expect(new Set(all.list().map((event) => event.id)).size).toBe(100);
  });

  test('come not twice in a row', () => {
    const { all, texts } = events();
    for (const text of ['a', 'a', 'b', 'a']) all.add(text);
    expect(texts()).toEqual(['a', 'b', 'a']);
  });

  test('tell of a trouble once, until six hours later or until it was steady in between', () => {
    const { clock, all, texts } = events();
    const trouble = () => all.trouble('was unable to place a task.');
    trouble();
    all.add('has started 1 tasks');
    trouble();
    expect(texts()).toHaveLength(2);
    clock.advance(hours(6));
    trouble();
    expect(texts()).toHaveLength(3);
    all.settle();
    all.unsettle();
    trouble();
    expect(texts()).toHaveLength(5);
  });

  test('repeat a steady state every six hours, with the time at which it was written', () => {
    const { clock, all, texts } = events();
    all.settle();
    const start = clock.now();
    clock.advance(hours(13));
    expect(texts()).toEqual(Array(3).fill('has reached a steady state.'));
    expect(all.list().map((event) => (event.createdAt?.getTime() ?? 0) - start)).toEqual([hours(12), hours(6), 0]);
    expect(clock.nextAt()).toBeUndefined();
    all.unsettle();
    clock.advance(hours(13));
    expect(texts()).toHaveLength(3);
  });
});
