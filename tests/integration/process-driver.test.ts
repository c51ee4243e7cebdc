import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ms, seconds, systemClock, systemRandom } from '../../src/base/index.ts';
import { buildImage } from '../../src/images/index.ts';
import type { HealthCheckAnswer } from '../../src/local/tasks/network.ts';
import { type ImageStore, openImageStore } from '../../src/local/tasks/process/image-store.ts';
import { createProcessTasks, type ProcessTasks } from '../../src/local/tasks/process/process-tasks.ts';
import type { RunningTask, TaskEvent, TaskSpec, TaskUsage } from '../../src/local/tasks/task-driver.ts';
import { aTask } from './process-driver-task.ts';

const hostPath = process.env.PATH ?? '';
const hasPython = hostPath.split(':').some((folder) => existsSync(join(folder, 'python3')));

let folder = '';
let dataDir = '';
let images: ImageStore;
let tasks: ProcessTasks;
let script = '';
const started: Run[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'teal-test-'));
  dataDir = join(folder, 'data');
  process.env.PLANTED_SECRET = 'planted-9f2c';
  images = await openImageStore({ dataDir });
  tasks = await openTasks();
  script = await image('script', {
    Dockerfile: 'FROM scratch\nWORKDIR /app\nCMD ["node", "-e", "setInterval(() => {}, 1000)"]',
  });
});
afterEach(async () => {
  for (const run of started.splice(0)) {
    run.task.signal('SIGKILL');
    await run.ended;
  }
});
afterAll(async () => {
  await tasks[Symbol.asyncDispose]();
  delete process.env.PLANTED_SECRET;
  await rm(folder, { recursive: true, force: true });
});

const openTasks = (): Promise<ProcessTasks> =>
  createProcessTasks({
    images,
    clock: systemClock,
    random: systemRandom(),
    dataDir,
    runtimeEndpoint: () => 'http://127.0.0.1:4566',
    hostPath,
    log: () => {},
  });

function sources(name: string, files: Readonly<Record<string, string>>): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name, path)), { recursive: true });
    writeFileSync(join(folder, name, path), text);
  }
  return join(folder, name);
}

/** Builds and stores an image; returns its reference. */
async function image(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  await using built = await buildImage({
    context: sources(name, files),
    architecture: 'X86_64',
    environment: { PATH: hostPath },
    signal: new AbortController().signal,
    onOutput: () => {},
  });
  return (await images.receive(built.archive(), { repository: name })).reference;
}

interface Run {
  readonly spec: TaskSpec;
  readonly task: RunningTask;
  readonly events: readonly TaskEvent[];
  readonly lines: readonly string[];
  /** The last event. */
  readonly ended: Promise<TaskEvent>;
}

function run(container: Parameters<typeof aTask>[0], rest?: Partial<TaskSpec>): Run {
  const spec = aTask(container, rest);
  const events: TaskEvent[] = [];
  const lines: string[] = [];
  let end: (event: TaskEvent) => void = () => {};
  const ended = new Promise<TaskEvent>((resolve) => {
    end = resolve;
  });
  const task = tasks.driver.start(spec, (event) => {
    events.push(event);
    if (event.kind === 'output') lines.push(event.line);
    if (event.kind === 'exited' || event.kind === 'failed') end(event);
  });
  const made = { spec, task, events, lines, ended };
  started.push(made);
  return made;
}

/** For what takes its time on a busy machine. */
const eventually = <T>(look: () => T) => expect.poll(look, { timeout: 20_000, interval: 20 });

const js = (code: string): readonly string[] => ['node', '-e', code];
const shell = (code: string): readonly string[] => ['sh', '-c', code];

const check = ({ spec }: Run, path = '/'): Promise<HealthCheckAnswer> =>
  new Promise((resolve) => {
    tasks.network.check(
      { address: spec.address, port: 8080, path, protocol: 'HTTP', version: 'HTTP1', timeout: seconds(2) },
      resolve,
    );
  });

async function bodyOf(one: Run, path = '/'): Promise<string> {
  const at = tasks.network.locate(one.spec.address, 8080);
  if (!at) return 'nothing there';
  return fetch(`http://${at.host}:${at.port}${path}`)
    .then((response) => response.text())
    .catch(() => 'no answer');
}

