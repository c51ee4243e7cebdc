import { mkdir } from 'node:fs/promises';
import { constants } from 'node:os';
import { join } from 'node:path';
import { type Clock, type Ms, seconds } from '../../../base/index.ts';
import type { ContainerPlace, LiveContainer, Measured } from '../live-tasks.ts';
import type { TaskEvent } from '../task-driver.ts';
import { containerCommand, healthCheckCommand } from './container-command.ts';
import type { ContainerAccess, ContainerEndpoint } from './container-endpoint.ts';
import { containerEnvironment } from './container-environment.ts';
import { type ContainerMeter, createContainerMeter } from './container-meter.ts';
import type { ContainerPaths } from './container-paths.ts';
import { copyTree } from './copy-tree.ts';
import type { ImageStore, StoredImage } from './image-store.ts';
import { readLines } from './output-lines.ts';
import { watchPort } from './port-watch.ts';
import type { ProcessTable } from './process-table.ts';
import type { RealPorts } from './real-ports.ts';
import { type ShimProcess, startInShim } from './shim.ts';

/** What containers share. */
export interface ContainerSurroundings {
  readonly images: ImageStore;
  readonly clock: Clock;
  readonly realPorts: RealPorts;
  readonly endpoint: ContainerEndpoint;
  /** Undefined where the machine does not tell. */
  readonly processTable: () => Promise<ProcessTable | undefined>;
  readonly runtimeEndpoint: () => string;
  /** `$PATH` of this machine. */
  readonly hostPath: string;
}

export interface ContainerOptions extends ContainerSurroundings, ContainerPlace {
  /** Its own; need not exist. */
  readonly folder: string;
}

type State =
  | { readonly name: 'preparing' }
  | { readonly name: 'running'; readonly process: ShimProcess; readonly place: Place; readonly meter: ContainerMeter }
  | { readonly name: 'ended' };

/** Where and how the container's processes run; for health-check commands too. */
interface Place {
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly paths: ContainerPaths;
}

/** One container as a process group in its own copy of the image. */
export class ProcessContainer implements LiveContainer {
  readonly #options: ContainerOptions;
  readonly #access: ContainerAccess;
  readonly #ports = new Map<number, number>();
  readonly #over = new AbortController();
  #state: State = { name: 'preparing' };
  #prepared: Promise<void> = Promise.resolve();
  #release: () => void = () => {};
  readonly #released = new Promise<void>((resolve) => (this.#release = resolve));
  #stopSignal: NodeJS.Signals = 'SIGTERM';
  /** As it was last measured; undefined until its processes run. */
  #used: Measured | undefined;

  constructor(options: ContainerOptions) {
    this.#options = options;
    this.#access = options.endpoint.add(options.task, options.container, () => this.usage());
  }

