import { scalableResource } from '../../src/aws/index.ts';
import { type Color, type ScalingLimits, shareOf } from '../../src/deployment/index.ts';
import type { EcsTask } from '../../src/local/services/ecs/task.ts';
import type { Installation } from './installation.ts';
import type { SimulatedWorld } from './world.ts';

/** A task as it really is. */
export interface TrueTask {
  readonly id: string;
  readonly address: string;
  /** TEAL_DEPLOYMENT and TEAL_REVISION of its task definition; '' where teal did not render it. */
  readonly deployment: string;
  readonly revision: string;
  readonly image: string;
  /** RUNNING, and meant to. */
  readonly running: boolean;
  /** Its target is in state healthy. */
  readonly healthy: boolean;
}

/** One colour as it really is. */
export interface TrueColor {
  readonly desired: number;
  readonly running: number;
  /** TEAL_DEPLOYMENT of the service's PRIMARY task definition. */
  readonly deployment: string;
  /** Its image. */
  readonly image: string;
  readonly tasks: readonly TrueTask[];
  /** Targets in state healthy. */
  readonly healthy: number;
  /** Of its scalable target; undefined where it has none. */
  readonly limits: ScalingLimits | undefined;
}

export type TrueWeights = Readonly<Record<Color, number>>;

/** What really is at one instant, whatever anybody was told. */
export interface Snapshot {
  readonly at: number;
  /** As written: 0 where a group is not named. */
  readonly weights: TrueWeights;
  readonly colors: Readonly<Record<Color, TrueColor>>;
}

/** The true state of an installation. */
export interface Truth {
  /** As all places show them alike; else the mean of their shares, so that 0 and 100 mean that of every one. */
  weights(): TrueWeights;
  /** Of one place. */
  weightsAt(place: string): TrueWeights;
  /** Those that the next request is drawn by. */
  weightsInForce(): TrueWeights;
  color(color: Color): TrueColor;
  snapshot(): Snapshot;
  /** The task at an address, also one that has ended. */
  taskAt(address: string): TrueTask | undefined;
}

export function truthOf(world: SimulatedWorld, made: Installation): Truth {
  const { elb, ecs } = world;

  const weightsFrom = (groups: readonly { TargetGroupArn?: string; Weight?: number }[]): TrueWeights => {
    const weightOf = (color: Color) => groups.find((group) => group.TargetGroupArn === made.groups[color])?.Weight ?? 0;
    return { blue: weightOf('blue'), green: weightOf('green') };
  };

  const toTask = (task: EcsTask): TrueTask => {
    const container = task.plan.definition.definition.containerDefinitions?.[0];
    const variable = (name: string) => container?.environment?.find((one) => one.name === name)?.value ?? '';
    return {
      id: task.plan.id,
      address: task.plan.address,
      deployment: variable('TEAL_DEPLOYMENT'),
      revision: variable('TEAL_REVISION'),
      image: container?.image ?? '',
      running: task.facts.lastStatus === 'RUNNING' && task.facts.desiredStatus === 'RUNNING',
      healthy: task.registrations.some(({ health }) => health?.state === 'healthy'),
    };
  };

  const limitsOf = (which: Color): ScalingLimits | undefined => {
    const target = world.scaling.targets.get(scalableResource(made.cluster, made.ecsServices[which]));
    if (!target) return undefined;
    const { minCapacity: min, maxCapacity: max, suspended } = target;
    return { min, max, schedules: suspended.scheduled ? 'suspended' : 'active' };
  };

  const color = (which: Color): TrueColor => {
    const service = ecs.services.get(`${made.cluster}/${made.ecsServices[which]}`);
    const group = `service:${made.ecsServices[which]}`;
    const tasks = ecs.tasks
      .all()
      .filter((task) => task.plan.group === group && task.facts.lastStatus !== 'STOPPED')
      .map(toTask);
    const definition = ecs.taskDefinitions
      .entries()
      .find(([, document]) => document.arn === service?.primary?.taskDefinition)?.[1];
    const container = definition?.definition.containerDefinitions?.[0];
    return {
      desired: service?.document.desiredCount ?? 0,
      running: tasks.filter((task) => task.running).length,
      deployment: container?.environment?.find((one) => one.name === 'TEAL_DEPLOYMENT')?.value ?? '',
      image: container?.image ?? '',
      tasks,
      healthy: elb.plane.targets(made.groups[which]).filter(({ health }) => health.state === 'healthy').length,
      limits: limitsOf(which),
    };
  };

  const weightsAt = (place: string): TrueWeights => {
    const actions = elb.rules.get(place)?.actions ?? elb.listeners.get(place)?.defaultActions ?? [];
    return weightsFrom(actions.find((action) => action.Type === 'forward')?.ForwardConfig?.TargetGroups ?? []);
  };
  const weightsInForceAt = (place: string): TrueWeights =>
    weightsFrom(
      elb.plane
        .weights(made.listener, place === made.listener ? (elb.plane.listener(place)?.rules.at(-1)?.arn ?? '') : place)
        .map(({ targetGroupArn, weight }) => ({ TargetGroupArn: targetGroupArn, Weight: weight })),
    );

  return {
    weights: () => together(made.places.map(weightsAt)),
    weightsAt,
    weightsInForce: () => together(made.places.map(weightsInForceAt)),
    color,
    snapshot: () => ({
      at: world.scheduler.clock.monotonic(),
      weights: together(made.places.map(weightsAt)),
      colors: { blue: color('blue'), green: color('green') },
    }),
    taskAt(address) {
      const task = ecs.tasks.all().find((one) => one.plan.address === address);
      return task && toTask(task);
    },
  };
}

function together(all: readonly TrueWeights[]): TrueWeights {
  const [first = { blue: 0, green: 0 }] = all;
  if (all.every(({ blue, green }) => blue === first.blue && green === first.green)) return first;
  const mean = (color: Color): number => all.reduce((sum, each) => sum + (shareOf(color, each) || 0), 0) / all.length;
  return { blue: mean('blue'), green: mean('green') };
}
