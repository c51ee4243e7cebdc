import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { availableParallelism } from 'node:os';
import { type Clock, epochMs, isoTime, type Json, type Ms, ms, type Random } from '../../../base/index.ts';
import type { Measured } from '../live-tasks.ts';
import type { ContainerSpec, TaskSpec } from '../task-driver.ts';

/** What a container is told of its endpoints; part of its environment. */
export interface ContainerAccess {
  /** ECS_CONTAINER_METADATA_URI_V4 */
  readonly metadataUri: string;
  /** Undefined where the task has no role: then there are no credentials, as on AWS. */
  readonly credentials: { readonly fullUri: string; readonly token: string } | undefined;
}

/**
 * The metadata endpoint (ECS-DG/task-metadata-endpoint-v4-fargate) and the credentials endpoint of the containers,
 * on one loopback port.
 */
export interface ContainerEndpoint extends AsyncDisposable {
  /** `usage` is asked for the statistics. */
  add(task: TaskSpec, container: ContainerSpec, usage: MeasureContainer): ContainerAccess;
  pulled(metadataUri: string, digest: string): void;
  remove(metadataUri: string): void;
}

type MeasureContainer = () => Promise<Measured | undefined>;

interface Known {
  readonly usage: MeasureContainer;
  /** What the last statistics said, which the next are compared with. */
  told: Measured | undefined;
  readonly task: TaskSpec;
  readonly container: ContainerSpec;
  readonly token: string;
  readonly since: string;
  digest: string;
}

export async function openContainerEndpoint(clock: Clock, random: Random): Promise<ContainerEndpoint> {
  const known = new Map<string, Known>();
  const server = createServer((request, response) => {
    void answer(known, clock, request).then(([status, body]) => reply(response, status, body));
  });
  server.unref();
  const port = await listen(server);
  const base = `http://127.0.0.1:${port}`;
  const keyOf = (metadataUri: string): string => metadataUri.slice(metadataUri.lastIndexOf('/') + 1);
  return {
    add(task, container, usage) {
      // As on AWS: the task's id and ten digits.
      const key = `${task.id}-${random.digits(10)}`;
      const token = random.hex(64);
      known.set(key, { task, container, usage, told: undefined, token, since: isoTime(clock.now()), digest: '' });
      const credentials = task.taskRoleArn === undefined ? undefined : { fullUri: `${base}/credentials/${key}`, token };
      return { metadataUri: `${base}/v4/${key}`, credentials };
    },
    pulled(metadataUri, digest) {
      const entry = known.get(keyOf(metadataUri));
      if (entry) entry.digest = digest;
    },
    remove: (metadataUri) => void known.delete(keyOf(metadataUri)),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

const listen = (server: Server): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });

async function answer(
  known: ReadonlyMap<string, Known>,
  clock: Clock,
  request: IncomingMessage,
): Promise<readonly [number, Json]> {
  // A page in a browser cannot name this host by its address and be answered (DNS rebinding).
  if (request.method !== 'GET' || !request.headers.host?.startsWith('127.0.0.1:') || request.headers.origin) {
    return [403, { message: 'forbidden' }];
  }
  const [, kind, key = '', ...rest] = new URL(request.url ?? '/', 'http://127.0.0.1').pathname.split('/');
  const entry = known.get(key);
  if (!entry) return [404, { message: 'unknown container' }];
  if (kind === 'credentials') {
    if (request.headers.authorization !== entry.token) return [401, { message: 'wrong authorization token' }];
    return [200, credentials(entry.task, clock)];
  }
  const siblings = [...known].filter(([, one]) => one.task.id === entry.task.id);
  const stats = (id: string, one: Known): Promise<Json> => statistics(id, one, isoTime(clock.now()));
  switch (rest.join('/')) {
    case '':
      return [200, containerMetadata(key, entry)];
    case 'task':
      return [200, taskMetadata(entry.task, siblings)];
    case 'stats':
      return [200, await stats(key, entry)];
    case 'task/stats':
      return [
        200,
        Object.fromEntries(await Promise.all(siblings.map(async ([id, one]) => [id, await stats(id, one)] as const))),
      ];
    default:
      return [404, { message: 'unknown path' }];
  }
}

/** In Docker's words (ECS-DG/task-metadata-endpoint-v4-fargate-examples); null where nothing is measured, as on AWS. */
async function statistics(id: string, entry: Known, read: string): Promise<Json> {
  const now = await entry.usage();
  if (!now) return null;
  const before = entry.told;
  entry.told = now;
  return {
    read,
    name: entry.container.name,
    id,
    cpu_stats: processorStatistics(now),
    precpu_stats: processorStatistics(before ?? { ...now, at: ms(0), cpu: ms(0) }),
    memory_stats: { usage: now.memoryBytes, limit: entry.task.size.memoryMiB * 2 ** 20 },
  };
}

/** In nanoseconds; `system_cpu_usage` is the time of all processors together. */
const processorStatistics = ({ at, cpu }: { readonly at: Ms; readonly cpu: Ms }): Json => ({
  cpu_usage: { total_usage: Math.round(cpu * 1e6) },
  system_cpu_usage: Math.round(at * 1e6) * availableParallelism(),
  online_cpus: availableParallelism(),
});

/** `arn:aws:ecs:<region>:<account>:task/…`, made by the runtime itself. */
function placeOf(task: TaskSpec): { region: string; account: string } {
  const [, , , region = '', account = ''] = task.arn.split(':');
  return { region, account };
}

/** Good for this runtime alone, where an access key of 12 digits is the account. */
const credentials = (task: TaskSpec, clock: Clock): Json => ({
  RoleArn: task.taskRoleArn ?? '',
  AccessKeyId: placeOf(task).account,
  SecretAccessKey: 'local',
  Token: 'local',
  Expiration: isoTime(epochMs(clock.now() + 6 * 3_600_000)),
});

const containerMetadata = (key: string, { task, container, since, digest }: Known): Json => ({
  DockerId: key,
  Name: container.name,
  DockerName: container.name,
  Image: container.image,
  ImageID: digest,
  Labels: {
    'com.amazonaws.ecs.cluster': task.clusterArn,
    'com.amazonaws.ecs.container-name': container.name,
    'com.amazonaws.ecs.task-arn': task.arn,
    'com.amazonaws.ecs.task-definition-family': task.family,
    'com.amazonaws.ecs.task-definition-version': String(task.revision),
  },
  DesiredStatus: 'RUNNING',
  KnownStatus: 'RUNNING',
  CreatedAt: since,
  StartedAt: since,
  Type: 'NORMAL',
  Networks: [{ NetworkMode: 'awsvpc', IPv4Addresses: [task.address] }],
});

const taskMetadata = (task: TaskSpec, containers: readonly (readonly [string, Known])[]): Json => ({
  Cluster: task.clusterArn,
  TaskARN: task.arn,
  Family: task.family,
  Revision: String(task.revision),
  DesiredStatus: 'RUNNING',
  KnownStatus: 'RUNNING',
  AvailabilityZone: `${placeOf(task).region}a`,
  LaunchType: 'FARGATE',
  Limits: { CPU: task.size.cpuUnits / 1024, Memory: task.size.memoryMiB },
  Containers: containers.map(([key, one]) => containerMetadata(key, one)),
});

function reply(response: ServerResponse, status: number, body: Json): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
