import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ms, seconds, systemClock, systemRandom } from '../../src/base/index.ts';
import { buildImage } from '../../src/images/index.ts';
import { createContainerTasks } from '../../src/local/tasks/container/container-tasks.ts';
import { connectEngine, listAt } from '../../src/local/tasks/container/engine.ts';
import { ownerLabel } from '../../src/local/tasks/container/engine-images.ts';
import type { HealthCheckAnswer, Network } from '../../src/local/tasks/network.ts';
import { type ImageStore, openImageStore } from '../../src/local/tasks/process/image-store.ts';
import { createProcessTasks } from '../../src/local/tasks/process/process-tasks.ts';
import type { RunningTask, TaskDriver, TaskEvent, TaskSpec, TaskUsage } from '../../src/local/tasks/task-driver.ts';
import { baseImage, openTestEngine } from './container-engine.ts';
import { aTask } from './process-driver-task.ts';

const hostPath = process.env.PATH ?? '';
const opened = await openTestEngine();
const engine = typeof opened === 'string' ? undefined : opened.engine;
const skipped = typeof opened === 'string' ? ` (skipped: ${opened})` : '';
if (typeof opened === 'string') console.log(`The container driver was not tested: ${opened}`);

interface Tasks extends AsyncDisposable {
  readonly driver: TaskDriver;
  readonly network: Network;
}

let folder = '';
let images: ImageStore;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'teal-test-'));
  images = await openImageStore({ dataDir: folder });
});
afterAll(async () => {
  if (engine) await removeImages();
  if (typeof opened !== 'string') await opened[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** What the tests made in an engine that is not theirs. */
async function removeImages(): Promise<void> {
  const filters = encodeURIComponent(JSON.stringify({ label: [`${ownerLabel}=${folder}`] }));
  const found = await engine?.call('GET', `/images/json?filters=${filters}`);
  const made = found?.kind === 'done' ? listAt(found.body) : [];
  const names = made.flatMap((image) => listAt(image, 'RepoTags'));
  for (const name of [...names, baseImage]) await engine?.call('DELETE', `/images/${name}?force=1`);
}

/** Builds and stores an image on the tests' base image; returns its reference. */
async function image(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, 'sources', name, path)), { recursive: true });
    writeFileSync(join(folder, 'sources', name, path), text);
  }
  await using built = await buildImage({
    context: join(folder, 'sources', name),
    architecture: 'X86_64',
    environment: { PATH: hostPath },
    signal: new AbortController().signal,
    onOutput: () => {},
  });
  return (await images.receive(built.archive(), { repository: name })).reference;
}

const given = () => ({
  images,
  clock: systemClock,
  random: systemRandom(),
  dataDir: folder,
  runtimeEndpoint: () => 'http://127.0.0.1:4566',
  log: () => {},
});

const openContainerTasks = (dataDir = folder): Promise<Tasks> => {
  if (!engine) throw new Error('no engine');
  return createContainerTasks({ ...given(), engine, dataDir });
};

/** For what takes its time on a busy machine. */
const eventually = <T>(look: () => T) => expect.poll(look, { timeout: 30_000, interval: 20 });

const js = (code: string): readonly string[] => ['node', '-e', code];
const forever = js('setInterval(() => {}, 9)');
const server = (answer: string) =>
  js(`require('http').createServer((q, s) => { ${answer} }).listen(process.env.PORT, () => console.log('up'))`);

interface Run {
  readonly spec: TaskSpec;
  readonly task: RunningTask;
  readonly events: readonly TaskEvent[];
  readonly lines: readonly string[];
  /** The last event. */
  readonly ended: Promise<TaskEvent>;
}

function runIn(tasks: Tasks, container: Parameters<typeof aTask>[0], rest?: Partial<TaskSpec>): Run {
  const spec = aTask(container, { size: { cpuUnits: 1024, memoryMiB: 512 }, ...rest });
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
  return { spec, task, events, lines, ended };
}

const drivers = [
  {
    name: 'process',
    present: true,
    open: (): Promise<Tasks> => createProcessTasks({ ...given(), hostPath }),
    // The leader of a session has the usual answer to a signal.
    withoutHandler: { ends: true },
  },
  {
    name: 'container',
    present: engine !== undefined,
    open: () => openContainerTasks(),
    // As on Fargate: the kernel ignores signals to a container's first process that it does not handle.
    withoutHandler: { ends: false },
  },
] as const;

