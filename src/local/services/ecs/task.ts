import type { Tag } from '@aws-sdk/client-ecs';
import { type Cancel, ms, seconds } from '../../../base/index.ts';
import type { RunningTask, TaskEvent, TaskUsage } from '../../tasks/task-driver.ts';
import type { World } from '../../world.ts';
import { readiness } from './container-dependencies.ts';
import { type ContainerHealth, watchContainerHealth } from './container-health.ts';
import type { Neighbours } from './neighbours.ts';
import type { Registration, StopCode, TaskContainer, TaskFacts, TaskPlan } from './task-facts.ts';
import { logTarget, prepareTask } from './task-spec.ts';

/** What a task tells whoever scheduled it. */
export type TaskNews =
  | { readonly kind: 'changed' }
  | { readonly kind: 'registered'; readonly targetGroupArn: string }
  | { readonly kind: 'deregistered'; readonly targetGroupArn: string };

/** How long after SIGKILL a driver that says nothing is believed to have lost the task. */
const lostAfterKill = ms(5_000);

/**
 * One task from PROVISIONING to STOPPED, on the world's clock (ECS-DG/task-lifecycle-explanation).
 * Its target is registered during ACTIVATING once all containers run. A stop deregisters first, waits until no
 * target is draining, and only then sends SIGTERM (ECS-DG/load-balancer-connection-draining).
 */
export class EcsTask {
  readonly plan: TaskPlan;
  readonly #world: World;
  readonly #neighbours: Neighbours;
  readonly #tell: (task: EcsTask, news: TaskNews) => void;
  readonly #healthLoops = new Map<string, Cancel>();
  readonly #released = new Set<string>();
  readonly #limits: Cancel[] = [];
  /** What ends the wait for each container that is being stopped. */
  readonly #stopping = new Map<string, Cancel>();
  #facts: TaskFacts;
  #containers: readonly TaskContainer[];
  #registrations: readonly Registration[] = [];
  #running: RunningTask | undefined;
  #activated = false;
  #ended = false;
  #timer: Cancel = () => undefined;

