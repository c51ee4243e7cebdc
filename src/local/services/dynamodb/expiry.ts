import { type Cancel, ms } from '../../../base/index.ts';
import type { World } from '../../world.ts';
import { sortableDecimal } from './decimal.ts';
import type { Table } from './table.ts';
import { attribute } from './value.ts';

/** Items that expired longer ago are left alone: such a number is taken for a mistake (DynamoDB/TTL). */
const oldestSeconds = 5 * 365 * 86_400;

/** No timer of a real clock waits longer than 24.8 days. */
const longestWait = 86_400_000;

/** Deletes items once their time to live is over, as late as the timing says. */
export interface Expiry {
  /** To be told when a table's items or its setting have changed. */
  look(name: string): void;
}

/** `find` gives a table that has a time to live, and undefined for all others. */
export function createExpiry({ clock, timing }: World, find: (name: string) => Table | undefined): Expiry {
  /** When each table is looked through next. */
  const armed = new Map<string, { readonly at: number; readonly cancel: Cancel }>();
  const look = (name: string): void => {
    const known = armed.get(name);
    const table = find(name);
    const now = clock.now();
    const next = table && firstExpiry(table, now);
    if (next === undefined) {
      known?.cancel();
      armed.delete(name);
      return;
    }
    const at = Math.min(Math.max(next + timing.itemExpiry, now + 1), now + longestWait);
    if (known && known.at <= at) return;
    known?.cancel();
    const cancel = clock.after(ms(at - now), () => {
      armed.delete(name);
      const due = find(name);
      if (due) deleteExpired(due, clock.now() - timing.itemExpiry, clock.now());
      look(name);
    });
    armed.set(name, { at, cancel });
  };
  return { look };
}

function deleteExpired(table: Table, before: number, now: number): void {
  const due = [...table.expiring.range(earliest(now), sortableDecimal(String(before / 1_000)))];
  for (const [, key] of due) table.delete(key);
}

/** The instant after the first time to live of a table's items, in ms since 1970. */
function firstExpiry({ expiring, items, record }: Table, now: number): number | undefined {
  for (const [, key] of expiring.range(earliest(now), afterNumbers)) {
    const value = attribute(items.get(key) ?? {}, record.timeToLive ?? '');
    if (value && 'N' in value) return Number(value.N) * 1_000 + 1;
  }
  return undefined;
}

const earliest = (now: number): string => sortableDecimal(String(Math.floor(now / 1_000) - oldestSeconds));

/** Sorts after every number. */
const afterNumbers = '3';