// Skipped for the container driver where no engine runs containers; its name says why.
describe.each(drivers.map((driver) => ({ ...driver, words: driver.present ? '' : skipped })))(
  'a task of the $name driver$words',
  { timeout: 90_000 },
  ({ name, present, open, withoutHandler }) => {
    let tasks: Tasks;
    let script = '';
    const started: Run[] = [];
    const run = (container: Parameters<typeof aTask>[0], rest?: Partial<TaskSpec>): Run => {
      const one = runIn(tasks, container, rest);
      started.push(one);
      return one;
    };
    const exec = (one: Run, command: readonly string[], timeout = seconds(20)): Promise<number | undefined> =>
      new Promise((resolve) => one.task.exec('app', command, timeout, resolve));
    const check = (one: Run, path: string, timeout = seconds(5)): Promise<HealthCheckAnswer> =>
      new Promise((resolve) =>
        tasks.network.check(
          { address: one.spec.address, port: 8080, path, protocol: 'HTTP', version: 'HTTP1', timeout },
          resolve,
        ),
      );

    beforeAll(async () => {
      if (!present) return;
      tasks = await open();
      script = await image('script', {
        Dockerfile: `FROM ${baseImage}\nWORKDIR /app\nCMD ["node", "-e", "setInterval(() => {}, 1000)"]`,
      });
    });
    afterEach(async () => {
      for (const one of started.splice(0)) {
        one.task.signal('SIGKILL');
        await one.ended;
      }
    });
    afterAll(async () => {
      if (present) await tasks[Symbol.asyncDispose]();
    });

    test.runIf(present)('tells its states in order, and the image’s digest', async () => {
      expect(tasks.driver.name).toBe(name);
      const one = run({ image: script, command: js('console.log(1)') });
      await one.ended;
      expect(one.events).toEqual([
        { kind: 'pulled', container: 'app', digest: script.split('@')[1] },
        { kind: 'started', container: 'app' },
        { kind: 'output', container: 'app', line: '1' },
        { kind: 'exited', container: 'app', exitCode: 0 },
      ]);
    });

    test.runIf(present)('runs the image’s files and its command in its folder, in two versions at once', async () => {
      const version = (text: string) =>
        image('versions', {
          Dockerfile: `FROM ${baseImage}\nWORKDIR /srv/app\nCOPY . .\nENTRYPOINT ["node"]\nCMD ["/srv/app/server.js"]`,
          'server.js': `require('http').createServer((q, s) => s.end(require('fs').readFileSync('version', 'utf8') + process.cwd().endsWith('/srv/app'))).listen(process.env.PORT)`,
          version: text,
        });
      const both = [run({ image: await version('v1') }), run({ image: await version('v2') })];
      const bodies = () =>
        Promise.all(
          both.map(async ({ spec }) => {
            const there = tasks.network.locate(spec.address, 8080);
            if (!there) return 'nowhere';
            const answer = await fetch(`http://${there.host}:${there.port}/`).catch(() => undefined);
            return answer ? answer.text() : 'no answer';
          }),
        );
      await eventually(bodies).toEqual(['v1true', 'v2true']);
    });

    test.runIf(present)('may write in its folder: neither the image nor another task sees it', async () => {
      const reference = await image('writer', {
        Dockerfile: `FROM ${baseImage}\nWORKDIR /app\nCOPY . .\nCMD cat state; echo written > state; cat state`,
        state: 'fresh\n',
      });
      for (const one of [run({ image: reference }), run({ image: reference })]) {
        await one.ended;
        expect(one.lines).toEqual(['fresh', 'written']);
      }
    });

    test.runIf(present)('ends with its exit code', async () => {
      const codes = [0, 3, 255].map((code) => run({ image: script, command: js(`process.exit(${code})`) }).ended);
      expect(await Promise.all(codes)).toMatchObject([0, 3, 255].map((exitCode) => ({ kind: 'exited', exitCode })));
    });

    test.runIf(present)('gets SIGTERM and may end in its own way, or is killed', async () => {
      const onSigterm = 'process.on("SIGTERM", () => { console.log("bye"); process.exit(0) });';
      const graceful = run({ image: script, command: js(`${onSigterm} setInterval(() => {}, 9); console.log("up")`) });
      const plain = run({ image: script, command: js('setInterval(() => {}, 9); console.log("up")') });
      for (const one of [graceful, plain]) {
        await eventually(() => one.lines).toEqual(['up']);
        one.task.signal('SIGTERM');
      }
      expect(await graceful.ended).toMatchObject({ exitCode: 0 });
      expect(graceful.lines).toEqual(['up', 'bye']);
      if (withoutHandler.ends) {
        expect(await plain.ended).toMatchObject({ exitCode: 143 });
      } else {
        expect(plain.events.map(({ kind }) => kind)).not.toContain('exited');
        plain.task.signal('SIGKILL');
        expect(await plain.ended).toMatchObject({ exitCode: 137 });
      }
    });

    test.runIf(present)('gets the image’s STOPSIGNAL in place of SIGTERM', async () => {
      const reference = await image('stop', { Dockerfile: `FROM ${baseImage}\nSTOPSIGNAL SIGUSR2` });
      const command = js('process.on("SIGUSR2", () => process.exit(9)); setInterval(() => {}, 9); console.log("up")');
      const one = run({ image: reference, command });
      await eventually(() => one.lines).toEqual(['up']);
      one.task.signal('SIGTERM');
      expect(await one.ended).toMatchObject({ exitCode: 9 });
    });

    test.runIf(present)('that is stopped before it started fails, and never starts', async () => {
      const one = run({ image: script });
      one.task.signal('SIGTERM');
      const reason = expect.stringMatching(/^CannotStartContainerError: /);
      expect(await one.ended).toMatchObject({ kind: 'failed', reason });
      await eventually(() => tasks.network.locate(one.spec.address, 8080)).toBeUndefined();
      expect(one.events.map(({ kind }) => kind)).not.toContain('started');
    });

    test.runIf(present)('whose image is unknown, or whose program is missing, fails with AWS’s words', async () => {
      const unknown = await run({ image: 'localhost:1/none/such:1.27' }).ended;
      expect(unknown).toMatchObject({
        kind: 'failed',
        reason: expect.stringMatching(/^CannotPullContainerError: .*localhost:1\/none\/such:1\.27/),
      });
      const missing = await run({ image: script, command: ['no-such-program'] }).ended;
      expect(missing).toMatchObject({
        kind: 'failed',
        reason: expect.stringMatching(/^Cannot(Start|Create)ContainerError: .*no-such-program.*not found/s),
      });
    });

    test.runIf(present)(
      'of several containers lasts as long as one runs, and starts those that wait when told',
      async () => {
        const [base] = aTask({ image: script, ports: [], command: forever }).containers;
        if (!base) throw new Error('a task has a container');
        const seen: string[] = [];
        const containers = [
          { ...base, name: 'first', ports: [8080] },
          { ...base, name: 'second', waits: true },
        ];
        const spec = { ...aTask({ image: script }), containers };
        const task = tasks.driver.start(spec, (event) => seen.push(`${event.container} ${event.kind}`));
        await eventually(() => [...seen].sort()).toEqual(['first pulled', 'first started', 'second pulled']);
        task.release('second');
        await eventually(() => seen.slice(3)).toEqual(['second started']);
        task.signal('SIGKILL', 'second');
        await eventually(() => seen.slice(4)).toEqual(['second exited']);
        expect(tasks.network.locate(spec.address, 8080)).toBeDefined();
        task.signal('SIGKILL');
        await eventually(() => seen.slice(5)).toEqual(['first exited']);
        await eventually(() => tasks.network.locate(spec.address, 8080)).toBeUndefined();
      },
    );

    test.runIf(present)('writes line by line from both streams, the last one also without an end', async () => {
      const code =
        'process.stdout.write("a\\r\\n\\nb"); process.stderr.write("err\\n"); process.on("exit", () => process.stdout.write("c"))';
      const one = run({ image: script, command: js(code) });
      await one.ended;
      expect([...one.lines].sort()).toEqual(['', 'a', 'bc', 'err']);
      const long = run({ image: script, command: js('process.stdout.write("x".repeat(40000))') });
      await long.ended;
      expect(long.lines.map((line) => line.length)).toEqual([16_384, 16_384, 7232]);
    });

    test.runIf(present)('has the image’s environment, the task definition’s and AWS’s, in this order', async () => {
      const reference = await image('env', { Dockerfile: `FROM ${baseImage}\nENV FROM_IMAGE=1 BOTH=image` });
      const one = run({
        image: reference,
        environment: { BOTH: 'task', TEXT: 'two words, "quoted" $HOME', AWS_REGION: 'eu-west-1', PORT: '8080' },
        command: js('console.log(JSON.stringify(process.env))'),
      });
      await one.ended;
      const found = JSON.parse(one.lines[0] ?? '{}');
      expect(found).toMatchObject({
        FROM_IMAGE: '1',
        BOTH: 'task',
        TEXT: 'two words, "quoted" $HOME',
        AWS_REGION: 'eu-west-1',
        AWS_EXECUTION_ENV: 'AWS_ECS_FARGATE',
        AWS_ENDPOINT_URL: 'http://127.0.0.1:4566',
        PORT: found.PORT_8080,
      });
      expect(Number(found.PORT)).toBeGreaterThan(19_999);
    });

    test.runIf(present)('reaches its credentials and its metadata from inside', async () => {
      const code = `(async () => {
        const { ECS_CONTAINER_METADATA_URI_V4: m, AWS_CONTAINER_CREDENTIALS_FULL_URI: c, AWS_CONTAINER_AUTHORIZATION_TOKEN: t } = process.env;
        const get = async (url, headers) => (await fetch(url, { headers })).json();
        console.log(JSON.stringify([await get(m), await get(m + '/task'), await get(c, { authorization: t })]));
      })()`;
      const one = run({ image: script, command: js(code) });
      await one.ended;
      expect(JSON.parse(one.lines[0] ?? '[]')).toMatchObject([
        { Name: 'app', ImageID: script.split('@')[1], Networks: [{ IPv4Addresses: [one.spec.address] }] },
        { TaskARN: one.spec.arn, Limits: { CPU: 1, Memory: 512 } },
        { AccessKeyId: '123456789012', RoleArn: one.spec.taskRoleArn },
      ]);
    });

    test.runIf(present)('is measured: its processor time and its memory, until it has ended', async () => {
      const burn = 'const end = process.cpuUsage().user + 300000; while (process.cpuUsage().user < end);';
      const held = 'globalThis.held = Buffer.alloc(100 * 2 ** 20, 1);';
      const one = run({ image: script, command: js(`${held} ${burn} console.log('up'); setInterval(() => {}, 1e3)`) });
      const usage = (): Promise<TaskUsage | undefined> => new Promise((resolve) => one.task.usage(resolve));
      await eventually(() => one.lines).toEqual(['up']);
      const [used] = (await usage())?.containers ?? [];
      expect(used?.cpu).toBeGreaterThanOrEqual(290);
      expect(used?.cpu).toBeLessThan(3000);
      expect(used?.memoryBytes).toBeGreaterThan(100 * 2 ** 20);
      expect(used?.memoryBytes).toBeLessThan(400 * 2 ** 20);
      one.task.signal('SIGKILL');
      await one.ended;
      const [ended] = (await usage())?.containers ?? [];
      expect(ended?.memoryBytes).toBe(0);
      expect(ended?.cpu).toBeGreaterThanOrEqual(used?.cpu ?? 0);
    });

    test.runIf(present)(
      'answers health checks by its virtual address; slow, closed and gone are told apart',
      async () => {
        const bad = run({ image: script, command: server('s.writeHead(q.url === "/health" ? 503 : 200).end()') });
        const slow = run({ image: script, command: server('') });
        const closed = run({ image: script, command: forever });
        for (const one of [bad, slow]) await eventually(() => one.lines).toEqual(['up']);
        await eventually(() => tasks.network.locate(closed.spec.address, 8080)).toBeDefined();
        expect(await check(bad, '/health')).toEqual({ kind: 'answered', status: 503 });
        expect(await check(slow, '/', ms(200))).toEqual({ kind: 'timed-out' });
        expect(await check(closed, '/')).toEqual({ kind: 'failed' });
        slow.task.signal('SIGKILL');
        await slow.ended;
        await eventually(() => tasks.network.locate(slow.spec.address, 8080)).toBeUndefined();
        expect(await check(slow, '/', ms(200))).toEqual({ kind: 'timed-out' });
      },
    );

    test.runIf(present)('runs commands of container health checks inside, and tells their exit codes', async () => {
      const reference = await image('checked', {
        Dockerfile: `FROM ${baseImage}\nWORKDIR /app\nCOPY marker .`,
        marker: '',
      });
      const one = run({ image: reference, command: server('s.end()'), environment: { A: 'b' } });
      await eventually(() => one.lines).toEqual(['up']);
      expect(await exec(one, ['CMD-SHELL', 'test -f marker && test -f /app/marker && test "$A" = b || exit 1'])).toBe(
        0,
      );
      expect(await exec(one, ['CMD', 'sh', '-c', 'exit 4'])).toBe(4);
      expect([126, 127]).toContain(await exec(one, ['CMD', 'no-such-program']));
      const request = 'node -e "fetch(\'http://localhost:8080/\').then(() => process.exit(0), () => process.exit(1))"';
      expect(await exec(one, ['CMD-SHELL', request])).toBe(0);
      one.task.signal('SIGKILL');
      await one.ended;
      expect(await exec(one, ['CMD', 'true'])).toBe(1);
    });

    test.runIf(present)('ends a health command that takes too long, with all that it started', async () => {
      const one = run({ image: script, command: js('console.log("up"); setInterval(() => {}, 9)') });
      await eventually(() => one.lines).toEqual(['up']);
      const file = `/tmp/teal-beats-${process.pid}-${name}`;
      const slow = `node -e 'setInterval(() => { require("fs").appendFileSync("${file}", ".") }, 20)'; true`;
      expect(await exec(one, ['CMD-SHELL', slow], seconds(2))).toBeUndefined();
      const size = async () => {
        const still = `node -e 'const s = () => require("fs").statSync("${file}").size; const n = s(); setTimeout(() => process.exit(s() === n ? 0 : 1), 500)'`;
        return exec(one, ['CMD-SHELL', still]);
      };
      await eventually(size).toBe(0);
      expect(one.events.map(({ kind }) => kind)).toEqual(['pulled', 'started', 'output']);
    });

    test.runIf(present && process.platform === 'linux')('that listens elsewhere than on $PORT is told so', async () => {
      const one = run({ image: script, command: js('require("net").createServer().listen(0)') });
      await eventually(() => one.lines).toEqual([
        expect.stringMatching(
          /^teal: this container listens on port \d+, not on \$PORT \(\d+\); no request can reach it\./,
        ),
      ]);
    });
  },
);