interface Statistics {
  readonly cpu_stats: { readonly cpu_usage: { readonly total_usage: number } };
  readonly memory_stats: { readonly usage: number };
}

const exec = (one: Run, command: readonly string[], timeout = seconds(5)): Promise<number | undefined> =>
  new Promise((resolve) => {
    one.task.exec('app', command, timeout, resolve);
  });

/** Processes with this in their command line, the ended ones left out. */
const processesWith = (text: string): readonly string[] =>
  execFileSync('ps', ['-A', '-ww', '-o', 'stat=,args='], { maxBuffer: 1 << 26 })
    .toString()
    .split('\n')
    .filter((line) => line.includes(text) && !line.startsWith('Z'));

const nodeApp = (version: string) => ({
  Dockerfile: 'FROM node\nWORKDIR /app\nCOPY . .\nEXPOSE 8080\nCMD ["node", "/app/server.js"]',
  'server.js': `
    const { readFileSync } = require('node:fs');
    require('node:http').createServer((_, response) => response.end(readFileSync('/app/version'.replace('/app', __dirname), 'utf8')))
      .listen(process.env.PORT, () => console.log('listening'));
    process.on('SIGTERM', () => process.exit(0));`,
  version,
});

const pythonApp = (version: string) => ({
  Dockerfile: 'FROM python\nWORKDIR /srv\nCOPY . .\nENTRYPOINT ["/usr/local/bin/python"]\nCMD ["-u", "app.py"]',
  'app.py': `
import http.server, os
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(b'${version}')
http.server.ThreadingHTTPServer(('', int(os.environ['PORT'])), Handler).serve_forever()
`,
});

describe('applications', () => {
  for (const [name, app, present] of [
    ['Node', nodeApp, true],
    ['Python', pythonApp, hasPython],
  ] as const) {
    // Skipped where this machine has no python3.
    test.runIf(present)(`in ${name} run in two colours at once, and again after their source is gone`, async () => {
      const repository = name.toLowerCase();
      const references = [await image(repository, app('v1'))];
      references.push(await image(repository, app('v2')));
      const colours = references.map((reference) => run({ image: reference }));
      await eventually(() => Promise.all(colours.map((one) => bodyOf(one)))).toEqual(['v1', 'v2']);
      rmSync(join(folder, repository), { recursive: true });
      colours[0]?.task.signal('SIGKILL');
      expect(await colours[0]?.ended).toMatchObject({ kind: 'exited', exitCode: 137 });
      const again = run({ image: references[0] ?? '' });
      await eventually(() => bodyOf(again)).toBe('v1');
      expect(await check(again)).toEqual({ kind: 'answered', status: 200 });
    });
  }

  test('may write in their folders: neither the image nor another task sees it', async () => {
    const reference = await image('writer', {
      Dockerfile: 'FROM x\nWORKDIR /app\nCOPY . .\nCMD cat state; echo written > state; cat state',
      state: 'fresh\n',
    });
    for (const one of [run({ image: reference }), run({ image: reference })]) {
      await one.ended;
      expect(one.lines).toEqual(['fresh', 'written']);
    }
  });

  test('do not see a package.json above the data folder', async () => {
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    const one = run({ image: await image('common', nodeApp('common')) });
    await eventually(() => bodyOf(one)).toBe('common');
    rmSync(join(folder, 'package.json'));
  });

  test('leave nothing on the disk when they end', async () => {
    const one = run({ image: script, command: shell('echo x > "$HOME/a"; echo y > "$TMPDIR/b"') });
    await one.ended;
    const left = () =>
      readdirSync(join(dataDir, 'tasks'), { recursive: true, encoding: 'utf8' }).filter((path) =>
        path.includes(one.spec.id.slice(0, 12)),
      );
    await eventually(left).toEqual([]);
  });
});

