import { describe, expect, test } from 'vitest';
import { ms } from '../../../base/index.ts';
import { createContainerMeter } from './container-meter.ts';
import type { ProcessEntry } from './process-table.ts';

// No machine has pids this high, so that their memory is not found.
const leader = 2 ** 30;
const aProcess = (pid: number, cpu: number, rest: Partial<ProcessEntry> = {}): ProcessEntry => ({
  pid: leader + pid,
  parent: leader,
  session: leader,
  startedAt: 1,
  cpu: ms(cpu),
  ...rest,
});

function meter() {
  let table: readonly ProcessEntry[] = [];
  const { measure } = createContainerMeter(leader, async () => ({ at: ms(0), all: table }));
  return async (...all: readonly ProcessEntry[]): Promise<number | undefined> => {
    table = all;
    return (await measure())?.cpu;
  };
}

describe('the processor time of a container', () => {
  test('is that of its session and of all descendants, of nobody else', async () => {
    const ownSession = aProcess(1, 20, { session: leader + 1 });
    const grandchild = aProcess(2, 30, { parent: leader + 1, session: leader + 2 });
    const orphan = aProcess(3, 40, { parent: 1 });
    const stranger = aProcess(9, 1000, { parent: 1, session: leader + 9 });
    expect(await meter()(stranger, grandchild, ownSession, aProcess(0, 10, { parent: 1 }), orphan)).toBe(100);
  });

  test('keeps a process that has become an orphan in a session of its own, by its pid and start', async () => {
    const measure = meter();
    const daemon = aProcess(1, 20, { session: leader + 1 });
    expect(await measure(aProcess(0, 10), daemon)).toBe(30);
    expect(await measure(aProcess(0, 10), { ...daemon, parent: 1, cpu: ms(50) })).toBe(60);
    // Its pid has been given to a process of somebody else.
    expect(await measure(aProcess(0, 10), { ...daemon, parent: 1, startedAt: 2, cpu: ms(70) })).toBe(60);
  });

  test('keeps the time of a process that ended and that nobody of the container waited for', async () => {
    const measure = meter();
    expect(await measure(aProcess(0, 10), aProcess(1, 500))).toBe(510);
    expect(await measure(aProcess(0, 20))).toBe(510);
    expect(await measure(aProcess(0, 30))).toBe(520);
  });

  test('counts once what a parent has waited for', async () => {
    const measure = meter();
    expect(await measure(aProcess(0, 10), aProcess(1, 500))).toBe(510);
    expect(await measure(aProcess(0, 515))).toBe(515);
  });

  test('is unknown where the machine has no table', async () => {
    expect(await createContainerMeter(leader, async () => undefined).measure()).toBeUndefined();
  });
});