// Skipped where no engine runs containers; the names above say why.
describe('the containers of an engine', () => {
  test.runIf(engine)(
    'that a killed runtime left are removed when the next one opens, and nobody else’s',
    { timeout: 90_000 },
    async () => {
      const reference = await image('left', {
        Dockerfile: `FROM ${baseImage}\nCMD ["node", "-e", "setInterval(() => {}, 9)"]`,
      });
      const killed = await openContainerTasks();
      const one = runIn(killed, { image: reference });
      await eventually(() => one.events.map(({ kind }) => kind)).toEqual(['pulled', 'started']);
      const containers = async (): Promise<number> => {
        const filters = encodeURIComponent(JSON.stringify({ label: [`com.amazonaws.ecs.task-arn=${one.spec.arn}`] }));
        const found = await engine?.call('GET', `/containers/json?all=1&filters=${filters}`);
        return found?.kind === 'done' ? listAt(found.body).length : -1;
      };
      const other = await openContainerTasks(`${folder}-other`);
      expect(await containers()).toBe(1);
      // As after kill -9: nothing has been told to the engine.
      const next = await openContainerTasks();
      expect(await containers()).toBe(0);
      expect(await one.ended).toMatchObject({ kind: 'exited', exitCode: 137 });
      for (const tasks of [killed, other, next]) await tasks[Symbol.asyncDispose]();
    },
  );

  test.runIf(engine)('of an image that only the engine has end with the driver', { timeout: 90_000 }, async () => {
    const tasks = await openContainerTasks();
    const one = runIn(tasks, { image: baseImage, command: forever });
    await eventually(() => one.events.map(({ kind }) => kind)).toEqual(['pulled', 'started']);
    expect(one.events[0]).toMatchObject({ digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) });
    await tasks[Symbol.asyncDispose]();
    expect(await one.ended).toMatchObject({ kind: 'exited', exitCode: 137 });
  });
});

describe('the container driver without an engine', () => {
  test('says which sockets it tried, what each said, and what to do', async () => {
    const socket = join(folder, 'none.sock');
    await expect(connectEngine([socket])).rejects.toThrow(
      `No container engine answers; tried:\n  ${socket}: connect ENOENT ${socket}\nStart Docker, or "podman system service --time=0"`,
    );
  });
});
