import type { Readable } from 'node:stream';
import { type Clock, type Json, type Ms, ms, type Random, seconds } from '../../../base/index.ts';
import type { ContainerPlace, LiveContainer, Measured } from '../live-tasks.ts';
import { healthCheckCommand } from '../process/container-command.ts';
import type { ContainerAccess, ContainerEndpoint } from '../process/container-endpoint.ts';
import { readLines } from '../process/output-lines.ts';
import { watchPort } from '../process/port-watch.ts';
import type { RealPorts } from '../process/real-ports.ts';
import type { TaskEvent } from '../task-driver.ts';
import { taskEnvironment } from '../task-environment.ts';
import { demultiplex } from './demultiplex.ts';
import { at, type Engine, numberAt, textAt } from './engine.ts';
import { type EngineImage, type EngineImages, ownerLabel } from './engine-images.ts';
import { usedIn } from './used-in.ts';

/** What containers share. */
export interface EngineSurroundings {
  readonly engine: Engine;
  readonly images: EngineImages;
  readonly clock: Clock;
  readonly random: Random;
  readonly realPorts: RealPorts;
  readonly endpoint: ContainerEndpoint;
  readonly runtimeEndpoint: () => string;
  /** Of all that the runtime makes in the engine. */
  readonly owner: string;
  readonly log: (message: string) => void;
}

type State =
  | { readonly name: 'preparing' }
  | { readonly name: 'running'; readonly id: string; readonly stopSignal: string }
  | { readonly name: 'ended' };

/**
 * One container of an engine, on the network of this machine: so it listens on a real port of its own, and reaches the
 * runtime on the loopback interface. It may use as much as its task reserves.
 */
export class EngineContainer implements LiveContainer {
  readonly #options: EngineSurroundings & ContainerPlace;
  readonly #access: ContainerAccess;
  readonly #ports = new Map<number, number>();
  readonly #over = new AbortController();
  #state: State = { name: 'preparing' };
  #prepared: Promise<void> = Promise.resolve();
  /** Once the engine has made it, until it is removed there. */
  #id: string | undefined;
  #release: () => void = () => {};
  readonly #released = new Promise<void>((resolve) => (this.#release = resolve));
  #used: Measured | undefined;

  constructor(options: EngineSurroundings & ContainerPlace) {
    this.#options = options;
    this.#access = options.endpoint.add(options.task, options.container, () => this.usage());
  }