  start(): void {
    this.#prepared = this.#prepare().catch((error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      this.#fail(`CannotStartContainerError: ${why}`);
    });
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
        this.#state.process.signal(name === 'SIGTERM' ? this.#stopSignal : name);
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
    const { cwd, environment, paths } = this.#state.place;
    const process = startInShim({
      command: healthCheckCommand(command, paths, this.#ports),
      cwd,
      environment: { ...environment, ECS_CONTAINER_METADATA_URI_V4: this.#access.metadataUri },
      mark: undefined,
    });
    process.stdout.resume();
    process.stderr.resume();
    let open = true;
    const finish = (exitCode: number | undefined): void => {
      if (!open) return;
      open = false;
      cancel();
      process.end();
      done(exitCode);
    };
    const cancel = this.#options.clock.after(timeout, () => finish(undefined), { unref: true });
    process.onExit((code, signal) => finish(exitCodeOf(code, signal)));
    process.onError(() => finish(1));
  }

  async usage(): Promise<Measured | undefined> {
    const measured = this.#state.name === 'running' ? await this.#state.meter.measure() : undefined;
    const { name } = this.#options.container;
    if (measured) this.#used = { name, ...measured };
    if (this.#state.name !== 'ended') return this.#used;
    return this.#used && { ...this.#used, memoryBytes: 0 };
  }

  async #prepare(): Promise<void> {
    const { clock, container, endpoint, events, folder, images, realPorts, task } = this.#options;
    const image = images.find(container.image);
    if (!image) return this.#fail(cannotPull(container.image, images.list()));
    this.#stopSignal = image.config.stopSignal;
    endpoint.pulled(this.#access.metadataUri, image.digest);
    events({ kind: 'pulled', container: container.name, digest: image.digest });
    for (const port of container.ports) {
      if (!this.#isPreparing()) return;
      await this.#takePort(port, realPorts);
    }
    const paths: ContainerPaths = { root: join(folder, 'root'), roots: image.config.roots };
    const [home, temporary] = [join(folder, 'home'), join(folder, 'tmp')];
    await Promise.all([
      copyTree(image.folder, paths.root),
      mkdir(home, { recursive: true }),
      mkdir(temporary, { recursive: true }),
    ]);
    const environment = containerEnvironment({
      task,
      container,
      image: image.config,
      paths,
      access: this.#access,
      ports: this.#ports,
      home,
      temporary,
      endpoint: this.#options.runtimeEndpoint(),
      hostPath: this.#options.hostPath,
    });
    const runs = containerCommand(container, image.config, paths, environment.PATH ?? '');
    if (runs.kind === 'refused') return this.#fail(runs.reason);
    await mkdir(runs.cwd, { recursive: true });
    if (container.waits) await this.#released;
    if (!this.#isPreparing()) return;
    this.#run(runs.command, { cwd: runs.cwd, environment, paths }, clock);
  }

  async #takePort(port: number, realPorts: RealPorts): Promise<void> {
    const real = await realPorts.take();
    if (!this.#isPreparing()) return realPorts.giveBack(real);
    this.#ports.set(port, real);
    this.#options.bound(port, real);
  }

  #isPreparing(): boolean {
    return this.#state.name === 'preparing';
  }

  #run(command: readonly string[], place: Place, clock: Clock): void {
    const { container, events } = this.#options;
    const process = startInShim({
      command,
      cwd: place.cwd,
      environment: place.environment,
      mark: this.#access.metadataUri,
    });
    process.onError((error) => this.#fail(`CannotStartContainerError: ${error.message}`));
    if (process.pid === undefined) return;
    const meter = createContainerMeter(process.pid, this.#options.processTable);
    this.#state = { name: 'running', process, place, meter };
    events({ kind: 'started', container: container.name });
    const output = (line: string): void => {
      if (this.#state.name === 'running') events({ kind: 'output', container: container.name, line });
    };
    const flushes = [process.stdout, process.stderr].map((stream) => readLines(stream, output));
    this.#watchPort(process.pid, output);
    process.onExit((code, signal) => {
      // A container's other processes end with its first one.
      process.end();
      const finish = (): void => {
        cancel();
        for (const flush of flushes) flush();
        this.#end({ kind: 'exited', container: container.name, exitCode: exitCodeOf(code, signal) });
      };
      // A process that got out of reach may hold the output open.
      const cancel = clock.after(seconds(2), finish, { unref: true });
      process.onClose(finish);
    });
  }

  #watchPort(group: number, tell: (line: string) => void): void {
    const [mapping] = this.#ports;
    if (!mapping) return;
    const [containerPort, port] = mapping;
    const watching = watchPort({
      clock: this.#options.clock,
      group,
      port,
      containerPort,
      tell,
      signal: this.#over.signal,
    });
    // Only the container's end stops it.
    watching.catch(() => {});
  }

  #fail(reason: string): void {
    this.#end({ kind: 'failed', container: this.#options.container.name, reason });
  }

  #end(event: TaskEvent): void {
    if (this.#state.name === 'ended') return;
    this.#state = { name: 'ended' };
    this.#release();
    this.#over.abort();
    for (const port of this.#ports.values()) this.#options.realPorts.giveBack(port);
    this.#options.endpoint.remove(this.#access.metadataUri);
    this.#options.events(event);
    // What is still being copied must not meet the removal of the folder.
    void this.#prepared.then(() => this.#options.ended());
  }
}

/** As a shell tells it: 137 after SIGKILL, 143 after SIGTERM. */
const exitCodeOf = (code: number | undefined, signal: NodeJS.Signals | undefined): number =>
  code ?? 128 + (signal ? constants.signals[signal] : 0);

/** Fargate's words, and what there is. */
function cannotPull(reference: string, images: readonly StoredImage[]): string {
  const known = [...new Set(images.flatMap((image) => image.names))];
  const there =
    known.length > 0 ? `This runtime has ${known.slice(0, 10).join(', ')}` : 'This runtime has no image yet';
  return `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${reference}: ${reference}: not found. ${there}: teal image build makes one.`;
}
