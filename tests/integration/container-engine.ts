import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ms, systemClock, tarEnd, tarHeader, tarPadding } from '../../src/base/index.ts';
import { connectEngine, type Engine } from '../../src/local/tasks/container/engine.ts';
import { engineSockets } from '../../src/local/tasks/container/engine-sockets.ts';

export interface TestEngine extends AsyncDisposable {
  readonly engine: Engine;
  readonly socket: string;
}

/**
 * The engine of this machine; where none listens and Podman is installed, one of its own, with a storage and settings
 * that also work inside a virtual machine or container. Or what stands in the way, in the engine's own words.
 */
export async function openTestEngine(): Promise<TestEngine | string> {
  const sockets = process.env.DOCKER_HOST ? engineSockets(process.env) : engineSockets({}).filter(existsSync);
  for (const socket of sockets) {
    const engine = await connectEngine([socket]).catch(() => undefined);
    if (engine) return usable({ engine, socket, [Symbol.asyncDispose]: async () => {} });
  }
  return startPodman();
}

async function startPodman(): Promise<TestEngine | string> {
  try {
    execFileSync('podman', ['--version'], { stdio: 'pipe' });
  } catch (error) {
    return `no engine listens, and podman --version: ${error instanceof Error ? error.message : String(error)}`;
  }
  const folder = mkdtempSync(join(tmpdir(), 'teal-podman-'));
  const [socket, settings, storage] = ['podman.sock', 'containers.conf', 'storage.conf'].map((name) =>
    join(folder, name),
  );
  writeFileSync(
    settings ?? '',
    `[containers]
netns = "host"
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
[engine]
${hasRunc() ? 'runtime = "runc"\n' : ''}cgroup_manager = "cgroupfs"
events_logger = "file"
`,
  );
  writeFileSync(
    storage ?? '',
    `[storage]\ndriver = "vfs"\nrunroot = "${join(folder, 'run')}"\ngraphroot = "${join(folder, 'graph')}"\n`,
  );
  const environment = { ...process.env, CONTAINERS_CONF: settings, CONTAINERS_STORAGE_CONF: storage };
  const service = spawn('podman', ['system', 'service', '--time=0', `unix://${socket}`], {
    env: environment,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  service.stderr.on('data', (chunk) => (said += chunk));
  const close = async (): Promise<void> => {
    service.kill('SIGTERM');
    if (service.exitCode === null) await new Promise((resolve) => service.once('exit', resolve));
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  const deadline = systemClock.monotonic() + 30_000;
  for (;;) {
    const engine = await connectEngine([socket ?? '']).catch((error: Error) => error);
    if (!(engine instanceof Error)) return usable({ engine, socket: socket ?? '', [Symbol.asyncDispose]: close });
    if (service.exitCode !== null || systemClock.monotonic() > deadline) {
      await close();
      return `podman system service: ${said.trim() || engine.message}`;
    }
    await systemClock.sleep(ms(100));
  }
}

const hasRunc = (): boolean => ['/usr/bin/runc', '/usr/sbin/runc', '/usr/local/bin/runc'].some(existsSync);

/** The base image of the tests' own images. */
export const baseImage = 'localhost/teal-test-base:latest';

/** An engine that has the base image and has run a container of it. */
async function usable(opened: TestEngine): Promise<TestEngine | string> {
  const refused = await provide(opened.engine).catch((error: unknown) => String(error));
  if (refused === undefined) return opened;
  await opened[Symbol.asyncDispose]();
  return `${opened.engine.name}: ${refused}`;
}

async function provide(engine: Engine): Promise<string | undefined> {
  const imported = await engine.call(
    'POST',
    `/images/create?fromSrc=-&repo=localhost/teal-test-base&tag=latest&changes=${encodeURIComponent('ENV PATH=/usr/bin:/bin')}`,
    machinePrograms(),
  );
  if (imported.kind === 'refused') return imported.message;
  const made = await engine.call('POST', '/containers/create', {
    Image: baseImage,
    Cmd: ['sh', '-c', 'exit 0'],
    HostConfig: { NetworkMode: 'host', LogConfig: { Type: 'none' } },
  });
  if (made.kind === 'refused') return made.message;
  const id = typeof made.body === 'object' && made.body && 'Id' in made.body ? made.body.Id : '';
  const started = await engine.call('POST', `/containers/${id}/start`);
  await engine.call('DELETE', `/containers/${id}?force=1`);
  return started.kind === 'refused' ? started.message : undefined;
}

/** A tar of this machine's Node and a few programs, with the libraries that they need: no registry is asked. */
async function* machinePrograms(): AsyncGenerator<Uint8Array> {
  const files = new Map<string, string>();
  for (const name of ['node', 'sh', 'cat', 'mkdir', 'test', 'sleep', 'grep']) {
    const found =
      name === 'node'
        ? process.execPath
        : execFileSync('sh', ['-c', `command -v ${name} || true`])
            .toString()
            .trim();
    const path = found.startsWith('/') ? realpathSync(found) : realpathSync(`/usr/bin/${name}`);
    files.set(`usr/bin/${name}`, path);
    for (const [library = ''] of execFileSync('ldd', [path])
      .toString()
      .matchAll(/\/[^\s():]+/g))
      files.set(library.slice(1), realpathSync(library));
  }
  files.set('bin/sh', files.get('usr/bin/sh') ?? '');
  yield tarHeader({ path: 'tmp/', kind: 'directory', size: 0, executable: true, target: '' });
  for (const [path, from] of files) {
    const bytes = readFileSync(from);
    yield tarHeader({ path, kind: 'file', size: bytes.length, executable: true, target: '' });
    yield bytes;
    yield tarPadding(bytes.length);
  }
  yield tarEnd();
}
