import { type Cancel, ms } from '../../../base/index.ts';
import type { World } from '../../world.ts';
import type { Activities } from './activities.ts';
import type { Neighbours, ScalableService } from './neighbours.ts';
import { partsOf } from './target-key.ts';

/** How often a change is looked after until it counts as not fulfilled. */
const mostLooks = 600;

/** Sets desired counts and follows each change until as many tasks run, or a newer change has replaced it. */
export class CapacityChanges {
  readonly #world: World;
  readonly #activities: Activities;
  readonly #neighbours: Neighbours;
  /** By resource id: the activity in progress, and its next look. */
  readonly #followed = new Map<string, { readonly key: string; readonly cancel: Cancel }>();

  constructor(world: World, activities: Activities, neighbours: Neighbours) {
    this.#world = world;
    this.#activities = activities;
    this.#neighbours = neighbours;
    // A restart has ended the services' tasks; the changes go on.
    for (const [key, one] of activities.list()) if (one.status === 'InProgress') this.#follow(one.resourceId, key, 0);
  }

  /** Undefined when there is no ACTIVE service any more. */
  service(resourceId: string): ScalableService | undefined {
    const { cluster, service } = partsOf(resourceId);
    return this.#neighbours.service(this.#world, cluster, service);
  }

  set(resourceId: string, service: ScalableService, count: number, cause: string): void {
    const former = this.#followed.get(resourceId);
    if (former) {
      former.cancel();
      this.#end(resourceId, former.key, 'Overridden', 'was overridden by a newer scaling activity');
    }
    service.setDesiredCount(count);
    const key = this.#activities.add({
      resourceId,
      description: `Setting desired count to ${count}.`,
      cause,
      endedAt: null,
      status: 'InProgress',
      message: `Successfully set desired count to ${count}. Waiting for change to be fulfilled by ecs.`,
      desired: count,
      notScaled: null,
    });
    this.#follow(resourceId, key, 0);
  }

  close(): void {
    for (const { cancel } of this.#followed.values()) cancel();
    this.#followed.clear();
  }

  #follow(resourceId: string, key: string, looks: number): void {
    const { clock, timing } = this.#world;
    const cancel = clock.after(ms(timing.schedulerTick * 2), () => this.#look(resourceId, key, looks + 1), {
      unref: true,
    });
    this.#followed.set(resourceId, { key, cancel });
  }

  #look(resourceId: string, key: string, looks: number): void {
    const desired = this.#activities.get(key)?.desired;
    if (this.service(resourceId)?.runningCount === desired)
      this.#end(resourceId, key, 'Successful', 'successfully fulfilled by ecs');
    else if (looks >= mostLooks) this.#end(resourceId, key, 'Unfulfilled', 'could not be fulfilled by ecs in time');
    else this.#follow(resourceId, key, looks);
  }

  #end(resourceId: string, key: string, status: 'Successful' | 'Overridden' | 'Unfulfilled', how: string): void {
    this.#followed.delete(resourceId);
    const { desired } = this.#activities.get(key) ?? {};
    this.#activities.change(key, {
      status,
      endedAt: this.#world.clock.now(),
      message: `Successfully set desired count to ${desired}. Change ${how}.`,
    });
  }
}
