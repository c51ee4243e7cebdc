import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  DescribeScalingPoliciesCommand,
  DescribeScheduledActionsCommand,
  type ScalableTarget,
} from '@aws-sdk/client-application-auto-scaling';
import { eventually, type Stage } from './stage.ts';

/** What Application Auto Scaling may do to one colour of a service. */
export interface Limits {
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly schedules: 'active' | 'suspended';
}

export const scalableTarget = (service: string, color: 'blue' | 'green') =>
  ({
    ServiceNamespace: 'ecs',
    ScalableDimension: 'ecs:service:DesiredCount',
    ResourceId: `service/local/${service}-${color}`,
  }) as const;

const limitsOfTarget = ({ MinCapacity, MaxCapacity, SuspendedState }: ScalableTarget): Limits => ({
  min: MinCapacity,
  max: MaxCapacity,
  schedules: SuspendedState?.ScheduledScalingSuspended === true ? 'suspended' : 'active',
});

/** Both colours' limits, as a person with the AWS CLI would read them. */
export async function limitsOf(
  stage: Stage,
  service: string,
): Promise<Readonly<Record<'blue' | 'green', Limits | undefined>>> {
  const scaling = new ApplicationAutoScalingClient(stage.client);
  const { ScalableTargets = [] } = await scaling.send(new DescribeScalableTargetsCommand({ ServiceNamespace: 'ecs' }));
  scaling.destroy();
  const limits = (color: 'blue' | 'green'): Limits | undefined => {
    const found = ScalableTargets.find(({ ResourceId }) => ResourceId === scalableTarget(service, color).ResourceId);
    return found && limitsOfTarget(found);
  };
  return { blue: limits('blue'), green: limits('green') };
}

/** The policies and scheduled actions of both colours: all but the limits. */
export async function scalingOf(stage: Stage, service: string) {
  const scaling = new ApplicationAutoScalingClient(stage.client);
  const all = await Promise.all(
    (['blue', 'green'] as const).map(async (color) => {
      const target = scalableTarget(service, color);
      const { ScalingPolicies = [] } = await scaling.send(new DescribeScalingPoliciesCommand(target));
      const { ScheduledActions = [] } = await scaling.send(new DescribeScheduledActionsCommand(target));
      return { color, policies: ScalingPolicies, schedules: ScheduledActions };
    }),
  );
  scaling.destroy();
  return all;
}

/** Sweeps until what is kept warm of a service is scaled down. */
export async function sweptDown(stage: Stage, service: string, color: 'blue' | 'green'): Promise<void> {
  await eventually(
    async () => {
      await stage.teal(['sweep', service]);
      return (await limitsOf(stage, service))[color]?.min === 0 ? true : undefined;
    },
    40_000,
    1_000,
  );
}
