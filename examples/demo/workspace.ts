import { spawn } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { listAt, member, numberAt } from './json.ts';

/** Everything the demo writes is in one temporary folder. */
export interface Workspace {
  readonly folder: string;
  /** The copy of the sample. */
  readonly project: string;
  readonly database: string;
  /** Where teal keeps its state: not where it keeps yours. */
  readonly state: string;
  /** For all child processes. */
  readonly environment: NodeJS.ProcessEnv;
  /** Ends what is being done in it. */
  readonly signal: AbortSignal;
}

const prefix = 'teal-demo-';

/** Makes the folder with its empty rooms. */
export function createWorkspace(signal: AbortSignal): Workspace {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), prefix));
  // PostgreSQL runs as another user when root starts it.
  if (process.getuid?.() === 0) chmodSync(folder, 0o711);
  writeFileSync(join(folder, 'owner.json'), JSON.stringify({ pid: process.pid }));
  const workspace = workspaceIn(folder, signal);
  mkdirSync(workspace.state, { mode: 0o700 });
  return workspace;
}

/** Copies the sample there and makes it ready to run. */
export async function installSample(workspace: Workspace, sample: string): Promise<void> {
  cpSync(sample, workspace.project, {
    recursive: true,
    filter: (path) => !['node_modules', '.teal', '.postgres'].includes(basename(path)),
  });
  const modules = join(sample, 'node_modules');
  if (existsSync(join(modules, 'pg'))) symlinkSync(modules, join(workspace.project, 'node_modules'));
  else await npm(workspace, 'ci', '--ignore-scripts', '--no-audit', '--no-fund');
  // Bundled once, here: the versions differ in release.json alone.
  await npm(workspace, 'run', '-s', 'build');
}

/** What a demo that was killed has left behind; its processes may still run. */
export function leftovers(): Workspace[] {
  const parent = realpathSync(tmpdir());
  return readdirSync(parent)
    .filter((name) => name.startsWith(prefix))
    .map((name) => join(parent, name))
    .filter((folder) => statSync(folder).uid === (process.getuid?.() ?? 0) && !ownerLives(folder))
    .map((folder) => workspaceIn(folder, new AbortController().signal));
}

export function removeWorkspace({ folder }: Workspace): void {
  rmSync(folder, { recursive: true, force: true });
}

/** Runs npm in the project and returns what it printed. */
export function npm({ project, environment, signal }: Workspace, ...args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const child = spawn('npm', args, {
      cwd: project,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const kill = () => child.pid !== undefined && process.kill(-child.pid, 'SIGTERM');
    signal.addEventListener('abort', kill, { once: true });
    let out = '';
    let errors = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors += text;
    });
    child.once('error', reject);
    child.once('exit', (code) => {
      signal.removeEventListener('abort', kill);
      if (code === 0) resolve(out);
      else reject(new Error(`npm ${args.join(' ')} ended with exit code ${code}:\n${(out + errors).trim()}`));
    });
  });
}

/** What a version is made of: its release file, and how its deployment goes. */
export interface Version {
  readonly version: string;
  readonly behaviour: object;
  readonly strategy: object | string;
}

/** Writes release and service as the next deployment is to find them. Times are short, so that the demo is. */
export function writeVersion({ project }: Workspace, { version, behaviour, strategy }: Version): void {
  writeFileSync(join(project, 'release.json'), `${JSON.stringify({ version, behaviour })}\n`);
  const file = join(project, 'services', 'items.json');
  const service: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (typeof service !== 'object' || service === null) throw new Error(`${file} is no object`);
  const deployment = {
    ...Object(member(service, 'deployment')),
    strategy,
    bake: '2s',
    healthTimeout: '1m',
    // No latency is judged: how fast this machine is today says nothing about a version.
    verification: [{ http: '/health', status: 200, contains: 'ok' }],
    limits: { failurePercent: 1, window: '5s', minimumAnswers: 20 },
  };
  const changed = { ...service, stopTimeout: '10s', deregistrationDelay: '3s', deployment, local: { build: [] } };
  writeFileSync(file, `${JSON.stringify(changed, undefined, 2)}\n`);
}

/** The balancer's access log, however many files it has. */
export function readAccessLog({ state }: Workspace): string {
  const folders = readdirSync(state, { recursive: true, encoding: 'utf8' }).filter(
    (path) => basename(path) === 'access-logs',
  );
  return folders
    .flatMap((folder) => readdirSync(join(state, folder)).map((name) => join(state, folder, name)))
    .filter((file) => file.endsWith('.log'))
    .map((file) => readFileSync(file, 'utf8'))
    .join('');
}

/** The first HTTP listener that the runtime's `GET /_teal/listeners` told of. */
export function listenerUrl(listeners: unknown): string {
  const list = Array.isArray(listeners) ? listeners : listAt(listeners, 'listeners');
  const url = list.map((one) => member(one, 'url')).find((one) => typeof one === 'string');
  if (typeof url !== 'string') throw new Error(`the runtime has no listener: ${JSON.stringify(listeners)}`);
  return url;
}

function workspaceIn(folder: string, signal: AbortSignal): Workspace {
  const state = join(folder, 'state');
  const inherited = Object.entries(process.env).filter(([name]) => !/^(AWS_|TEAL_|DATABASE_URL$|PORT$)/.test(name));
  return {
    folder,
    project: join(folder, 'items-api'),
    database: join(folder, 'postgres'),
    state,
    environment: { ...Object.fromEntries(inherited), XDG_STATE_HOME: state },
    signal,
  };
}

/** In doubt it does: then nothing is touched. */
function ownerLives(folder: string): boolean {
  const file = join(folder, 'owner.json');
  if (!existsSync(file)) return true;
  const pid = numberAt(JSON.parse(readFileSync(file, 'utf8')), 'pid');
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
