import type { Deployment, Service, Task } from '@aws-sdk/client-ecs';
import { epochMs, err, ok, type Result } from '../base/index.ts';
import type {
  CallError,
  Color,
  ColorReading,
  EcsDeployment,
  Fleet,
  Site,
  StoppedTask,
  TargetReading,
  TaskReading,
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
      const services = await describeServices(aws, site, signal);
      if (!services.ok) return services;
      const reading = (color: Color) => readColor(aws, site, color, services.value[color], stoppedOf === color, signal);
      const [blue, green] = await Promise.all([reading('blue'), reading('green')]);
      if (!blue.ok) return blue;
      if (!green.ok) return green;
      return ok({ blue: blue.value, green: green.value });
    },

    async readTargets(site, signal) {
      const of = (color: Color) => readTargets(aws, site.colors[color].targetGroup, signal);
      const [blue, green] = await Promise.all([of('blue'), of('green')]);
      if (!blue.ok) return blue;
      if (!green.ok) return green;
      return ok({ blue: { ...nothingOfEcs, targets: blue.value }, green: { ...nothingOfEcs, targets: green.value } });
    },

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

    lastLogLines: (site, taskArn, most, signal) => lastLogLines(aws, site.logGroup, taskArn, most, signal),
  };
}

const nothingOfEcs = { desired: 0, running: 0, pending: 0, deployments: [], tasks: [], stopped: [] };

/** Both services in one call. */
async function describeServices(
  aws: Aws,
  site: Site,
  signal: AbortSignal,
): Promise<Result<Record<Color, Service>, CallError>> {
  const { client, sdk } = await aws.clients.ecs();
  const names = { blue: site.colors.blue.service, green: site.colors.green.service };
  const command = () =>
    new sdk.DescribeServicesCommand({ cluster: site.environment.cluster, services: [names.blue, names.green] });
  const found = await read(aws, client, command, signal, (output) => output.services);
  if (!found.ok) return found;
  const [blue, green] = [names.blue, names.green].map((name) =>
    found.value.find((service) => service.serviceName === name),
  );
  if (blue && green) return ok({ blue, green });
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
  service: Service,
  stopped: boolean,
  signal: AbortSignal,
): Promise<Result<ColorReading, CallError>> {
  const desired = service.desiredCount ?? 0;
  const running = service.runningCount ?? 0;
  const pending = service.pendingCount ?? 0;
  const deployments = (service.deployments ?? []).map(toDeployment);
  const busy = running + pending + desired > 0;
  const [targets, tasks] = await Promise.all([
    readTargets(aws, site.colors[color].targetGroup, signal),
    busy ? readTasks(aws, site, color, 'RUNNING', signal) : ok([]),
  ]);
  if (!targets.ok) return targets;
  if (!tasks.ok) return tasks;
  // A task that has just died is missing among the tasks before the service counts it out.
  const alive = Math.min(running, tasks.value.filter(({ lastStatus }) => lastStatus === 'RUNNING').length);
  const troubled = deployments.some(
    ({ failedTasks, rolloutState }) => failedTasks > 0 || rolloutState !== 'COMPLETED' || alive < desired,
  );
  const gone = stopped && troubled ? await readTasks(aws, site, color, 'STOPPED', signal) : ok([]);
  if (!gone.ok) return gone;
  return ok({
    desired,
    running,
    pending,
    deployments,
    targets: targets.value,
    tasks: tasks.value.map(toTask),
    stopped: gone.value.map(toStopped).sort((a, b) => (b.stoppedAt ?? 0) - (a.stoppedAt ?? 0)),
  });
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

async function readTasks(
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
