import { type Cancel, type Clock, type Ms, ms, type Random } from '../../../base/index.ts';
import type { ContainerSpec, ContainerUsage, RunningTask, TaskEvent, TaskSpec, TaskUsage } from '../task-driver.ts';
import type { Behaviour, Moment, SimulatedAnswer, SimulatedRequest } from './behaviour.ts';
import { createRateMeter } from './rate-meter.ts';

interface Given {
  readonly spec: TaskSpec;
  readonly events: (event: TaskEvent) => void;
  readonly clock: Clock;
  readonly random: Random;
  readonly behaviourOf: (image: string) => Behaviour;
  /** Its last container has ended. */
  readonly ended: () => void;
}

interface Container {
  readonly spec: ContainerSpec;
  readonly behaviour: Behaviour;
  state: 'coming' | 'running' | 'ended';
  /** It starts as soon as it is pulled, or was pulled and waits for its release. */
  gate: 'open' | 'shut' | 'waited-at';
  startedAt: Ms;
  /** What happens to it next by itself. */
  next: Cancel;
  /** As of the last look at its load. */
  used: { readonly at: Ms; readonly requests: number; readonly cpu: Ms };
}

/** One simulated task: each container comes, runs and ends as its image's behaviour says. */
export class SimulatedTask implements RunningTask {
  readonly spec: TaskSpec;
  readonly #given: Given;
  readonly #containers: readonly Container[];
  readonly #requests: ReturnType<typeof createRateMeter>;
  /** Of clients, since it started. */
  #served = 0;

  constructor(given: Given) {
    this.#given = given;
    this.spec = given.spec;
    this.#requests = createRateMeter(given.clock);
    this.#containers = given.spec.containers.map((spec) => ({
      spec,
      behaviour: given.behaviourOf(spec.image),
      state: 'coming',
      gate: spec.waits ? 'shut' : 'open',
      startedAt: ms(0),
      next: () => undefined,
      used: { at: ms(0), requests: 0, cpu: ms(0) },
    }));
  }

  start(): void {
    for (const container of this.#containers) this.#pull(container);
  }

  release(name: string): void {
    const container = this.#containers.find((one) => one.spec.name === name);
    if (!container) return;
    const waited = container.gate === 'waited-at';
    container.gate = 'open';
    if (waited && container.state === 'coming') this.#beginSoon(container);
  }

  signal(name: 'SIGTERM' | 'SIGKILL', only?: string): void {
    for (const container of this.#containers) {
      if (only !== undefined && container.spec.name !== only) continue;
      if (container.state === 'coming') this.#fail(container, 'Task was stopped before the container started');
      else if (container.state === 'running') this.#signalOne(container, name);
    }
  }

  exec(name: string, _command: readonly string[], timeout: Ms, done: (exitCode: number | undefined) => void): void {
    const container = this.#containers.find((one) => one.spec.name === name);
    const exitCode = container?.state === 'running' ? container.behaviour.healthCommand(this.#moment(container)) : 1;
    this.#given.clock.after(exitCode === undefined ? timeout : ms(1), () => done(exitCode));
  }

  usage(done: (usage: TaskUsage | undefined) => void): void {
    const started = this.#containers.filter((one) => one.state !== 'coming');
    done({ at: this.#given.clock.monotonic(), containers: started.map((one) => this.#usageOf(one)) });
  }

  kill(exitCode: number): void {
    for (const container of this.#containers) {
      if (container.state === 'coming') this.#fail(container, 'CannotStartContainerError: the container died');
      else if (container.state === 'running') this.#exit(container, exitCode);
    }
  }

  answer(port: number, request: SimulatedRequest, from: 'client' | 'health check'): SimulatedAnswer {
    const container = this.#containers.find((one) => one.spec.ports.includes(port));
    if (container?.state !== 'running') return { kind: 'failed' };
    const moment = this.#moment(container);
    if (moment.upFor < container.behaviour.listensAfter) return { kind: 'failed' };
    if (from === 'client') {
      this.#requests.note();
      this.#served += 1;
    }
    return container.behaviour.answer(request, from === 'client' ? this.#moment(container) : moment);
  }

  #moment(container: Container): Moment {
    return {
      environment: container.spec.environment,
      upFor: ms(this.#given.clock.monotonic() - container.startedAt),
      requestsPerSecond: this.#requests.perSecond(),
    };
  }

  /** The load since the last look is added to what was used until then. */
  #usageOf(container: Container): ContainerUsage {
    const { name } = container.spec;
    const { used } = container;
    if (container.state !== 'running') return { name, cpu: used.cpu, memoryBytes: 0 };
    const at = this.#given.clock.monotonic();
    const passed = at - used.at;
    const requestsPerSecond = passed > 0 ? ((this.#served - used.requests) * 1000) / passed : 0;
    const load = container.behaviour.load({ ...this.#moment(container), requestsPerSecond });
    const cpu = ms(used.cpu + (passed * load.cpuUnits) / 1024);
    container.used = { at, requests: this.#served, cpu };
    return { name, cpu, memoryBytes: load.memoryMiB * 2 ** 20 };
  }

  #pull(container: Container): void {
    const { pull } = container.behaviour;
    if (pull.kind === 'failed') {
      container.next = this.#given.clock.after(ms(1), () => this.#fail(container, pull.reason));
      return;
    }
    container.next = this.#given.clock.after(pull.takes, () => {
      const { name, image } = container.spec;
      this.#given.events({ kind: 'pulled', container: name, digest: digestOf(image, this.#given.random) });
      if (container.state !== 'coming') return;
      if (container.gate === 'open') this.#beginSoon(container);
      else container.gate = 'waited-at';
    });
  }

  #beginSoon(container: Container): void {
    container.next = this.#given.clock.after(container.behaviour.startsAfter, () => this.#begin(container));
  }

  #begin(container: Container): void {
    const { life, output } = container.behaviour;
    const { name } = container.spec;
    container.state = 'running';
    container.startedAt = this.#given.clock.monotonic();
    container.used = { at: container.startedAt, requests: this.#served, cpu: ms(0) };
    if (life.kind === 'exits')
      container.next = this.#given.clock.after(life.after, () => this.#exit(container, life.code));
    this.#given.events({ kind: 'started', container: name });
    for (const line of output) this.#given.events({ kind: 'output', container: name, line });
  }

  #signalOne(container: Container, name: 'SIGTERM' | 'SIGKILL'): void {
    const { onSigterm } = container.behaviour;
    if (name === 'SIGKILL') {
      this.#exit(container, 137);
      return;
    }
    if (onSigterm.kind === 'ignored') return;
    container.next();
    container.next = this.#given.clock.after(onSigterm.after, () => this.#exit(container, onSigterm.code));
  }

  #exit(container: Container, exitCode: number): void {
    this.#end(container, { kind: 'exited', container: container.spec.name, exitCode });
  }

  #fail(container: Container, reason: string): void {
    this.#end(container, { kind: 'failed', container: container.spec.name, reason });
  }

  #end(container: Container, event: TaskEvent): void {
    container.next();
    container.state = 'ended';
    if (this.#containers.every((one) => one.state === 'ended')) this.#given.ended();
    this.#given.events(event);
  }
}

/** The digest in the reference, or one that follows from the image's name. */
const digestOf = (image: string, random: Random): string =>
  /@(sha256:[0-9a-f]{64})$/.exec(image)?.[1] ?? `sha256:${random.fork(`digest of ${image}`).hex(64)}`;
