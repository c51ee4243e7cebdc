import { type Cancel, ms } from '../../../base/index.ts';
import type { Collection } from '../../store/store.ts';
import type { World } from '../../world.ts';
import { parseSchedule } from './schedule.ts';

export type ScheduledActionDocument = {
  readonly arn: string;
  readonly name: string;
  readonly resourceId: string;
  readonly schedule: string;
  readonly timezone: string | null;
  readonly startTime: number | null;
  readonly endTime: number | null;
  readonly minCapacity: number | null;
  readonly maxCapacity: number | null;
  readonly createdAt: number;
  /** When it was put last: where a rate begins. */
  readonly putAt: number;
};

/** A timer holds 24 days at most. */
const longestWait = 86_400_000;

/** The scheduled actions of a world, in the order of their resources and names, with one timer for the next of them. */
export class ScheduledActions {
  readonly #world: World;
  readonly #stored: Collection<ScheduledActionDocument>;
  readonly #run: (action: ScheduledActionDocument) => void;
  /** By key: when each runs next. */
  readonly #due = new Map<string, number>();
  #timer: Cancel = () => {};

  constructor(world: World, run: (action: ScheduledActionDocument) => void) {
    this.#world = world;
    this.#run = run;
    this.#stored = world.store.collection('application-autoscaling/scheduled-actions');
    // What was due while the runtime was down is not made up for.
    for (const [key, action] of this.#stored.entries()) this.#plan(key, action);
    this.#wait();
  }

  get(resourceId: string, name: string): ScheduledActionDocument | undefined {
    return this.#stored.get(keyOf(resourceId, name));
  }

  put(action: ScheduledActionDocument): void {
    const key = keyOf(action.resourceId, action.name);
    this.#stored.put(key, action);
    this.#plan(key, action);
    this.#wait();
  }

  delete({ resourceId, name }: ScheduledActionDocument): void {
    this.#stored.delete(keyOf(resourceId, name));
    this.#due.delete(keyOf(resourceId, name));
    this.#wait();
  }

  entries(): readonly (readonly [string, ScheduledActionDocument])[] {
    return this.#stored.entries();
  }

  of(resourceId: string): readonly ScheduledActionDocument[] {
    return this.entries().flatMap(([, action]) => (action.resourceId === resourceId ? [action] : []));
  }

  close(): void {
    this.#timer();
  }

  #plan(key: string, action: ScheduledActionDocument): void {
    const next = nextRun(action, this.#world.clock.now());
    if (next === undefined) this.#due.delete(key);
    else this.#due.set(key, next);
  }

  #wait(): void {
    this.#timer();
    if (this.#due.size === 0) return;
    const left = Math.min(...this.#due.values()) - this.#world.clock.now();
    const delay = Math.min(Math.max(left, 0), longestWait);
    this.#timer = this.#world.clock.after(ms(delay), () => this.#tick(), { unref: true });
  }

  #tick(): void {
    const now = this.#world.clock.now();
    for (const [key, action] of this.entries()) {
      if ((this.#due.get(key) ?? Number.POSITIVE_INFINITY) > now) continue;
      this.#plan(key, action);
      this.#run(action);
    }
    this.#wait();
  }
}

/**
 * When it runs next after an instant. One that recurs runs at its start time, too; after its end time never
 * (AAS/scheduled-scaling-using-cron-expressions).
 */
function nextRun(action: ScheduledActionDocument, after: number): number | undefined {
  const { startTime, endTime } = action;
  const schedule = parseSchedule(action.schedule, action.timezone ?? 'UTC');
  if (!schedule) return undefined;
  const recurs = schedule.kind !== 'at';
  const next =
    recurs && startTime !== null && after < startTime ? startTime : schedule.next(after, startTime ?? action.putAt);
  if (next === undefined || (startTime !== null && next < startTime) || (endTime !== null && next > endTime))
    return undefined;
  return next;
}

const keyOf = (resourceId: string, name: string): string => `${resourceId}\u0000${name}`;
