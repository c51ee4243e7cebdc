import type { Deployment, Service, Task } from '@aws-sdk/client-ecs';
import { epochMs, err, ok, type Result } from '../base/index.ts';
import {
  type CallError,
  type Color,
  type ColorReading,
  type EcsDeployment,
  type Fleet,
  isTroubled,
  type ServiceReading,
  type Site,
  type StoppedTask,
  type TargetReading,
  type TaskReading,
} from '../deployment/index.ts';
import { type Aws, change, done, read } from './aws.ts';
import { lastLogLines } from './log-lines.ts';
import { registerInput } from './register-input.ts';

/** DescribeTasks takes this many (ECS-API/API_DescribeTasks). */
const tasksPerCall = 100;

/** The two ECS services of a service. */
export function ecsFleet(aws: Aws): Fleet {
  return {
    async read(site, stoppedOf, signal) {
      const services = await readServices(aws, site, signal);
      if (!services.ok) return services;
      const reading = (color: Color) => readColor(aws, site, color, services.value[color], stoppedOf === color, signal);
      const [blue, green] = await Promise.all([reading('blue'), reading('green')]);
      if (!blue.ok) return blue;
      if (!green.ok) return green;
      return ok({ blue: blue.value, green: green.value });
    },

    readServices: (site, signal) => readServices(aws, site, signal),
    readTargets: (site, color, signal) => readTargets(aws, site.colors[color].targetGroup, signal),
    readTasks: (site, color, signal) => readTasks(aws, site, color, signal),
    readStopped: (site, color, signal) => readStopped(aws, site, color, signal),

    async register(site, definition, deployment, signal) {
      const { client, sdk } = await aws.clients.ecs();
      const command = new sdk.RegisterTaskDefinitionCommand(registerInput(site, definition, deployment));
      return change(aws, client, command, signal, (output) => output.taskDefinition?.taskDefinitionArn);
    },

    async findRegistered(family, deployment, signal) {
      const { client, sdk } = await aws.clients.ecs();
      const command = () => new sdk.DescribeTaskDefinitionCommand({ taskDefinition: family, include: ['TAGS'] });
      const found = await read(aws, client, command, signal, (output) => output.taskDefinition && output);
      if (!found.ok) return found.error.kind === 'refused' ? ok(undefined) : found;
      const ours = found.value.tags?.some((tag) => tag.key === 'teal:deployment' && tag.value === deployment);
      return ok(ours ? found.value.taskDefinition?.taskDefinitionArn : undefined);
    },

    async update(site, update, container, signal) {
      const { client, sdk } = await aws.clients.ecs();
      const color = site.colors[update.color];
      const command = new sdk.UpdateServiceCommand({
        cluster: site.environment.cluster,
        service: color.service,
        desiredCount: update.desiredCount,
        ...(update.taskDefinition !== undefined && {
          taskDefinition: update.taskDefinition,
          loadBalancers: [
            { targetGroupArn: color.targetGroup, containerName: container.name, containerPort: container.port },
          ],
          networkConfiguration: {
            awsvpcConfiguration: {
              subnets: [...site.wanted.subnets],
              securityGroups: [...site.wanted.securityGroups],
              assignPublicIp: site.wanted.assignPublicIp ? ('ENABLED' as const) : ('DISABLED' as const),
            },
          },
          // The engine alone decides: ECS reports a failure and rolls nothing back.
          deploymentConfiguration: {
            deploymentCircuitBreaker: { enable: true, rollback: false },
            minimumHealthyPercent: 100,
            maximumPercent: 200,
          },
        }),
      });
      return done(await change(aws, client, command, signal, (output) => output.service));
    },

    lastLogLines: (task, most, signal) => lastLogLines(aws, task, most, signal),
  };
}

/** Both services in one call. */
async function readServices(
  aws: Aws,
  site: Site,
  signal: AbortSignal,
): Promise<Result<Record<Color, ServiceReading>, CallError>> {
  const { client, sdk } = await aws.clients.ecs();
  const names = { blue: site.colors.blue.service, green: site.colors.green.service };
  const command = () =>
    new sdk.DescribeServicesCommand({ cluster: site.environment.cluster, services: [names.blue, names.green] });
  const found = await read(aws, client, command, signal, (output) => output.services);
  if (!found.ok) return found;
  const [blue, green] = [names.blue, names.green].map((name) =>
    found.value.find((service) => service.serviceName === name),
  );
  if (blue && green) return ok({ blue: toService(blue), green: toService(green) });
  return err({
    kind: 'refused',
    code: 'ServiceNotFoundException',
    message: `no ECS service ${blue ? names.green : names.blue} in cluster ${site.environment.cluster}`,
  });
}

