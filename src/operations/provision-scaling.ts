import type { ScalingPolicy, ScheduledAction } from '@aws-sdk/client-application-auto-scaling';
import { type Aws, change, read, scalableDimension, scalableResource } from '../aws/index.ts';
import { awsCron, type EnvironmentDiscovery, ecsServiceName, tagsOf, type WebService } from '../config/index.ts';
import { type Color, colors } from '../deployment/index.ts';
import { must } from './operation-error.ts';

/**
 * What Terraform makes of a service's scaling on AWS, for both colours alike: scalable targets, policies and scheduled
 * actions, by names that say neither which colour is live nor where in a list they stood. Limits and what is suspended
 * are the engine's: set at creation, then left alone.
 */
export async function provisionScaling(
  aws: Aws,
  { cluster }: EnvironmentDiscovery,
  environment: string,
  service: WebService,
  groups: Record<Color, string>,
  signal: AbortSignal,
): Promise<void> {
  const { client, sdk } = await aws.clients.autoscaling();
  const resources = colors.map((color) => scalableResource(cluster, ecsServiceName(service.name, color)));
  const describe = () => new sdk.DescribeScalableTargetsCommand({ ...scalableDimension, ResourceIds: resources });
  const there = must(
    'describe scalable targets',
    await read(aws, client, describe, signal, (output) => output.ScalableTargets),
  );
  for (const color of colors) {
    const resource = scalableResource(cluster, ecsServiceName(service.name, color));
    const target = { ...scalableDimension, ResourceId: resource };
    const isNew = !there.some((one) => one.ResourceId === resource);
    if (isNew) {
      const running = await desiredOf(aws, cluster, ecsServiceName(service.name, color), signal);
      const register = new sdk.RegisterScalableTargetCommand({
        ...target,
        // A colour that runs tasks already, because the number was fixed until now, keeps at least its minimum.
        MinCapacity: Math.min(service.scaling.min, running),
        MaxCapacity: Math.max(service.scaling.max, running),
        SuspendedState: {
          DynamicScalingInSuspended: false,
          DynamicScalingOutSuspended: false,
          ScheduledScalingSuspended: true,
        },
        Tags: { ...tagsOf(environment, service.name, color) },
      });
      must(`register ${resource}`, await change(aws, client, register, signal, (output) => output.ScalableTargetARN));
    }
    const label = await labelOf(aws, groups[color], service.scaling.requestsPerTarget !== null, signal);
    const [policies, schedules] = [policiesOf(service, color, label), schedulesOf(service, color)];
    // One that was just made has none.
    if (!isNew || policies.length > 0) await provisionPolicies(aws, target, policies, signal);
    if (!isNew || schedules.length > 0) await provisionSchedules(aws, target, schedules, signal);
  }
}

/** Takes scalable targets away again, and with them their policies and scheduled actions. */
export async function unprovisionScaling(
  aws: Aws,
  cluster: string,
  service: string,
  signal: AbortSignal,
): Promise<void> {
  const { client, sdk } = await aws.clients.autoscaling();
  for (const color of colors) {
    const resource = scalableResource(cluster, ecsServiceName(service, color));
    const command = new sdk.DeregisterScalableTargetCommand({ ...scalableDimension, ResourceId: resource });
    const gone = await change(aws, client, command, signal, (output) => output.$metadata);
    if (gone.ok || (gone.error.kind === 'refused' && gone.error.code === 'ObjectNotFoundException')) continue;
    must(`deregister ${resource}`, gone);
  }
}

type Target = typeof scalableDimension & { readonly ResourceId: string };

/** A policy's name and what it tracks. */
interface WantedPolicy {
  readonly name: string;
  readonly metric:
    | 'ECSServiceAverageCPUUtilization'
    | 'ECSServiceAverageMemoryUtilization'
    | 'ALBRequestCountPerTarget';
  readonly value: number;
  /** Of the one metric that is a target group's. */
  readonly label: string | undefined;
}

function policiesOf({ name, scaling }: WebService, color: Color, label: string): readonly WantedPolicy[] {
  const policy = (what: string, metric: WantedPolicy['metric'], value: number | null): WantedPolicy[] =>
    value === null
      ? []
      : [
          {
            name: `${ecsServiceName(name, color)}-${what}`,
            metric,
            value,
            label: metric === 'ALBRequestCountPerTarget' ? label : undefined,
          },
        ];
  return [
    ...policy('cpu', 'ECSServiceAverageCPUUtilization', scaling.cpuPercent),
    ...policy('memory', 'ECSServiceAverageMemoryUtilization', scaling.memoryPercent),
    ...policy('requests', 'ALBRequestCountPerTarget', scaling.requestsPerTarget),
  ];
}

