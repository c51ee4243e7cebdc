import type { Clock } from '../../../base/index.ts';

/** Counts events and tells how many there were in the last second, to a tenth of a second. */
export function createRateMeter(clock: Clock): { note(): void; perSecond(): number } {
  const slots = new Array<{ tenth: number; count: number }>(10).fill({ tenth: Number.NEGATIVE_INFINITY, count: 0 });
  const tenthNow = (): number => Math.floor(clock.monotonic() / 100);
  return {
    note() {
      const tenth = tenthNow();
      const slot = slots[tenth % 10];
      slots[tenth % 10] = { tenth, count: (slot?.tenth === tenth ? slot.count : 0) + 1 };
    },
    perSecond() {
      const oldest = tenthNow() - 9;
      return slots.reduce((sum, slot) => (slot.tenth >= oldest ? sum + slot.count : sum), 0);
    },
  };
}