async function readColor(
  aws: Aws,
  site: Site,
  color: Color,
  service: ServiceReading,
  withStopped: boolean,
  signal: AbortSignal,
): Promise<Result<ColorReading, CallError>> {
  const busy = service.running + service.pending + service.desired > 0;
  const [targets, tasks] = await Promise.all([
    readTargets(aws, site.colors[color].targetGroup, signal),
    busy ? readTasks(aws, site, color, signal) : ok([]),
  ]);
  if (!targets.ok) return targets;
  if (!tasks.ok) return tasks;
  const stopped =
    withStopped && isTroubled(service, tasks.value) ? await readStopped(aws, site, color, signal) : ok([]);
  if (!stopped.ok) return stopped;
  return ok({ ...service, targets: targets.value, tasks: tasks.value, stopped: stopped.value });
}

/** Tasks whose desired status is RUNNING. */
async function readTasks(
  aws: Aws,
  site: Site,
  color: Color,
  signal: AbortSignal,
): Promise<Result<readonly TaskReading[], CallError>> {
  const tasks = await describeTasks(aws, site, color, 'RUNNING', signal);
  return tasks.ok ? ok(tasks.value.map(toTask)) : tasks;
}

/** Newest first. */
async function readStopped(
  aws: Aws,
  site: Site,
  color: Color,
  signal: AbortSignal,
): Promise<Result<readonly StoppedTask[], CallError>> {
  const tasks = await describeTasks(aws, site, color, 'STOPPED', signal);
  return tasks.ok ? ok(tasks.value.map(toStopped).sort((a, b) => (b.stoppedAt ?? 0) - (a.stoppedAt ?? 0))) : tasks;
}

async function readTargets(
  aws: Aws,
  targetGroup: string,
  signal: AbortSignal,
): Promise<Result<readonly TargetReading[], CallError>> {
  const { client, sdk } = await aws.clients.elb();
  const command = () => new sdk.DescribeTargetHealthCommand({ TargetGroupArn: targetGroup });
  const found = await read(aws, client, command, signal, (output) => output.TargetHealthDescriptions);
  if (!found.ok) return found;
  return ok(
    found.value.map(({ Target, TargetHealth }) => ({
      address: Target?.Id ?? '',
      port: Target?.Port ?? 0,
      state: TargetHealth?.State ?? '',
      reason: TargetHealth?.Reason ?? '',
      description: TargetHealth?.Description ?? '',
    })),
  );
}

async function describeTasks(
  aws: Aws,
  site: Site,
  color: Color,
  desiredStatus: 'RUNNING' | 'STOPPED',
  signal: AbortSignal,
): Promise<Result<readonly Task[], CallError>> {
  const { client, sdk } = await aws.clients.ecs();
  const { cluster } = site.environment;
  const arns: string[] = [];
  let nextToken: string | undefined;
  do {
    const command = () =>
      new sdk.ListTasksCommand({ cluster, serviceName: site.colors[color].service, desiredStatus, nextToken });
    const page = await read(aws, client, command, signal, (output) => output.taskArns && output);
    if (!page.ok) return page;
    arns.push(...(page.value.taskArns ?? []));
    nextToken = page.value.nextToken;
  } while (nextToken !== undefined);
  const tasks: Task[] = [];
  for (let from = 0; from < arns.length; from += tasksPerCall) {
    const command = () => new sdk.DescribeTasksCommand({ cluster, tasks: arns.slice(from, from + tasksPerCall) });
    const page = await read(aws, client, command, signal, (output) => output.tasks);
    if (!page.ok) return page;
    tasks.push(...page.value);
  }
  return ok(tasks);
}

const toService = (service: Service): ServiceReading => ({
  desired: service.desiredCount ?? 0,
  running: service.runningCount ?? 0,
  pending: service.pendingCount ?? 0,
  deployments: (service.deployments ?? []).map(toDeployment),
});

const toDeployment = (deployment: Deployment): EcsDeployment => ({
  id: deployment.id ?? '',
  status: deployment.status ?? '',
  taskDefinition: deployment.taskDefinition ?? '',
  rolloutState: deployment.rolloutState ?? 'IN_PROGRESS',
  rolloutReason: deployment.rolloutStateReason ?? '',
  failedTasks: deployment.failedTasks ?? 0,
});

const toTask = (task: Task): TaskReading => ({
  arn: task.taskArn ?? '',
  taskDefinition: task.taskDefinitionArn ?? '',
  startedBy: task.startedBy ?? '',
  lastStatus: task.lastStatus ?? '',
  address: task.attachments
    ?.flatMap((attachment) => attachment.details ?? [])
    .find((detail) => detail.name === 'privateIPv4Address')?.value,
  health: task.healthStatus ?? 'UNKNOWN',
});

/** The container that ended it: the first with an exit code, else the first. */
function toStopped(task: Task): StoppedTask {
  const container = task.containers?.find((candidate) => candidate.exitCode !== undefined) ?? task.containers?.[0];
  return {
    arn: task.taskArn ?? '',
    taskDefinition: task.taskDefinitionArn ?? '',
    stoppedReason: container?.reason ?? task.stoppedReason ?? '',
    stopCode: task.stopCode ?? '',
    container: container?.name ?? '',
    exitCode: container?.exitCode,
    stoppedAt: task.stoppedAt && epochMs(task.stoppedAt.getTime()),
  };
}
