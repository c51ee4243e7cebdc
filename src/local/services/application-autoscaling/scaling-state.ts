import type { Random } from '../../../base/index.ts';
import type { Handler, InputOf, OutputOf } from '../../service.ts';
import type { Collection } from '../../store/store.ts';
import type { World } from '../../world.ts';
import { Activities } from './activities.ts';
import { BoundsKeeper } from './bounds-keeper.ts';
import { CapacityChanges } from './capacity-changes.ts';
import type { Neighbours } from './neighbours.ts';
import { Policies } from './policies.ts';
import { PolicyReactions } from './policy-reactions.ts';
import { runScheduledAction } from './run-scheduled-action.ts';
import { ScheduledActions } from './scheduled-actions.ts';

type Sdk = typeof import('@aws-sdk/client-application-auto-scaling');

/** One operation, typed by the SDK's own name. */
export type ScalingHandler<Operation extends string> = Handler<
  ScalingState,
  InputOf<Sdk, Operation>,
  OutputOf<Sdk, Operation>
>;

/** A scalable target as it is stored. Its namespace and dimension are those of ECS services. */
export type TargetDocument = {
  /** Part of the ARNs of its policies and scheduled actions. */
  readonly id: string;
  readonly arn: string;
  readonly resourceId: string;
  readonly minCapacity: number;
  readonly maxCapacity: number;
  readonly createdAt: number;
  readonly suspended: { readonly in: boolean; readonly out: boolean; readonly scheduled: boolean };
  readonly tags: Readonly<Record<string, string>>;
  /** Its service has still to be brought between the limits. */
  readonly boundsPending: boolean;
};

/** Application Auto Scaling in one account and region. */
export interface ScalingState {
  readonly world: World;
  readonly random: Random;
  readonly neighbours: Neighbours;
  /** By resource id. */
  readonly targets: Collection<TargetDocument>;
  readonly policies: Policies;
  readonly scheduledActions: ScheduledActions;
  readonly activities: Activities;
  readonly changes: CapacityChanges;
  readonly bounds: BoundsKeeper;
}

/** A state at work: it listens and waits. */
export interface ScalingService extends ScalingState {
  close(): void;
}

export function createScalingState(world: World, neighbours: Neighbours): ScalingService {
  const random = world.random.fork('application-autoscaling');
  const targets = world.store.collection<TargetDocument>('application-autoscaling/targets');
  const activities = new Activities(world, random);
  const changes = new CapacityChanges(world, activities, neighbours);
  const bounds = new BoundsKeeper(world, targets, changes);
  const policies = new Policies(world);
  const scheduledActions = new ScheduledActions(world, (action) => runScheduledAction(state, action));
  const state: ScalingState = {
    world,
    random,
    neighbours,
    targets,
    policies,
    scheduledActions,
    activities,
    changes,
    bounds,
  };
  const reactions = new PolicyReactions(state);
  return {
    ...state,
    close() {
      reactions.close();
      scheduledActions.close();
      bounds.close();
      changes.close();
    },
  };
}