  start(): void {
    this.#prepared = this.#prepare().catch((error: unknown) =>
      this.#fail(`CannotStartContainerError: ${words(error)}`),
    );
  }

  release(): void {
    this.#release();
  }

  signal(name: 'SIGTERM' | 'SIGKILL'): void {
    switch (this.#state.name) {
      case 'preparing':
        this.#fail('CannotStartContainerError: the task was stopped before its container had started');
        return;
      case 'running':
        this.#send(this.#state.id, name === 'SIGTERM' ? this.#state.stopSignal : name);
        return;
      case 'ended':
        return;
    }
  }

  exec(command: readonly string[], timeout: Ms, done: (exitCode: number | undefined) => void): void {
    if (this.#state.name !== 'running') {
      done(1);
      return;
    }
    const { id } = this.#state;
    let open = true;
    const finish = (exitCode: number | undefined): void => {
      if (!open) return;
      open = false;
      cancel();
      done(exitCode);
    };
    const mark = this.#options.random.hex(32);
    const cancel = this.#options.clock.after(
      timeout,
      () => {
        finish(undefined);
        // The engine can't end what it runs beside a container's own process.
        void this.#run(id, ['/bin/sh', '-c', killMarked(mark)], []).catch(() => {});
      },
      { unref: true },
    );
    const words = healthCheckCommand(command, { root: '/', roots: [] }, this.#ports);
    void this.#run(id, words, [`${markName}=${mark}`]).then(finish, () => finish(1));
  }

  async usage(): Promise<Measured | undefined> {
    if (this.#state.name === 'running') {
      const { clock, container, engine } = this.#options;
      const path = `/containers/${this.#state.id}/stats?stream=false&one-shot=true`;
      const told = await engine.call('GET', path).catch(() => undefined);
      const used = told?.kind === 'done' ? usedIn(told.body) : undefined;
      if (used && used.cpu >= (this.#used?.cpu ?? 0))
        this.#used = { name: container.name, at: clock.monotonic(), ...used };
    }
    if (this.#state.name !== 'ended') return this.#used;
    return this.#used && { ...this.#used, memoryBytes: 0 };
  }

  async #prepare(): Promise<void> {
    const { container, endpoint, engine, events, images } = this.#options;
    const found = await images.ready(container.image);
    if (!this.#isPreparing()) return;
    if (found.kind === 'missing') return this.#fail(found.reason);
    const { image } = found;
    endpoint.pulled(this.#access.metadataUri, image.digest);
    events({ kind: 'pulled', container: container.name, digest: image.digest });
    for (const port of container.ports) {
      if (!this.#isPreparing()) return;
      await this.#takePort(port);
    }
    const made = await engine.call('POST', '/containers/create', this.#description(image));
    if (made.kind === 'refused') return this.#fail(`CannotCreateContainerError: ${made.message}`);
    const id = textAt(made.body, 'Id') ?? '';
    this.#id = id;
    if (container.waits) await this.#released;
    if (!this.#isPreparing()) return;
    const attached = await engine.open('POST', `/containers/${id}/attach?stream=1&stdout=1&stderr=1`);
    if (attached.kind === 'refused') return this.#fail(`CannotStartContainerError: ${attached.message}`);
    if (!this.#isPreparing()) return;
    const started = await engine.call('POST', `/containers/${id}/start`);
    if (started.kind === 'refused') {
      attached.stream.destroy();
      return this.#fail(`CannotStartContainerError: ${started.message}`);
    }
    if (this.#isPreparing()) this.#follow(id, image.stopSignal, attached.stream);
  }

  async #takePort(port: number): Promise<void> {
    const { bound, realPorts } = this.#options;
    const real = await realPorts.take();
    if (!this.#isPreparing()) return realPorts.giveBack(real);
    this.#ports.set(port, real);
    bound(port, real);
  }

  #isPreparing(): boolean {
    return this.#state.name === 'preparing';
  }

  /** What ContainerCreate takes (Docker Engine API). */
  #description(image: EngineImage): object {
    const { container, engine, owner, runtimeEndpoint, task } = this.#options;
    const environment = {
      ...taskEnvironment({
        task,
        container,
        image: image.environment,
        access: this.#access,
        ports: this.#ports,
        endpoint: runtimeEndpoint(),
      }),
      ECS_CONTAINER_METADATA_URI_V4: this.#access.metadataUri,
    };
    const workingDirectory = container.workingDirectory ?? image.workingDirectory;
    const memory = task.size.memoryMiB * 2 ** 20;
    return {
      Image: image.name,
      Env: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
      ...(container.entryPoint?.length ? { Entrypoint: container.entryPoint } : {}),
      ...(container.command?.length ? { Cmd: container.command } : {}),
      ...(workingDirectory === undefined ? {} : { WorkingDir: workingDirectory }),
      Labels: {
        [ownerLabel]: owner,
        'com.amazonaws.ecs.task-arn': task.arn,
        'com.amazonaws.ecs.container-name': container.name,
      },
      HostConfig: {
        NetworkMode: 'host',
        // As on Fargate there is no swap. An engine refuses more processors than it has.
        Memory: memory,
        MemorySwap: memory,
        NanoCpus: Math.min(task.size.cpuUnits / 1024, engine.processors) * 1e9,
        // Its output goes to the runtime alone.
        LogConfig: { Type: 'none' },
      },
    };
  }

  #follow(id: string, stopSignal: string, attached: Readable): void {
    const { container, events } = this.#options;
    this.#state = { name: 'running', id, stopSignal };
    events({ kind: 'started', container: container.name });
    const output = (line: string): void => {
      if (this.#state.name === 'running') events({ kind: 'output', container: container.name, line });
    };
    const { stdout, stderr } = demultiplex(attached);
    const flushes = [stdout, stderr].map((stream) => readLines(stream, output));
    const silent = Promise.all([stdout, stderr].map((stream) => new Promise((resolve) => stream.on('end', resolve))));
    void this.#watchPort(id, output).catch(() => {});
    void silent
      .then(() => this.#exitCode(id))
      .then((exitCode) => {
        for (const flush of flushes) flush();
        this.#end({ kind: 'exited', container: container.name, exitCode });
      });
  }

  /** Its output has ended: so has the container, as a rule at once. An engine that is gone for a while is waited for. */
  async #exitCode(id: string): Promise<number> {
    const { clock, engine } = this.#options;
    for (let asked = 0; ; asked++) {
      const told = await engine.call('GET', `/containers/${id}/json`).catch(() => undefined);
      // Removed by someone else: whatever it was, it has been killed.
      if (told?.kind === 'refused' && told.status === 404) return killed;
      if (told?.kind === 'done' && hasEnded(told.body)) return numberAt(told.body, 'State', 'ExitCode') ?? killed;
      await clock.sleep(asked < 20 ? ms(50) : seconds(1));
    }
  }

  async #watchPort(id: string, tell: (line: string) => void): Promise<void> {
    const [mapping] = this.#ports;
    if (!mapping) return;
    const [containerPort, port] = mapping;
    const told = await this.#options.engine.call('GET', `/containers/${id}/json`);
    const group = told.kind === 'done' ? numberAt(told.body, 'State', 'Pid') : undefined;
    // 0 once it has ended.
    if (!group) return;
    await watchPort({ clock: this.#options.clock, group, port, containerPort, tell, signal: this.#over.signal });
  }

  #send(id: string, signal: string): void {
    const { engine, log } = this.#options;
    engine.call('POST', `/containers/${id}/kill?signal=${signal}`).then(
      (told) => {
        // 409: it has ended in the meantime.
        if (told.kind === 'refused' && told.status !== 409) log(`${signal} to container ${id}: ${told.message}`);
      },
      (error: unknown) => log(`${signal} to container ${id}: ${words(error)}`),
    );
  }

  /** Runs a command inside, to its end. */
  async #run(id: string, command: readonly string[], environment: readonly string[]): Promise<number> {
    const { clock, engine } = this.#options;
    const description = { Cmd: command, Env: environment, AttachStdout: true, AttachStderr: true };
    const made = await engine.call('POST', `/containers/${id}/exec`, description);
    if (made.kind === 'refused') return notRun;
    const exec = textAt(made.body, 'Id') ?? '';
    const running = await engine.open('POST', `/exec/${exec}/start`, { Detach: false, Tty: false });
    if (running.kind === 'refused') return notRun;
    await drained(running.stream);
    for (;;) {
      const told = await engine.call('GET', `/exec/${exec}/json`);
      if (told.kind === 'refused') return notRun;
      if (at(told.body, 'Running') !== true) return exitCodeIn(told.body);
      await clock.sleep(ms(50), this.#over.signal);
    }
  }

  #fail(reason: string): void {
    this.#end({ kind: 'failed', container: this.#options.container.name, reason });
  }

  #end(event: TaskEvent): void {
    if (this.#state.name === 'ended') return;
    this.#state = { name: 'ended' };
    this.#release();
    this.#over.abort();
    this.#options.endpoint.remove(this.#access.metadataUri);
    this.#options.events(event);
    // What is still being made or started must not meet its removal.
    void this.#prepared.then(() => this.#remove());
  }

  async #remove(): Promise<void> {
    const { ended, engine, log, realPorts } = this.#options;
    if (this.#id !== undefined) {
      const told = await engine
        .call('DELETE', `/containers/${this.#id}?force=1&v=1`)
        .catch((error: unknown) => ({ kind: 'refused', status: 0, message: words(error) }) as const);
      // The next start of the runtime removes what is left.
      if (told.kind === 'refused' && told.status !== 404) log(`removing container ${this.#id}: ${told.message}`);
    }
    for (const port of this.#ports.values()) realPorts.giveBack(port);
    ended();
  }
}

/** One that is being removed does not run either, but its exit code is not known yet. */
const hasEnded = (container: Json): boolean =>
  at(container, 'State', 'Running') === false &&
  ['exited', 'dead'].includes(textAt(container, 'State', 'Status') ?? '') &&
  !textAt(container, 'State', 'FinishedAt')?.startsWith('0001');

const killed = 137;

/** As a shell tells of a program that is not there. */
const notRun = 127;

/** On the commands of health checks, to find all that they have started. */
const markName = 'TEAL_HEALTH_CHECK';

const killMarked = (mark: string): string =>
  `for p in $(grep -l ${markName}=${mark} /proc/[0-9]*/environ 2>/dev/null); do p=\${p#/proc/}; kill -9 "\${p%/environ}"; done`;

const exitCodeIn = (exec: Json): number => numberAt(exec, 'ExitCode') ?? notRun;

const words = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const drained = (stream: Readable): Promise<void> =>
  new Promise((resolve) => {
    stream.resume();
    for (const event of ['end', 'close', 'error']) stream.on(event, () => resolve());
  });