describe('a container', () => {
  test('tells its states in order', async () => {
    const one = run({ image: script, command: js('console.log(1)') });
    await one.ended;
    expect(one.events).toEqual([
      { kind: 'pulled', container: 'app', digest: script.split('@')[1] },
      { kind: 'started', container: 'app' },
      { kind: 'output', container: 'app', line: '1' },
      { kind: 'exited', container: 'app', exitCode: 0 },
    ]);
  });

  test.each([
    [js('process.exit(3)'), 3],
    [js('process.kill(process.pid, "SIGABRT")'), 134],
    [js('throw 1'), 1],
  ])('ends with the exit code of %j', async (command, exitCode) => {
    expect(await run({ image: script, command }).ended).toMatchObject({ kind: 'exited', exitCode });
  });

  test('gets SIGTERM and may end in its own way; without a handler it is 143', async () => {
    const graceful = run({
      image: script,
      command: js(
        'process.on("SIGTERM", () => { console.log("bye"); process.exit(0) }); setInterval(() => {}, 9); console.log("up")',
      ),
    });
    const plain = run({ image: script, command: js('setInterval(() => {}, 9); console.log("up")') });
    for (const one of [graceful, plain]) {
      await eventually(() => one.lines).toEqual(['up']);
      one.task.signal('SIGTERM');
    }
    expect(await graceful.ended).toMatchObject({ exitCode: 0 });
    expect(graceful.lines).toEqual(['up', 'bye']);
    expect(await plain.ended).toMatchObject({ exitCode: 143 });
  });

  test('gets the image’s STOPSIGNAL in place of SIGTERM', async () => {
    const reference = await image('stop', { Dockerfile: 'FROM x\nSTOPSIGNAL SIGUSR2' });
    const one = run({
      image: reference,
      command: js('process.on("SIGUSR2", () => process.exit(9)); setInterval(() => {}, 9); console.log("up")'),
    });
    await eventually(() => one.lines).toEqual(['up']);
    one.task.signal('SIGTERM');
    expect(await one.ended).toMatchObject({ exitCode: 9 });
  });

  test('that is stopped before it started fails, and never starts', async () => {
    const one = run({ image: script });
    one.task.signal('SIGTERM');
    expect(await one.ended).toMatchObject({
      kind: 'failed',
      reason: expect.stringMatching(/^CannotStartContainerError: /),
    });
    expect(one.events.map(({ kind }) => kind)).toEqual(['pulled', 'failed']);
  });

  test('takes its other processes along when it ends, also those that left its group', async () => {
    const mark = `mark-${process.pid}-along`;
    const sleeper = `require('child_process').spawn('node', ['-e', 'setInterval(() => {}, 9)', '${mark}'], { stdio: 'inherit', detached: DETACHED }).unref();`;
    const one = run({
      image: script,
      command: js(
        `${sleeper.replace('DETACHED', 'true')}${sleeper.replace('DETACHED', 'false')}setTimeout(() => process.exit(0), 200)`,
      ),
    });
    expect(await one.ended).toMatchObject({ exitCode: 0 });
    await eventually(() => processesWith(mark)).toEqual([]);
  });

  test('may send signals to its own group without harm to what watches it', async () => {
    const mark = `mark-${process.pid}-group`;
    const one = run({
      image: script,
      command: shell(
        `trap 'exit 5' TERM; node -e 'setInterval(() => {}, 9)' ${mark} & trap '' TERM; kill 0; trap 'exit 5' TERM; echo up; sleep 60 & wait`,
      ),
    });
    await eventually(() => one.lines).toEqual(['up']);
    one.task.signal('SIGTERM');
    expect(await one.ended).toMatchObject({ exitCode: 5 });
    await eventually(() => processesWith(mark)).toEqual([]);
  });

  test('whose image is unknown fails with AWS’s word and with what there is', async () => {
    const end = await run({ image: 'nginx:1.27' }).ended;
    expect(end).toMatchObject({
      kind: 'failed',
      reason: expect.stringMatching(
        /^CannotPullContainerError: .*nginx:1\.27: not found\. This runtime has .*script.*: teal image build makes one\.$/,
      ),
    });
  });

  test('whose program is missing, no program, or not named fails with AWS’s words', async () => {
    const reasons = [['no-such-program'], ['/app/data.txt'], []].map(async (command) => {
      const reference = await image('program', {
        Dockerfile: 'FROM nginx\nWORKDIR /app\nCOPY data.txt .',
        'data.txt': '',
      });
      const end = await run({ image: reference, command }).ended;
      return end.kind === 'failed' ? end.reason : end;
    });
    expect(await Promise.all(reasons)).toEqual([
      expect.stringMatching(
        /^CannotStartContainerError: .*exec: "no-such-program": executable file not found in \$PATH\. Programs of the base image \(nginx\) are this machine's: /,
      ),
      expect.stringMatching(/^CannotStartContainerError: .*exec: ".*\/app\/data\.txt": permission denied$/),
      'CannotCreateContainerError: no command specified',
    ]);
  });

  test('finds absolute paths of the image in its own copy', async () => {
    const reference = await image('paths', {
      Dockerfile:
        'FROM x\nWORKDIR /usr/src/app\nCOPY . .\nCOPY run.sh /usr/local/bin/run-it\nENV CONFIG=/usr/src/app/config PATH=/usr/src/app/bin:$PATH\nCMD cat /usr/src/app/config && cat "$CONFIG" && mine && /usr/local/bin/run-it /etc/hostname',
      config: 'configured\n',
      'run.sh': '#!/bin/sh\necho "$1" $(basename "$PWD")',
      'bin/mine': '#!/bin/sh\necho mine',
      Makefile: '',
    });
    execFileSync('chmod', ['+x', join(folder, 'paths/run.sh'), join(folder, 'paths/bin/mine')]);
    const executable = await image('paths', {});
    expect(executable).not.toBe(reference);
    const one = run({ image: executable });
    await one.ended;
    expect(one.lines).toEqual(['configured', 'configured', 'mine', '/etc/hostname app']);
  });

  test('of several in a task ends alone; the task’s folder and address last as long as one runs', async () => {
    const [base] = aTask({ image: script }).containers;
    if (!base) throw new Error('a task has a container');
    const ends: string[] = [];
    const spec = aTask({ image: script });
    const containers = [
      { ...base, name: 'web', command: js('setInterval(() => {}, 9)') },
      { ...base, name: 'once', ports: [], command: js('') },
    ];
    const task = tasks.driver.start({ ...spec, containers }, (event) => {
      if (event.kind === 'exited') ends.push(`${event.container} ${event.exitCode}`);
    });
    await eventually(() => ends).toEqual(['once 0']);
    expect(tasks.network.locate(spec.address, 8080)).toBeDefined();
    task.signal('SIGKILL');
    await eventually(() => ends).toEqual(['once 0', 'web 137']);
    await eventually(() => tasks.network.locate(spec.address, 8080)).toBeUndefined();
  });

  test('that waits starts once it is released, and can be stopped by itself', async () => {
    const [base] = aTask({ image: script }).containers;
    if (!base) throw new Error('a task has a container');
    const seen: string[] = [];
    const forever = { ...base, ports: [], command: js('setInterval(() => {}, 9)') };
    const containers = [
      { ...forever, name: 'first' },
      { ...forever, name: 'second', waits: true },
    ];
    const task = tasks.driver.start({ ...aTask({ image: script }), containers }, (event) => {
      if (event.kind !== 'output') seen.push(`${event.container} ${event.kind}`);
    });
    await eventually(() => seen).toEqual(['first pulled', 'second pulled', 'first started']);
    task.release('second');
    await eventually(() => seen.slice(3)).toEqual(['second started']);
    task.signal('SIGKILL', 'second');
    await eventually(() => seen.slice(4)).toEqual(['second exited']);
    task.signal('SIGKILL');
    await eventually(() => seen.slice(5)).toEqual(['first exited']);
  });
});

