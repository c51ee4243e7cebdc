import { createHash } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import { ulid } from 'ulid';
import {
  applicationAutoScaling,
  awsAccountFacts,
  awsGroundwork,
  cloudWatchAlarms,
  cloudWatchMetrics,
  createClients,
  dynamoJournal,
  ecsFleet,
  elbNamedTraffic,
  elbTraffic,
  httpProber,
} from '../aws/index.ts';
import { systemClock, systemRandom } from '../base/index.ts';
import {
  type Environment,
  findEnvironment,
  findProjectRoot,
  findService,
  type Project,
  readProject,
  renderDiagnostics,
  type WebService,
} from '../config/index.ts';
import type { NamedTraffic } from '../deployment/index.ts';
import { ask, type Context, processCommands, type RuntimeFacts } from '../operations/index.ts';
import { CliError } from './cli-error.ts';
import { watchInterrupts } from './interrupt.ts';
import type { Output } from './output/output.ts';
import {
  factsOf,
  findRuntime,
  localAuthority,
  runtimeData,
  servedListeners,
  startRuntime,
  usualStart,
} from './runtime-process.ts';

export interface Workplace {
  readonly context: Context;
  readonly named: NamedTraffic;
  readonly project: Project;
}

interface OpenProject {
  readonly root: string;
  readonly project: Project;
}

let opened: OpenProject | undefined;

/** The project around the current folder, read once. @throws CliError with every problem of its files. */
export function openProject(): OpenProject {
  opened ??= readOpenProject();
  return opened;
}

function readOpenProject(): OpenProject {
  const root = findProjectRoot(process.cwd());
  if (root === undefined) {
    throw new CliError('usage', 'There is no teal.json here or in a folder above. "teal init" starts a project.');
  }
  const project = readProject(root);
  if (!project.ok)
    throw new CliError('usage', renderDiagnostics(project.error.diagnostics, project.error.fileCount).trimEnd());
  return { root, project: project.value };
}

export function serviceOf(project: Project, name: string): WebService {
  const found = findService(project, name);
  if (!found.ok) throw new CliError('usage', found.error.message);
  if (found.value.kind !== 'web')
    throw new CliError('refused', `services/${name}.json: kind "worker" can't be deployed yet. Nothing was changed.`);
  return found.value;
}

/** The service that a command is about: the named one, or the project's only one. */
export function chosenService(project: Project, name: string | undefined): WebService {
  const [only, ...more] = project.services;
  if (name !== undefined) return serviceOf(project, name);
  if (!only) throw new CliError('usage', 'This project has no service: there is no file in services/.');
  if (more.length > 0)
    throw new CliError('usage', `Which service? ${project.services.map((service) => service.name).join(', ')}.`);
  return serviceOf(project, only.name);
}

/**
 * Builds every port of a command on real clients: the one place that does. On `local` a command that
 * drives starts the runtime where none runs.
 */
export async function compose(
  environmentName: string,
  output: Output,
  options: { readonly drives: boolean },
): Promise<Workplace> {
  const { root, project } = openProject();
  const found = findEnvironment(project, environmentName);
  if (!found.ok) throw new CliError('usage', found.error.message);
  const runtime = found.value.name === 'local' ? await localRuntime(output, options.drives) : null;
  const environment: Environment = runtime ? { ...found.value, account: runtime.account } : found.value;
  const override = endpointOverride();
  if (!runtime && override) refuseForeignEndpoint(environment, override.name);
  const endpoint = runtime?.endpoint ?? override?.url;
  const random = systemRandom();
  const clients = createClients({
    region: environment.region,
    ...(runtime && {
      endpoint: runtime.endpoint,
      credentials: { accessKeyId: runtime.account, secretAccessKey: 'local' },
    }),
  });
  const aws = { clients, clock: systemClock, random };
  const promote = async (name: string): Promise<void> => {
    const asked = await ask(context, serviceOf(project, name), 'promote');
    if (!asked.ok) output.note(`promote: ${asked.error.kind}`);
  };
  const context: Context = {
    environment,
    root,
    project: project.name,
    runtime,
    listeners: async () => (endpoint === undefined ? new Map() : servedListeners(endpoint)),
    aws,
    clock: systemClock,
    traffic: elbTraffic(aws),
    fleet: ecsFleet(aws),
    scaling: applicationAutoScaling(aws),
    alarms: cloudWatchAlarms(aws),
    metrics: cloudWatchMetrics(aws),
    groundwork: awsGroundwork(aws, awsAccountFacts(aws, environment.region, endpoint ?? null)),
    prober: httpProber(systemClock, localAuthority(endpoint)),
    commands: processCommands(root, process.env, systemClock),
    journalOf: (table, service) => dynamoJournal(aws, table, environment.name, service),
    holder: { who: whoAmI(), where: `${hostname()}:${process.pid}`, since: systemClock.now() },
    newId: () => ulid(systemClock.now(), () => random.next()),
    sha256: (text) => createHash('sha256').update(text).digest('hex'),
    emit: (event) => output.event(event),
    note: (line) => output.note(line),
    interrupt: options.drives ? watchInterrupts(output, promote) : never,

    signal: never,
  };
  return { context, named: elbNamedTraffic(aws), project };
}

/** For what can't be interrupted. */
const never = new AbortController().signal;

async function localRuntime(output: Output, start: boolean): Promise<RuntimeFacts> {
  const dataDir = runtimeData(process.env);
  const found = await findRuntime(dataDir);
  if (found) return factsOf(found);
  if (!start)
    throw new CliError(
      'refused',
      'The local runtime does not run: "teal local start" starts it, and so does "teal deploy".',
    );
  const started = await startRuntime(dataDir, usualStart);
  output.note(
    `Started the local runtime at ${started.endpoint} (timing ${started.health.timing}). "teal local stop" ends it.`,
  );
  return factsOf(started);
}

/** Of the variables by which every SDK takes an endpoint in AWS's place: for all services, or else for one. */
export function endpointOverride(): { readonly name: string; readonly url: string } | undefined {
  const set = Object.entries(process.env)
    .flatMap(([name, url]) => (url && /^AWS_ENDPOINT_URL/.test(name) ? [{ name, url }] : []))
    .sort((a, b) => a.name.length - b.name.length);
  return set[0];
}

/** An endpoint in the environment's variables would send production's calls elsewhere. */
function refuseForeignEndpoint(environment: Environment, name: string): void {
  if (environment.allowEndpoint) return;
  throw new CliError(
    'refused',
    `${name} is set, and environment ${environment.name} does not allow an endpoint override ("allowEndpoint": true). Nothing was changed.`,
  );
}

/** In CI the job, else the user. */
function whoAmI(): string {
  const { GITLAB_USER_LOGIN, GITHUB_ACTOR, CI_JOB_ID, GITHUB_RUN_ID } = process.env;
  const user = GITLAB_USER_LOGIN ?? GITHUB_ACTOR ?? userInfo().username;
  const job = CI_JOB_ID ?? GITHUB_RUN_ID;
  return job ? `${user}@ci-${job}` : user;
}
