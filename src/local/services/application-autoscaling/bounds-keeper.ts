import type { Cancel } from '../../../base/index.ts';
import type { Collection } from '../../store/store.ts';
import type { World } from '../../world.ts';
import type { CapacityChanges } from './capacity-changes.ts';
import type { ScalableService } from './neighbours.ts';
import type { TargetDocument } from './scaling-state.ts';

/**
 * Brings services between the limits of their targets, a moment after limits were set; at no other time: a desired
 * count outside of them that ECS was told later stays (AAS-API/API_RegisterScalableTarget).
 */
export class BoundsKeeper {
  readonly #world: World;
  readonly #targets: Collection<TargetDocument>;
  readonly #changes: CapacityChanges;
  readonly #waiting = new Map<string, Cancel>();

  constructor(world: World, targets: Collection<TargetDocument>, changes: CapacityChanges) {
    this.#world = world;
    this.#targets = targets;
    this.#changes = changes;
    for (const [resourceId, target] of targets.entries()) if (target.boundsPending) this.#wait(resourceId);
  }

  /** If the service is outside now; the limits and the desired count of the later moment decide. */
  enforce(resourceId: string): void {
    const target = this.#targets.get(resourceId);
    const service = this.#changes.service(resourceId);
    if (!target || !service || isWithin(target, service)) return;
    this.#targets.put(resourceId, { ...target, boundsPending: true });
    this.#wait(resourceId);
  }

  close(): void {
    for (const cancel of this.#waiting.values()) cancel();
    this.#waiting.clear();
  }

  #wait(resourceId: string): void {
    if (this.#waiting.has(resourceId)) return;
    const { clock, timing } = this.#world;
    this.#waiting.set(
      resourceId,
      clock.after(timing.scalingReaction, () => this.#look(resourceId), { unref: true }),
    );
  }

  #look(resourceId: string): void {
    this.#waiting.delete(resourceId);
    const target = this.#targets.get(resourceId);
    if (!target) return;
    this.#targets.put(resourceId, { ...target, boundsPending: false });
    const service = this.#changes.service(resourceId);
    if (!service || isWithin(target, service)) return;
    const { minCapacity: min, maxCapacity: max } = target;
    if (service.desiredCount < min) this.#changes.set(resourceId, service, min, `minimum capacity was set to ${min}`);
    else this.#changes.set(resourceId, service, max, `maximum capacity was set to ${max}`);
  }
}

const isWithin = ({ minCapacity, maxCapacity }: TargetDocument, { desiredCount }: ScalableService): boolean =>
  desiredCount >= minCapacity && desiredCount <= maxCapacity;