describe('output', () => {
  test('comes line by line from both streams, the last one also without an end', async () => {
    const one = run({
      image: script,
      command: js(
        'process.stdout.write("a\\r\\n\\nb"); process.stderr.write("err\\n"); process.on("exit", () => process.stdout.write("c"))',
      ),
    });
    await one.ended;
    expect([...one.lines].sort()).toEqual(['', 'a', 'bc', 'err']);
  });

  test('that is no UTF-8 is shown as far as it can be, and characters are never cut', async () => {
    const one = run({
      image: script,
      command: js(
        'const b = Buffer.from("é\\n"); process.stdout.write(b.subarray(0, 1)); setTimeout(() => process.stdout.write(Buffer.concat([b.subarray(1), Buffer.from([0xff, 10])])), 50)',
      ),
    });
    await one.ended;
    expect(one.lines).toEqual(['é', '\ufffd']);
  });

  test('without line ends is cut as Docker cuts it', async () => {
    const one = run({ image: script, command: js('process.stdout.write("x".repeat(40000))') });
    await one.ended;
    expect(one.lines.map((line) => line.length)).toEqual([16_384, 16_384, 7232]);
  });
});

describe('the environment of a container', () => {
  const printed = async (
    container: Parameters<typeof aTask>[0],
    task?: Partial<TaskSpec>,
  ): Promise<Record<string, string>> => {
    const one = run({ ...container, command: js('console.log(JSON.stringify(process.env))') }, task);
    await one.ended;
    return JSON.parse(one.lines[0] ?? '{}');
  };

  test('has what AWS gives, the image’s and the task definition’s, and nothing of the runtime’s own', async () => {
    const reference = await image('env', { Dockerfile: 'FROM x\nENV FROM_IMAGE=1 BOTH=image' });
    const found = await printed({
      image: reference,
      environment: { BOTH: 'task', AWS_REGION: 'eu-west-1', PORT: '8080' },
    });
    expect(Object.keys(found).sort()).toEqual([
      'AWS_CONTAINER_AUTHORIZATION_TOKEN',
      'AWS_CONTAINER_CREDENTIALS_FULL_URI',
      'AWS_ENDPOINT_URL',
      'AWS_EXECUTION_ENV',
      'AWS_REGION',
      'BOTH',
      'ECS_CONTAINER_METADATA_URI_V4',
      'FROM_IMAGE',
      'HOME',
      'HOSTNAME',
      'LANG',
      'PATH',
      'PORT',
      'PORT_8080',
      'PWD',
      'TMPDIR',
    ]);
    expect(found).toMatchObject({
      BOTH: 'task',
      FROM_IMAGE: '1',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:4566',
      PORT: found.PORT_8080,
    });
    expect(Number(found.PORT)).toBeGreaterThan(19_999);
    expect(JSON.stringify(found)).not.toContain('planted');
  });

  test('has no credentials where the task has no role', async () => {
    expect(await printed({ image: script }, { taskRoleArn: undefined })).not.toHaveProperty(
      'AWS_CONTAINER_CREDENTIALS_FULL_URI',
    );
  });

  test('keeps secrets out of arguments and files', async () => {
    const secret = `secret-${process.pid}-7d1`;
    const one = run({
      image: script,
      environment: { TOKEN: secret },
      command: js('console.log(process.env.TOKEN.length); setInterval(() => {}, 9)'),
    });
    await eventually(() => one.lines).toEqual([String(secret.length)]);
    expect(processesWith(secret)).toEqual([]);
    const files = readdirSync(dataDir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(files.length).toBeGreaterThan(0);
    for (const file of files)
      expect(readFileSync(join(file.parentPath ?? file.path, file.name), 'utf8')).not.toContain(secret);
  });

  test('leads to credentials of the task’s account, for who has the token, and to the task’s metadata', async () => {
    const one = run({
      image: script,
      command: js(
        'const { ECS_CONTAINER_METADATA_URI_V4: m, AWS_CONTAINER_CREDENTIALS_FULL_URI: c, AWS_CONTAINER_AUTHORIZATION_TOKEN: t } = process.env; console.log(JSON.stringify([m, c, t])); setInterval(() => {}, 9)',
      ),
    });
    await eventually(() => one.lines.length).toBe(1);
    const [metadata, credentials, token] = JSON.parse(one.lines[0] ?? '[]');
    const get = async (url: string, headers: Record<string, string> = {}) => (await fetch(url, { headers })).json();
    expect(await get(credentials, { authorization: token })).toMatchObject({
      AccessKeyId: '123456789012',
      RoleArn: one.spec.taskRoleArn,
      Expiration: expect.stringMatching(/^\d{4}-.*Z$/),
    });
    expect(await get(credentials)).toEqual({ message: 'wrong authorization token' });
    expect(await get(metadata, { origin: 'http://evil.example' })).toEqual({ message: 'forbidden' });
    expect(await get(metadata)).toMatchObject({
      Name: 'app',
      ImageID: script.split('@')[1],
      Networks: [{ IPv4Addresses: [one.spec.address] }],
    });
    expect(await get(`${metadata}/task`)).toMatchObject({
      TaskARN: one.spec.arn,
      Family: 'app',
      Revision: '7',
      Containers: [{ Name: 'app' }],
    });
    expect(await get(`${metadata}/task`)).toMatchObject({ Limits: { CPU: 0.25, Memory: 512 } });
    const statistics = (await get(`${metadata}/stats`)) as Statistics;
    expect(statistics).toMatchObject({ name: 'app', memory_stats: { limit: 512 * 2 ** 20 } });
    expect(statistics.memory_stats.usage).toBeGreaterThan(2 ** 20);
    const { total_usage: used } = statistics.cpu_stats.cpu_usage;
    expect(used).toBeGreaterThan(0);
    expect(
      ((await get(`${metadata}/task/stats`)) as Record<string, Statistics>)[metadata.split('/').pop()],
    ).toMatchObject({
      precpu_stats: { cpu_usage: { total_usage: used } },
    });
  });
});

// Skipped where there is no /proc (macOS): usage is not measured there.
describe.runIf(existsSync('/proc/self/stat'))('the usage of a container', () => {
  const burn = (milliseconds: number): string =>
    `(() => { const end = process.cpuUsage().user + ${milliseconds * 1000}; while (process.cpuUsage().user < end); })()`;
  const usageOf = ({ task }: Run): Promise<TaskUsage | undefined> => new Promise((resolve) => task.usage(resolve));
  const cpuOf = async (one: Run): Promise<number> => (await usageOf(one))?.containers[0]?.cpu ?? 0;

  test('is the processor time and the memory of its process', async () => {
    const one = run({
      image: script,
      command: js(
        `globalThis.held = Buffer.alloc(100 * 2 ** 20, 1); ${burn(300)}; console.log('up'); setInterval(() => {}, 1e3)`,
      ),
    });
    await eventually(() => one.lines).toEqual(['up']);
    const [used] = (await usageOf(one))?.containers ?? [];
    expect(used).toMatchObject({ name: 'app' });
    expect(used?.cpu).toBeGreaterThanOrEqual(290);
    // Its start and what the system does for it, and not the time that passed on a busy machine.
    expect(used?.cpu).toBeLessThan(2000);
    expect(used?.memoryBytes).toBeGreaterThan(100 * 2 ** 20);
    expect(used?.memoryBytes).toBeLessThan(400 * 2 ** 20);
  });

  test('has that of its children, of ended ones and of those with a session of their own', async () => {
    const child = (options: string): string =>
      `require('child_process').spawn('node', ['-e', \`${burn(300)}; console.log('burnt'); HOLD\`], { stdio: 'inherit', ${options} })`;
    const one = run({
      image: script,
      command: js(
        `${child('').replace('HOLD', '')}; ${child('detached: true').replace('HOLD', 'setInterval(() => {}, 1e3)')}; setInterval(() => {}, 1e3)`,
      ),
    });
    await eventually(() => one.lines).toEqual(['burnt', 'burnt']);
    await eventually(() => cpuOf(one)).toBeGreaterThanOrEqual(590);
  });

  test('never falls when a process ends that nobody waited for, and stays when the container has ended', async () => {
    const mark = `mark-${process.pid}-burnt`;
    const reference = await image('burner', {
      Dockerfile: 'FROM node\nWORKDIR /app\nCOPY . .',
      'burn.js': `${burn(300)}; console.log('burnt'); setTimeout(() => {}, 1000);`,
    });
    const one = run({
      image: reference,
      // The shell between them ends at once, so that the burning process is nobody's child here.
      command: shell(`sh -c "node burn.js ${mark} &"; while :; do sleep 0.1; done`),
    });
    await eventually(() => one.lines).toEqual(['burnt']);
    const before = await cpuOf(one);
    expect(before).toBeGreaterThanOrEqual(290);
    await eventually(() => processesWith(`burn.js ${mark}`).filter((line) => !line.includes('sh -c'))).toEqual([]);
    expect(await cpuOf(one)).toBeGreaterThanOrEqual(before);
    one.task.signal('SIGKILL');
    await one.ended;
    const [ended] = (await usageOf(one))?.containers ?? [];
    expect(ended?.memoryBytes).toBe(0);
    expect(ended?.cpu).toBeGreaterThanOrEqual(before);
  });

  test('is unknown until it has started', async () => {
    expect(await usageOf(run({ image: script }))).toBeUndefined();
  });
});

describe('the network', () => {
  const server = (answer: string) =>
    js(`require('http').createServer((q, s) => { ${answer} }).listen(process.env.PORT, () => console.log('up'))`);

  test('answers a health check with the status of the application, which sees AWS’s headers', async () => {
    const one = run({
      image: script,
      command: server('console.log(JSON.stringify([q.url, q.headers])); s.writeHead(503).end()'),
    });
    await eventually(() => one.lines).toEqual(['up']);
    expect(await check(one, '/health?x=1')).toEqual({ kind: 'answered', status: 503 });
    await eventually(() => one.lines.length).toBe(2);
    expect(JSON.parse(one.lines[1] ?? '')).toEqual([
      '/health?x=1',
      { host: `${one.spec.address}:8080`, connection: 'close', 'user-agent': 'ELB-HealthChecker/2.0' },
    ]);
  });

  test('tells a slow application, a closed port and a task that is gone apart', async () => {
    const slow = run({ image: script, command: server('') });
    const closed = run({ image: script });
    await eventually(() => slow.lines).toEqual(['up']);
    await eventually(() => tasks.network.locate(closed.spec.address, 8080)).toBeDefined();
    const within = (one: Run): Promise<HealthCheckAnswer> =>
      new Promise((resolve) =>
        tasks.network.check(
          { address: one.spec.address, port: 8080, path: '/', protocol: 'HTTP', version: 'HTTP1', timeout: ms(100) },
          resolve,
        ),
      );
    expect(await within(slow)).toEqual({ kind: 'timed-out' });
    expect(await within(closed)).toEqual({ kind: 'failed' });
    slow.task.signal('SIGKILL');
    await slow.ended;
    await eventually(() => tasks.network.locate(slow.spec.address, 8080)).toBeUndefined();
    expect(await within(slow)).toEqual({ kind: 'timed-out' });
  });
});

describe('a health-check command', () => {
  test('runs in the container’s folder and environment, and its exit code is told', async () => {
    const reference = await image('checked', { Dockerfile: 'FROM x\nWORKDIR /app\nCOPY marker .', marker: '' });
    const one = run({ image: reference, command: js('setInterval(() => {}, 9)'), environment: { A: 'b' } });
    await eventually(() => one.events.map(({ kind }) => kind)).toContain('started');
    expect(await exec(one, ['CMD-SHELL', 'test -f marker && test -f /app/marker && test "$A" = b || exit 1'])).toBe(0);
    expect(await exec(one, ['CMD', 'sh', '-c', 'exit 4'])).toBe(4);
    // 126 where a folder of PATH may not be read.
    expect([126, 127]).toContain(await exec(one, ['CMD', 'no-such-program']));
  });

  test('reaches the container by its own port', async () => {
    const one = run({
      image: script,
      command: js('require("http").createServer((q, s) => s.end()).listen(process.env.PORT, () => console.log("up"))'),
    });
    await eventually(() => one.lines).toEqual(['up']);
    const request = 'node -e "fetch(\'http://localhost:8080/\').then(() => process.exit(0), () => process.exit(1))"';
    expect(await exec(one, ['CMD-SHELL', request])).toBe(0);
  });

  test('that takes too long is ended with all that it started, and the container goes on', async () => {
    const mark = `mark-${process.pid}-check`;
    const one = run({ image: script, command: js('setInterval(() => {}, 9)') });
    await eventually(() => one.events.map(({ kind }) => kind)).toContain('started');
    expect(await exec(one, ['CMD-SHELL', `node -e 'setInterval(() => {}, 9)' ${mark}; true`], ms(300))).toBeUndefined();
    await eventually(() => processesWith(mark)).toEqual([]);
    expect(one.events.map(({ kind }) => kind)).toEqual(['pulled', 'started']);
  });

  test('fails in a container that does not run', async () => {
    const one = run({ image: script, command: js('') });
    await one.ended;
    expect(await exec(one, ['CMD', 'true'])).toBe(1);
  });
});

describe.runIf(process.platform === 'linux')('an application that does not listen on $PORT', () => {
  const listens = (where: string) => js(`require('net').createServer().listen(${where})`);

  test('is told so in its log', async () => {
    const wrong = run({ image: script, command: listens('0') });
    const literalPort = 12_000 + (process.pid % 5_000);
    const literal = run({ image: script, ports: [literalPort], command: listens(`${literalPort}`) });
    const loopback = run({ image: script, command: listens('process.env.PORT, "127.0.0.1"') });
    const right = run({ image: script, command: listens('process.env.PORT') });
    await eventually(() => [wrong, literal, loopback].map(({ lines }) => lines)).toEqual([
      [
        expect.stringMatching(
          /^teal: this container listens on port \d+, not on \$PORT \(\d+\); no request can reach it\. Listen on the port that the environment variable PORT names\.$/,
        ),
      ],
      [
        expect.stringMatching(
          / listens on port (\d+), not on \$PORT \(\d+\).* On AWS \$PORT is \1; here two colours run side by side/,
        ),
      ],
      [
        expect.stringMatching(
          / listens on \$PORT \(\d+\), but on the loopback address only; on AWS nothing could reach it\. Listen on 0\.0\.0\.0\.$/,
        ),
      ],
    ]);
    expect(right.lines).toEqual([]);
  });
});

describe('a runtime that dies', () => {
  test('by kill -9 leaves no process of its tasks, and the next one clears their folders away', async () => {
    const mark = `mark-${process.pid}-killed`;
    const child = `require('child_process').spawn('node', ['-e', 'setInterval(() => {}, 9)', '${mark}'], { stdio: 'inherit', detached: true });`;
    const reference = await image('family', {
      Dockerfile: `FROM x\nWORKDIR /app\nCOPY . .\nCMD ["node", "parent.js", "${mark}"]`,
      'parent.js': `
        process.on('SIGTERM', () => {});
        process.on('SIGHUP', () => {});
        require('child_process').spawn('sh', ['-c', 'node child.js ${mark}; true'], { stdio: 'inherit' });`,
      'child.js': `${child}${child.replace('true', 'false')}setTimeout(() => console.log('up'), 300); setInterval(() => {}, 9)`,
    });
    const entry = join(import.meta.dirname, 'process-driver-runtime.ts');
    const runtime = spawn(process.execPath, ['--import', 'tsx', entry, dataDir, reference], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    for await (const line of createInterface({ input: runtime.stdout })) if (line === 'up') break;
    const taskFolders = join(dataDir, 'tasks');
    const before = readdirSync(taskFolders);
    expect(processesWith(mark).length).toBeGreaterThanOrEqual(5);
    runtime.kill('SIGKILL');
    await expect.poll(() => processesWith(mark), { timeout: 2000 }).toEqual([]);
    expect(before).not.toEqual([]);
    const next = await openTasks();
    await eventually(() => readdirSync(taskFolders).filter((name) => before.includes(name))).toEqual([]);
    await next[Symbol.asyncDispose]();
  });

  test('in good order has ended all its tasks', async () => {
    const mark = `mark-${process.pid}-closed`;
    const own = await openTasks();
    const ends: TaskEvent[] = [];
    own.driver.start(aTask({ image: script, command: ['node', '-e', 'setInterval(() => {}, 9)', mark] }), (event) =>
      ends.push(event),
    );
    await eventually(() => processesWith(mark)).not.toEqual([]);
    await own[Symbol.asyncDispose]();
    expect(processesWith(mark)).toEqual([]);
    expect(ends.at(-1)).toMatchObject({ kind: 'exited', exitCode: 137 });
  });
});
