import type { ScalingActivity, ScalingActivityStatusCode } from '@aws-sdk/client-application-auto-scaling';
import type { Random } from '../../../base/index.ts';
import type { Collection } from '../../store/store.ts';
import type { World } from '../../world.ts';
import { ecsTarget } from './target-key.ts';

/** Why nothing was scaled, as the API tells it. */
export type NotScaled =
  | { readonly Code: 'AlreadyAtMaxCapacity'; readonly MaxCapacity: number }
  | { readonly Code: 'AlreadyAtMinCapacity'; readonly MinCapacity: number }
  | { readonly Code: 'AlreadyAtDesiredCapacity'; readonly CurrentCapacity: number }
  | { readonly Code: 'TargetServicePutResourceAsUnscalable' };

/** Something that scaling did, or decided not to do. */
export type Activity = {
  readonly id: string;
  readonly resourceId: string;
  readonly description: string;
  readonly cause: string;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly status: ScalingActivityStatusCode;
  readonly message: string | null;
  /** The desired count that it set; null where it set something else, or nothing. */
  readonly desired: number | null;
  readonly notScaled: NotScaled | null;
};

/** For how long activities are told (AAS-API/API_DescribeScalingActivities). */
const kept = 6 * 7 * 86_400_000;

/** The history of a world's scaling, by keys in the order of time. */
export class Activities {
  readonly #world: World;
  readonly #random: Random;
  readonly #stored: Collection<Activity>;
  #count = 0;

  constructor(world: World, random: Random) {
    this.#world = world;
    this.#random = random.fork('activities');
    this.#stored = world.store.collection<Activity>('application-autoscaling/activities');
    for (const [key] of this.#stored.entries()) this.#count = Math.max(this.#count, Number(key.split('/')[1]));
  }

  /** Returns its key. */
  add(activity: Omit<Activity, 'id' | 'startedAt'>): string {
    const now = this.#world.clock.now();
    for (const [old] of [...this.#stored.range('', keyOf(now - kept, 0))]) this.#stored.delete(old);
    this.#count += 1;
    const key = keyOf(now, this.#count);
    this.#stored.put(key, { ...activity, id: this.#random.uuid(), startedAt: now });
    return key;
  }

  /** An activity that is done as soon as it has begun. */
  addDone(activity: Pick<Activity, 'resourceId' | 'description' | 'cause' | 'message'>): void {
    this.add({ ...activity, endedAt: null, status: 'Successful', desired: null, notScaled: null });
  }

  /** The same reason is not told twice in a row. */
  addNotScaled(resourceId: string, cause: string, notScaled: NotScaled): void {
    const [last] = this.list(resourceId);
    if (last?.[1].notScaled?.Code === notScaled.Code) return;
    this.add({
      resourceId,
      description: 'Attempting to scale due to alarm triggered',
      cause,
      endedAt: null,
      status: notScaled.Code === 'AlreadyAtDesiredCapacity' ? 'Successful' : 'Failed',
      message: null,
      desired: null,
      notScaled,
    });
  }

  get(key: string): Activity | undefined {
    return this.#stored.get(key);
  }

  change(key: string, change: Partial<Activity>): void {
    const activity = this.#stored.get(key);
    if (activity) this.#stored.put(key, { ...activity, ...change });
  }

  /** The newest first. */
  list(resourceId?: string): readonly (readonly [key: string, Activity])[] {
    const since = this.#world.clock.now() - kept;
    return this.#stored
      .entries()
      .filter(([, one]) => one.startedAt >= since && (resourceId === undefined || one.resourceId === resourceId))
      .reverse();
  }
}

export const describeActivity = (activity: Activity): ScalingActivity => ({
  ...ecsTarget,
  ActivityId: activity.id,
  ResourceId: activity.resourceId,
  Description: activity.description,
  Cause: activity.cause,
  StartTime: new Date(activity.startedAt),
  ...(activity.endedAt !== null && { EndTime: new Date(activity.endedAt) }),
  StatusCode: activity.status,
  ...(activity.message !== null && { StatusMessage: activity.message }),
  ...(activity.notScaled !== null && { NotScaledReasons: [activity.notScaled] }),
});

const keyOf = (at: number, count: number): string =>
  `${String(at).padStart(15, '0')}/${String(count).padStart(9, '0')}`;