async function provisionPolicies(
  aws: Aws,
  target: Target,
  wanted: readonly WantedPolicy[],
  signal: AbortSignal,
): Promise<void> {
  const { client, sdk } = await aws.clients.autoscaling();
  const describe = () => new sdk.DescribeScalingPoliciesCommand(target);
  const there = must(
    'describe scaling policies',
    await read(aws, client, describe, signal, (output) => output.ScalingPolicies),
  );
  for (const policy of wanted) {
    if (there.some((one) => isSame(one, policy))) continue;
    const put = new sdk.PutScalingPolicyCommand({
      ...target,
      PolicyName: policy.name,
      PolicyType: 'TargetTrackingScaling',
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue: policy.value,
        PredefinedMetricSpecification: { PredefinedMetricType: policy.metric, ResourceLabel: policy.label },
      },
    });
    must(`put scaling policy ${policy.name}`, await change(aws, client, put, signal, (output) => output.PolicyARN));
  }
  for (const { PolicyName } of there) {
    if (wanted.some(({ name }) => name === PolicyName)) continue;
    const remove = new sdk.DeleteScalingPolicyCommand({ ...target, PolicyName });
    must(
      `delete scaling policy ${PolicyName}`,
      await change(aws, client, remove, signal, (output) => output.$metadata),
    );
  }
}

function isSame({ PolicyName, TargetTrackingScalingPolicyConfiguration: now }: ScalingPolicy, wanted: WantedPolicy) {
  const metric = now?.PredefinedMetricSpecification;
  return (
    PolicyName === wanted.name &&
    now?.TargetValue === wanted.value &&
    metric?.PredefinedMetricType === wanted.metric &&
    metric.ResourceLabel === wanted.label
  );
}

interface WantedSchedule {
  readonly name: string;
  readonly schedule: string;
  readonly timezone: string;
  readonly min: number | undefined;
  readonly max: number | undefined;
}

/** Named by what they are: a name may have no "/" and no ":" (AAS-API/API_PutScheduledAction). */
const schedulesOf = ({ name, scaling }: WebService, color: Color): readonly WantedSchedule[] =>
  scaling.schedules.map(({ cron, timezone, min, max }) => ({
    name: `${ecsServiceName(name, color)} ${cron} ${timezone}`.replaceAll('/', '-'),
    schedule: awsCron(cron) ?? cron,
    timezone,
    min: min ?? undefined,
    max: max ?? undefined,
  }));

async function provisionSchedules(
  aws: Aws,
  target: Target,
  wanted: readonly WantedSchedule[],
  signal: AbortSignal,
): Promise<void> {
  const { client, sdk } = await aws.clients.autoscaling();
  const describe = () => new sdk.DescribeScheduledActionsCommand(target);
  const there: readonly ScheduledAction[] = must(
    'describe scheduled actions',
    await read(aws, client, describe, signal, (output) => output.ScheduledActions),
  );
  for (const { name, schedule, timezone, min, max } of wanted) {
    const put = new sdk.PutScheduledActionCommand({
      ...target,
      ScheduledActionName: name,
      Schedule: schedule,
      Timezone: timezone,
      ScalableTargetAction: { MinCapacity: min, MaxCapacity: max },
    });
    must(`put scheduled action ${name}`, await change(aws, client, put, signal, (output) => output.$metadata));
  }
  for (const { ScheduledActionName } of there) {
    if (wanted.some(({ name }) => name === ScheduledActionName)) continue;
    const remove = new sdk.DeleteScheduledActionCommand({ ...target, ScheduledActionName });
    must(
      `delete scheduled action ${ScheduledActionName}`,
      await change(aws, client, remove, signal, (output) => output.$metadata),
    );
  }
}

async function desiredOf(aws: Aws, cluster: string, service: string, signal: AbortSignal): Promise<number> {
  const { client, sdk } = await aws.clients.ecs();
  const command = () => new sdk.DescribeServicesCommand({ cluster, services: [service] });
  const found = must('describe services', await read(aws, client, command, signal, (output) => output.services));
  return found[0]?.desiredCount ?? 0;
}

/** `app/<name>/<id>/targetgroup/<name>/<id>`: the metric is that of one group (AAS-API/API_PredefinedMetricSpecification). */
async function labelOf(aws: Aws, group: string, wanted: boolean, signal: AbortSignal): Promise<string> {
  if (!wanted) return '';
  const { client, sdk } = await aws.clients.elb();
  const command = () => new sdk.DescribeTargetGroupsCommand({ TargetGroupArns: [group] });
  const found = must(
    'describe target groups',
    await read(aws, client, command, signal, (output) => output.TargetGroups),
  );
  const balancer = found[0]?.LoadBalancerArns?.[0] ?? '';
  return `${afterColon(balancer).replace(/^loadbalancer\//, '')}/${afterColon(group)}`;
}

/** What an ARN names: the part after its last colon. */
const afterColon = (arn: string): string => arn.slice(arn.lastIndexOf(':') + 1);