  constructor(plan: TaskPlan, world: World, neighbours: Neighbours, tell: (task: EcsTask, news: TaskNews) => void) {
    this.plan = plan;
    this.#world = world;
    this.#neighbours = neighbours;
    this.#tell = tell;
    this.#containers = (plan.definition.definition.containerDefinitions ?? []).map((definition, index) => ({
      id: plan.containerIds[index] ?? '',
      definition,
      status: 'PENDING',
      exitCode: undefined,
      reason: undefined,
      digest: undefined,
      health: definition.healthCheck ? 'UNKNOWN' : undefined,
    }));
    this.#facts = {
      lastStatus: 'PROVISIONING',
      desiredStatus: 'RUNNING',
      version: 1,
      createdAt: world.clock.now(),
      connectedAt: undefined,
      pullStartedAt: undefined,
      pullStoppedAt: undefined,
      startedAt: undefined,
      stoppingAt: undefined,
      executionStoppedAt: undefined,
      stoppedAt: undefined,
      stop: undefined,
      tags: plan.tags,
    };
    this.#next(world.timing.provisioning, () => this.#pend());
  }

  get facts(): TaskFacts {
    return this.#facts;
  }

  get containers(): readonly TaskContainer[] {
    return this.#containers;
  }

  get registrations(): readonly Registration[] {
    return this.#registrations;
  }

  /** Of essential containers alone; UNHEALTHY beats UNKNOWN beats HEALTHY; undefined without any check. */
  get health(): ContainerHealth | undefined {
    const all = this.#containers.filter((one) => isEssential(one)).map((one) => one.health);
    if (all.includes('UNHEALTHY')) return 'UNHEALTHY';
    if (all.includes('UNKNOWN')) return 'UNKNOWN';
    return all.includes('HEALTHY') ? 'HEALTHY' : undefined;
  }

  /** Begins to stop it; without effect on one that is stopping already. */
  stop(code: StopCode, reason: string): void {
    if (this.#facts.desiredStatus === 'STOPPED') return;
    this.#set({ desiredStatus: 'STOPPED', stoppingAt: this.#world.clock.now(), stop: { code, reason } });
    if (this.#registrations.length === 0) {
      this.#terminate();
      return;
    }
    this.#set({ lastStatus: 'DEACTIVATING' });
    // A container that has ended answers nobody: its target leaves at once, and nothing waits for the drain.
    if (code === 'EssentialContainerExited') {
      this.#deregister();
      this.#terminate();
      return;
    }
    this.#next(this.#world.timing.schedulerTick, () => {
      this.#deregister();
      this.#endDraining();
    });
    this.#tell(this, { kind: 'changed' });
  }

  /** The health of one of its targets has changed, or its drain has ended. */
  targetChanged(targetGroupArn: string): void {
    let changed = false;
    this.#registrations = this.#registrations.map((one) => {
      if (one.targetGroupArn !== targetGroupArn) return one;
      const health = this.#neighbours.targets(this.#world).health(targetGroupArn, one.target);
      changed ||= health?.state !== one.health?.state;
      return { ...one, health };
    });
    if (!changed) return;
    if (this.#facts.lastStatus === 'DEACTIVATING') this.#endDraining();
    else this.#tell(this, { kind: 'changed' });
  }

  /** What it uses; `done` gets undefined where nothing runs, and where the machine does not tell. */
  usage(done: (usage: TaskUsage | undefined) => void): void {
    if (this.#running) this.#running.usage(done);
    else done(undefined);
  }

  tag(tags: readonly Tag[]): void {
    this.#facts = { ...this.#facts, tags };
  }

  /** Kills it without ceremony and says nothing more: the world is going away. */
  abandon(): void {
    this.#ended = true;
    this.#timer();
    this.#stopHealthLoops();
    for (const cancel of [...this.#limits, ...this.#stopping.values()]) cancel();
    this.#running?.signal('SIGKILL');
  }

  #pend(): void {
    this.#set({ lastStatus: 'PENDING', connectedAt: this.#world.clock.now() });
    this.#next(this.#world.timing.pending, () => this.#activate());
  }

  #activate(): void {
    this.#set({ lastStatus: 'ACTIVATING', pullStartedAt: this.#world.clock.now() });
    const prepared = prepareTask(this.plan, this.#world, this.#neighbours);
    if (!prepared.ok) {
      this.stop('TaskFailedToStart', prepared.error);
      return;
    }
    this.#next(this.#world.timing.activating, () => {
      this.#activated = true;
      this.#run();
    });
    const running = this.#world.tasks.start(prepared.value, (event) => this.#onEvent(event));
    this.#running = running;
    // A container failed while the others were being started.
    if (this.#facts.desiredStatus === 'STOPPED') running.signal('SIGKILL');
    else this.#release();
  }

  #onEvent(event: TaskEvent): void {
    if (this.#ended) return;
    switch (event.kind) {
      case 'pulled':
        this.#setContainer(event.container, { digest: event.digest });
        if (this.#containers.every((one) => one.digest)) this.#set({ pullStoppedAt: this.#world.clock.now() });
        return;
      case 'started':
        this.#started(event.container);
        return;
      case 'output':
        this.#write(event.container, event.line);
        return;
      case 'exited':
        this.#exited(event.container, event.exitCode);
        return;
      case 'failed':
        this.#stopping.get(event.container)?.();
        this.#setContainer(event.container, { status: 'STOPPED', reason: event.reason });
        if (this.#facts.desiredStatus === 'RUNNING') this.stop('TaskFailedToStart', event.reason);
        this.#endIfAllEnded();
        return;
    }
  }

  #started(name: string): void {
    this.#setContainer(name, { status: 'RUNNING' });
    const check = this.#containers.find((one) => one.definition.name === name)?.definition.healthCheck;
    if (check)
      this.#healthLoops.set(
        name,
        watchContainerHealth({
          clock: this.#world.clock,
          check,
          exec: (command, timeout, done) =>
            this.#running ? this.#running.exec(name, command, timeout, done) : done(undefined),
          changed: (health) => {
            this.#setContainer(name, { health });
            this.#release();
            this.#tell(this, { kind: 'changed' });
          },
        }),
      );
    const patience = this.#containers.find((one) => one.definition.name === name)?.definition.startTimeout;
    if (patience !== undefined) this.#limits.push(this.#world.clock.after(seconds(patience), () => this.#giveUp(name)));
    if (this.#facts.desiredStatus === 'RUNNING' && this.#containers.every((one) => one.status !== 'PENDING'))
      this.#register();
    this.#release();
  }

  /** Starts the containers whose dependencies are met by now; one that never can start ends the task. */
  #release(): void {
    for (const { definition, status } of this.#containers) {
      const { name = '', dependsOn } = definition;
      if (!dependsOn?.length || status !== 'PENDING' || this.#released.has(name)) continue;
      if (this.#facts.desiredStatus === 'STOPPED' || !this.#running) return;
      const ready = readiness(definition, this.#containers);
      if (ready.kind === 'ready') {
        this.#released.add(name);
        this.#running.release(name);
      } else if (ready.kind === 'never')
        this.stop('TaskFailedToStart', `Container ${name} was not started: ${ready.because}.`);
    }
  }

  /** The start time-out of a container has passed: what still waits for it does not start any more. */
  #giveUp(name: string): void {
    const waiting = this.#containers.find(
      ({ definition, status }) =>
        status === 'PENDING' &&
        !this.#released.has(definition.name ?? '') &&
        definition.dependsOn?.some((one) => one.containerName === name),
    );
    if (waiting)
      this.stop('TaskFailedToStart', `Container ${waiting.definition.name} was not started: ${name} took too long.`);
  }

  #register(): void {
    const targets = this.#neighbours.targets(this.#world);
    for (const { targetGroupArn, containerPort } of this.plan.loadBalancers) {
      if (targetGroupArn === undefined || containerPort === undefined) continue;
      const target = { id: this.plan.address, port: containerPort };
      this.#registrations = [...this.#registrations, { targetGroupArn, target, health: undefined }];
      targets.register(targetGroupArn, target);
      this.#tell(this, { kind: 'registered', targetGroupArn });
      this.targetChanged(targetGroupArn);
    }
    this.#run();
  }

  #run(): void {
    const started = this.#containers.every((one) => one.status !== 'PENDING');
    if (this.#facts.lastStatus !== 'ACTIVATING' || !this.#activated || !started) return;
    this.#set({ lastStatus: 'RUNNING', startedAt: this.#world.clock.now() });
    this.#tell(this, { kind: 'changed' });
  }

  #exited(name: string, exitCode: number): void {
    this.#healthLoops.get(name)?.();
    this.#stopping.get(name)?.();
    this.#setContainer(name, { status: 'STOPPED', exitCode });
    const one = this.#containers.find((container) => container.definition.name === name);
    if (one && isEssential(one)) {
      if (this.#facts.desiredStatus === 'RUNNING') {
        this.stop('EssentialContainerExited', 'Essential container in task exited');
        return;
      }
      // It ended while its targets were still draining: nobody is left to drain.
      if (this.#facts.lastStatus === 'DEACTIVATING') {
        this.#deregister();
        this.#terminate();
        return;
      }
    }
    this.#release();
    this.#endIfAllEnded();
  }

  #deregister(): void {
    const targets = this.#neighbours.targets(this.#world);
    for (const { targetGroupArn, target } of this.#registrations) {
      if (targets.health(targetGroupArn, target)?.state === 'draining') continue;
      targets.deregister(targetGroupArn, target);
      this.#tell(this, { kind: 'deregistered', targetGroupArn });
    }
  }

  #endDraining(): void {
    const targets = this.#neighbours.targets(this.#world);
    if (this.#registrations.every((one) => targets.health(one.targetGroupArn, one.target) === undefined))
      this.#terminate();
  }

  #terminate(): void {
    const { lastStatus } = this.#facts;
    if (lastStatus === 'STOPPING' || lastStatus === 'DEPROVISIONING' || lastStatus === 'STOPPED') return;
    this.#timer();
    if (!this.#running || this.#allEnded()) {
      this.#deprovision();
      return;
    }
    this.#set({ lastStatus: 'STOPPING' });
    this.#stopContainers();
    this.#tell(this, { kind: 'changed' });
  }

  /** Each container stops once all that depend on it have: SIGTERM, and SIGKILL after its own stop time-out. */
  #stopContainers(): void {
    for (const name of this.#containers.map((one) => one.definition.name ?? '')) {
      const one = this.#containers.find(({ definition }) => definition.name === name);
      if (!one || one.status === 'STOPPED' || this.#stopping.has(name) || this.#isNeeded(name)) continue;
      // Armed first: the driver may answer the signal at once.
      const kill = (): void => {
        this.#stopping.set(
          name,
          this.#world.clock.after(lostAfterKill, () => this.#lost(name)),
        );
        this.#running?.signal('SIGKILL', name);
      };
      this.#stopping.set(name, this.#world.clock.after(seconds(one.definition.stopTimeout ?? 30), kill));
      this.#running?.signal('SIGTERM', name);
    }
  }

  #isNeeded(name: string): boolean {
    return this.#containers.some(
      ({ definition, status }) =>
        status !== 'STOPPED' && definition.dependsOn?.some((one) => one.containerName === name),
    );
  }

  #lost(name: string): void {
    this.#setContainer(name, { status: 'STOPPED' });
    this.#endIfAllEnded();
  }

  #endIfAllEnded(): void {
    if (this.#facts.lastStatus !== 'STOPPING') return;
    if (this.#allEnded()) this.#deprovision();
    else this.#stopContainers();
  }

  #deprovision(): void {
    this.#stopHealthLoops();
    for (const cancel of [...this.#limits, ...this.#stopping.values()]) cancel();
    this.#containers = this.#containers.map((one) => (one.status === 'STOPPED' ? one : { ...one, status: 'STOPPED' }));
    this.#set({ lastStatus: 'DEPROVISIONING', executionStoppedAt: this.#world.clock.now() });
    this.#next(this.#world.timing.deprovisioning, () => {
      this.#ended = true;
      this.#registrations = [];
      this.#set({ lastStatus: 'STOPPED', stoppedAt: this.#world.clock.now() });
      this.#tell(this, { kind: 'changed' });
    });
    this.#tell(this, { kind: 'changed' });
  }

  #write(container: string, line: string): void {
    const definition = this.#containers.find((one) => one.definition.name === container)?.definition;
    const log = definition && logTarget(definition, this.plan.id);
    if (log) this.#neighbours.output(this.#world).append(log.group, log.stream, line);
  }

  #allEnded(): boolean {
    return this.#containers.every((one) => one.status === 'STOPPED');
  }

  #stopHealthLoops(): void {
    for (const end of this.#healthLoops.values()) end();
    this.#healthLoops.clear();
  }

  #next(delay: Parameters<World['clock']['after']>[0], fn: () => void): void {
    this.#timer();
    this.#timer = this.#world.clock.after(delay, fn);
  }

  #set(change: Partial<TaskFacts>): void {
    this.#facts = { ...this.#facts, ...change, version: this.#facts.version + 1 };
  }

  #setContainer(name: string, change: Partial<TaskContainer>): void {
    this.#containers = this.#containers.map((one) => (one.definition.name === name ? { ...one, ...change } : one));
  }
}

const isEssential = (container: TaskContainer): boolean => container.definition.essential !== false;
