import type { ScalableTarget, ScalingActivity } from '@aws-sdk/client-application-auto-scaling';
import { seconds } from '../../../base/index.ts';
import { AwsError } from '../../aws-error.ts';
import type { Call, InputOf, OutputOf } from '../../service.ts';
import { type CloudWatchState, createCloudWatch, measureLoadBalancers, measureTasks } from '../cloudwatch/index.ts';
import { aService, completed, type EcsFixture, ecsFixture, theService, until } from '../ecs/ecs-fixture.ts';
import { scalableService } from '../ecs/index.ts';
import { createApplicationAutoScaling } from './index.ts';

type Sdk = typeof import('@aws-sdk/client-application-auto-scaling');

export const target = {
  ServiceNamespace: 'ecs',
  ResourceId: 'service/main/api',
  ScalableDimension: 'ecs:service:DesiredCount',
} as const;

/** With the `store` and `app` of another fixture it is a restart; else with the service `api` in the cluster `main`, with two tasks and completed, and Application Auto Scaling beside it. */
export interface ScalingFixture extends EcsFixture {
  readonly cloudwatch: CloudWatchState;
  scale<Operation extends string>(operation: Operation, input: InputOf<Sdk, Operation>): OutputOf<Sdk, Operation>;
  /** The error that the operation answers with, as `Code: message`; undefined when it succeeds. */
  refusal<Operation extends string>(operation: Operation, input: InputOf<Sdk, Operation>): string | undefined;
}

export function scalingFixture(
  options: Parameters<typeof ecsFixture>[0] & {
    /** Whether alarms see what tasks and load balancers do; else only what a test says. */
    readonly measured?: boolean;
  } = {},
): ScalingFixture {
  const fixture = ecsFixture(options);
  const cloudwatch = createCloudWatch(
    options.measured ? [measureLoadBalancers, (world, data) => measureTasks(world, data, world.use(fixture.ecs))] : [],
  );
  const scaling = createApplicationAutoScaling({
    service: (world, cluster, service) => scalableService(world.use(fixture.ecs), cluster, service),
    cloudwatch: (world) => world.use(cloudwatch),
  });
  const handlers: { readonly [name: string]: (state: never, input: never, call: Call) => object } = scaling.operations;
  const state = fixture.world.use(scaling);
  const scale: ScalingFixture['scale'] = (operation, input) => {
    const handler = handlers[operation];
    if (!handler) throw new Error(`no operation ${operation}`);
    return handler(state as never, input as never, { requestId: '1', host: '127.0.0.1' }) as never;
  };
  if (!options.app) {
    aService(fixture);
    until(fixture, () => completed(fixture));
  }
  return {
    ...fixture,
    cloudwatch: fixture.world.use(cloudwatch),
    scale,
    refusal(operation, input) {
      try {
        scale(operation, input);
        return undefined;
      } catch (error) {
        if (error instanceof AwsError) return `${error.code}: ${error.message}`;
        throw error;
      }
    },
  };
}

export const theTarget = ({ scale }: ScalingFixture): ScalableTarget | undefined =>
  scale('DescribeScalableTargets', { ...target, ResourceIds: [target.ResourceId] }).ScalableTargets?.[0];

export const activities = ({ scale }: ScalingFixture, notScaled = false): readonly ScalingActivity[] =>
  scale('DescribeScalingActivities', { ...target, IncludeNotScaledActivities: notScaled }).ScalingActivities ?? [];

/** The desired count, some time later. */
export function desiredAfter(fixture: ScalingFixture, after = seconds(2)): number | undefined {
  fixture.clock.advance(after);
  return theService(fixture).desiredCount;
}
