import { byName } from './by-name.ts';
import { capacity } from './capacity.ts';
import { intents } from './intents.ts';
import { lastCapacity } from './last-capacity.ts';
import { oneDriver } from './one-driver.ts';
import { outcomes } from './outcomes.ts';
import { resumed } from './resumed.ts';
import { scaled } from './scaled.ts';
import { settled } from './settled.ts';
import type { Checker, Witness } from './witness.ts';

export { isTeal, type Violation, Witness } from './witness.ts';

/** One for each of design's invariants 1 to 9. */
export const checkers: readonly ((witness: Witness) => Checker)[] = [
  capacity,
  lastCapacity,
  settled,
  oneDriver,
  intents,
  outcomes,
  resumed,
  byName,
  scaled,
];
