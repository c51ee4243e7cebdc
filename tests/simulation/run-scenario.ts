import { call } from '../../src/aws/call.ts';
import { elbNamedTraffic } from '../../src/aws/index.ts';
import { type Ms, ms, seconds } from '../../src/base/index.ts';
import {
  fold,
  type Guards,
  isRunning,
  JournalError,
  LeaseLost,
  type OutcomeName,
  otherColor,
} from '../../src/deployment/index.ts';
import type { Context } from '../../src/operations/context.ts';
import { release } from '../../src/operations/deploy.ts';
import { OperationError } from '../../src/operations/operation-error.ts';
import { ask, repair, resume } from '../../src/operations/resume.ts';
import { sweep } from '../../src/operations/sweep.ts';
import { abort, takeBack } from '../../src/operations/take-back.ts';
import { startAutoscaling } from './autoscaling.ts';
import { watchClients } from './clients.ts';
import { createContext } from './context.ts';
import type { Fault } from './faults.ts';
import { type Installation, install } from './installation.ts';
import { readCall } from './invariants/call.ts';
import { checkers, isTeal, type Violation, Witness } from './invariants/index.ts';
import type { Message } from './network.ts';
import type { Act, Command, Disturbance, Scenario } from './scenario.ts';
import { anImage, behaviourOfImage, simulatedService } from './simulated-service.ts';
import { createWorld, type SimulatedProcess, type SimulatedWorld } from './world.ts';

export interface Run {
  readonly seed: string;
  readonly violations: readonly Violation[];
  /** Of each deployment, in order. */
  readonly outcomes: readonly OutcomeName[];
  readonly struck: ReadonlyMap<Fault, number>;
  readonly calls: number;
  readonly clientRequests: number;
  readonly virtualSeconds: number;
  readonly hash: string;
}

export interface RunOptions {
  readonly guards?: Guards;
  /** Gets each line of the trace. */
  readonly listen?: (line: string) => void;
  /** Ends the run at the first violation. */
  readonly stopAtFirst?: boolean;
}

/** A process of teal that was started, and what became of it. */
interface Started {
  readonly process: SimulatedProcess;
  readonly interrupt: AbortController;
  gone(): boolean;
}

const patience = seconds(4 * 3_600);
/** A run of four acts takes some hundreds to some thousands: more are a loop without an end. */
const mostCalls = 25_000;

/** Plays a scenario against the real engine, adapters, clients and control plane, and checks every effect. */
export async function runScenario(seed: string, scenario: Scenario, options: RunOptions = {}): Promise<Run> {
  const world = createWorld({ seed, behaviourOf: behaviourOfImage, ...(options.listen && { listen: options.listen }) });
  const service = simulatedService(scenario.service.deployment, scenario.service.fields);
  const made = await install(world, service, scenario.trafficSettleSeconds, {
    byDefault: scenario.service.byDefault,
  });
  const witness = new Witness(world, made);
  witness.add(...checkers.map((check) => check(witness)));
  const play = new Play(world, made, witness, scenario, options);
  if (scenario.isScaled) startAutoscaling(world, made, witness, () => play.over);
  const clients = watchClients(world, made, witness, () => play.over);
  await play.run();
  witness.end();
  return {
    seed,
    violations: witness.violations,
    outcomes: witness.journal.flatMap((entry) => (entry.kind === 'closed' ? [entry.body.outcome.name] : [])),
    struck: world.network.struck,
    calls: world.network.sent,
    clientRequests: clients.sent(),
    virtualSeconds: witness.now / 1000,
    hash: world.trace.hash(),
  };
}

/** One run of a scenario: starts processes, lets them die, and has others finish what they left. */
class Play {
  over = false;
  readonly #world: SimulatedWorld;
  readonly #made: Installation;
  readonly #witness: Witness;
  readonly #scenario: Scenario;
  readonly #options: RunOptions;
  readonly #chaos: ReturnType<SimulatedWorld['random']>;
  #started = 0;

  constructor(world: SimulatedWorld, made: Installation, witness: Witness, scenario: Scenario, options: RunOptions) {
    this.#world = world;
    this.#made = made;
    this.#witness = witness;
    this.#scenario = scenario;
    this.#options = options;
    this.#chaos = world.random('chaos');
  }

  async run(): Promise<void> {
    const stage = this.#world.scheduler.actor('stage');
    let ended = false;
    stage.start(async () => {
      for (const [index, act] of this.#scenario.acts.entries()) {
        if (index > 0 || this.#scenario.faultsFromTheStart) this.#world.network.rates = this.#scenario.rates;
        await this.#act(act, stage.clock.sleep);
        if (this.#options.stopAtFirst && this.#witness.violations.length > 0) break;
        await stage.clock.sleep(act.pause);
      }
      await this.#sweepUp(stage.clock.sleep);
      this.over = true;
      ended = true;
    });
    await this.#world.scheduler.run({ limit: patience, until: () => ended || this.#world.network.sent > mostCalls });
    if (!ended) this.#witness.report(6, `no end after ${mostCalls} calls`);
  }

  async #act(act: Act, sleep: (delay: Ms) => Promise<void>): Promise<void> {
    const started = this.#witness.now;
    const main = this.#start(nameOf(act.command), (context) => this.#command(context, act.command));
    if (act.crashAt) main.process.actor.crashAt(act.crashAt.wait, act.crashAt.moment);
    const disturbances = [...act.disturbances];
    const others: Started[] = [];
    while (
      !main.gone() ||
      (act.command.do === 'sweep' && disturbances.length > 0 && this.#witness.now - started < 5_000)
    ) {
      await sleep(ms(500));
      while (disturbances[0] && this.#isDue(disturbances[0], started)) {
        const disturbance = disturbances.shift();
        const other = disturbance && this.#disturb(disturbance, main);
        if (other) others.push(other);
      }
    }
    await this.#finish(others, sleep);
  }

  #isDue({ after, during }: Disturbance, started: number): boolean {
    if (after > this.#witness.now - started) return false;
    return during === undefined || fold(this.#witness.entries).deployment?.phase.name === during;
  }

  /** The due work that is left, where it comes due within minutes. */
  async #sweepUp(sleep: (delay: Ms) => Promise<void>): Promise<void> {
    for (let attempt = 0; attempt < 4; attempt++) {
      let inMs = 0;
      const sweeping = this.#start('sweep', async (context) => {
        const swept = await sweep(context, this.#made.service.name);
        if (swept.ok && swept.value.kind === 'due-later') inMs = swept.value.inMs;
        return swept;
      });
      while (!sweeping.gone()) await sleep(ms(500));
      if (inMs === 0 || inMs > 200_000) return;
      await sleep(ms(inMs));
    }
  }

  /** Until nothing runs any more: whoever comes by resumes what was left, takes it back, or repairs it. */
  async #finish(others: readonly Started[], sleep: (delay: Ms) => Promise<void>): Promise<void> {
    let present = others;
    for (let attempt = 0; ; attempt++) {
      while (present.some((one) => !one.gone())) await sleep(ms(500));
      this.#world.network.outage = undefined;
      const state = fold(this.#witness.entries);
      const halted = state.deployment?.outcome?.name === 'halted';
      if (!isRunning(state) && !(halted && attempt === 0)) return;
      if (attempt > 30) {
        this.#witness.report(6, 'no outcome after 30 drivers');
        return;
      }
      await sleep(seconds(this.#chaos.int(20)));
      const draw = this.#chaos.int(10);
      const name = halted ? 'repair' : draw < 6 ? 'resume' : draw < 8 ? 'abort' : 'takeback';
      const next = this.#start(name, (context) => {
        if (halted) return repair(context, this.#made.service, draw < 5 ? 'restore' : 'accept');
        if (draw < 6) return this.#resume(context);
        if (draw < 8) return abort(context, this.#made.service);
        return takeBack(context, this.#made.service, undefined, elbNamedTraffic(context.aws), undefined);
      });
      if (attempt < 3 && this.#chaos.int(5) === 0) next.process.actor.crashAt(1 + this.#chaos.int(300), 'after');
      present = [next];
      if (halted && this.#chaos.int(3) === 0) {
        await sleep(ms(this.#chaos.int(4_000)));
        const other =
          draw < 5
            ? this.#start('foreign-weights', ({ aws }) => this.#writeWeights(aws, 40))
            : this.#start('abort', (context) => abort(context, this.#made.service));
        present = [next, other];
      }
    }
  }

  /** A deployment that was left paused is told to go on; nobody else would end it. */
  async #resume(context: Context): Promise<unknown> {
    const state = fold(this.#witness.entries);
    const resumed = resume(context, this.#made.service);
    if (state.deployment?.paused) {
      await context.clock.sleep(seconds(40));
      const { journalTable, service } = this.#made;
      await context.journalOf(journalTable, service.name).request(
        {
          id: `resume-${context.newId()}`,
          deployment: state.deployment.plan.id,
          hold: '',
          kind: 'resume',
          by: 'somebody',
        },
        context.signal,
      );
    }
    return resumed;
  }

  #command(context: Context, command: Command): Promise<unknown> {
    const { service } = this.#made;
    switch (command.do) {
      case 'deploy': {
        const image = anImage(command.quality, command.label);
        return release(context, service, { kind: 'deploy', image, bakeSeconds: undefined });
      }
      case 'switch': {
        const live = this.#witness.truth.weights().green > 0 ? 'green' : 'blue';
        return release(context, service, { kind: 'switch', to: otherColor(live) });
      }
      case 'rollback':
        return takeBack(context, service, undefined, elbNamedTraffic(context.aws), undefined);
      case 'repair':
        return repair(context, service, command.how);
      case 'sweep':
        return sweep(context, service.name);
    }
  }

  #disturb(disturbance: Disturbance, main: Started): Started | undefined {
    const { service } = this.#made;
    const { network, tasks } = this.#world;
    switch (disturbance.do) {
      case 'request': {
        const { kind } = disturbance;
        return this.#start(kind, async (context) => {
          await ask(context, service, kind);
          if (kind !== 'pause') return;
          await context.clock.sleep(seconds(20 + this.#chaos.int(60)));
          await ask(context, service, 'resume');
        });
      }
      case 'abort':
        return this.#start('abort', (context) => abort(context, service));
      case 'second-driver':
        return this.#start('second', (context) =>
          release(context, service, { kind: 'deploy', image: anImage('good', 'second'), bakeSeconds: undefined }),
        );
      case 'sweep':
        return this.#start('sweep', (context) => sweep(context, service.name));
      case 'interrupt':
        main.interrupt.abort(disturbance.told);
        return undefined;
      case 'kill-driver':
        main.process.actor.crash();
        return undefined;
      case 'kill-tasks': {
        const live = this.#witness.truth.weights().green > 50 ? 'green' : 'blue';
        const color = disturbance.which === 'live' ? live : otherColor(live);
        const running = this.#witness.truth.color(color).tasks.filter((task) => task.running);
        for (const task of running.slice(0, disturbance.how === 'one' ? 1 : running.length)) tasks.kill(task.id);
        this.#witness.disturb();
        return undefined;
      }
      case 'grow-live': {
        const live = this.#witness.truth.weights().green > 50 ? 'green' : 'blue';
        const { ecsServices, cluster } = this.#made;
        if (this.#witness.truth.color(live).desired === 0) return undefined;
        return this.#start('foreign-scaling', async ({ aws }) => {
          const { client, sdk } = await aws.clients.ecs();
          const command = new sdk.UpdateServiceCommand({
            cluster,
            service: ecsServices[live],
            desiredCount: disturbance.to,
          });
          await call(client, command, { clock: aws.clock, deadline: ms(4_500) }, (output) => output.service);
        });
      }
      case 'foreign-weights':
        return this.#start('foreign-weights', ({ aws }) => this.#writeWeights(aws, disturbance.green));
      case 'throttle':
        return this.#throttle(disturbance, main);
      case 'lose-writes':
        return this.#loseWrites(disturbance, main);
      case 'refuse': {
        const outage = {
          match: ({ operation }: Message) => operation.endsWith(disturbance.operation),
          how: 'refusing',
        } as const;
        network.outage ??= outage;
        this.#world.scheduler.clock.after(seconds(disturbance.seconds), () => {
          if (network.outage === outage) network.outage = undefined;
        });
        if (!disturbance.thenAbort) return undefined;
        return this.#start('abort', (context) => abort(context, service));
      }
      case 'rollback-by-name':
        return this.#rollBackByName(disturbance);
    }
  }

  /** Writes go astray; somebody takes the deployment back while one may still be under way. */
  #loseWrites(
    { of, times, how, thenAbort }: Disturbance & { readonly do: 'lose-writes' },
    main: Started,
  ): Started | undefined {
    const { network } = this.#world;
    let lost = false;
    const isWrite = (message: Message): boolean => {
      const call = readCall(message, this.#made);
      const matches = call.kind === (of === 'weights' ? 'set-weights' : 'set-limits') && isTeal(message.from);
      lost ||= matches;
      return matches;
    };
    for (let n = 0; n < times; n++) network.strike(how, isWrite);
    if (!thenAbort) return undefined;
    return this.#start('abort', async (context) => {
      while (!lost && !main.gone()) await context.clock.sleep(ms(200));
      await context.clock.sleep(ms(this.#chaos.int(12_000)));
      return abort(context, this.#made.service);
    });
  }

  /** AWS is busy for one driver, and while it tries again somebody takes its deployment back. */
  #throttle({ times, thenAbort }: Disturbance & { readonly do: 'throttle' }, main: Started): Started | undefined {
    const { network } = this.#world;
    let first = false;
    const isItsChange = (message: Message): boolean => {
      const matches = message.from === main.process.actor.name && changesTheWorld(message);
      first ||= matches;
      return matches;
    };
    for (let n = 0; n < times; n++) network.strike('throttled', isItsChange);
    if (!thenAbort) return undefined;
    return this.#start('abort', async (context) => {
      while (!first && !main.gone()) await context.clock.sleep(ms(200));
      return abort(context, this.#made.service);
    });
  }

  /** Only the load balancer answers; an impostor has taken the names of our target groups. */
  #rollBackByName({ to, impostor }: Disturbance & { readonly do: 'rollback-by-name' }): Started {
    const { network, elb } = this.#world;
    const { groups, places, service } = this.#made;
    network.outage = {
      match: ({ operation, from }) =>
        operation.includes('.') || (from.startsWith('byname') && operation === 'GetCallerIdentity'),
      how: 'refusing',
    };
    const owned = [groups.blue, groups.green, ...places].map((arn) => [arn, elb.tags.get(arn) ?? []] as const);
    if (impostor)
      for (const [arn, tags] of owned)
        elb.tags.put(
          arn,
          tags.map((tag) => (tag.Key === 'teal:service' ? { ...tag, Value: 'impostor' } : tag)),
        );
    this.#witness.disturb();
    return this.#start('byname', async (context) => {
      try {
        await takeBack(context, service, to, elbNamedTraffic(context.aws), undefined);
      } finally {
        network.outage = undefined;
        for (const [arn, tags] of owned) elb.tags.put(arn, tags);
        this.#witness.disturb();
      }
    });
  }

  async #writeWeights(aws: Context['aws'], green: number): Promise<void> {
    const { groups, places, listener } = this.#made;
    const { client, sdk } = await aws.clients.elb();
    const TargetGroups = [
      { TargetGroupArn: groups.blue, Weight: 100 - green },
      { TargetGroupArn: groups.green, Weight: green },
    ];
    const actions = [{ Type: 'forward' as const, ForwardConfig: { TargetGroups } }];
    const limit = { clock: aws.clock, deadline: ms(4_500) };
    // Whoever writes by hand thinks of one place or of all.
    const written = places.length > 1 && this.#chaos.int(2) === 0 ? places.slice(-1) : places;
    for (const place of written) {
      if (place === listener) {
        const command = new sdk.ModifyListenerCommand({ ListenerArn: place, DefaultActions: actions });
        await call(client, command, limit, (output) => output.Listeners);
      } else {
        const command = new sdk.ModifyRuleCommand({ RuleArn: place, Actions: actions });
        await call(client, command, limit, (output) => output.Rules);
      }
    }
  }

  #start(name: string, command: (context: Context) => Promise<unknown>): Started {
    this.#started += 1;
    const { greatestSkew } = this.#scenario;
    const skew = ms(greatestSkew === 0 ? 0 : this.#chaos.int(2 * greatestSkew) - greatestSkew);
    const process = this.#world.process(`${name}-${this.#started}`, skew);
    const interrupt = new AbortController();
    const { guards } = this.#options;
    process.actor.start(async () => {
      const context = createContext(this.#world, this.#made, process, {
        interrupt: interrupt.signal,
        ...(guards && { guards }),
      });
      try {
        this.#world.trace.add(`${process.actor.name} ends: ${JSON.stringify(await command(context))?.slice(0, 400)}`);
      } catch (error) {
        this.#world.trace.add(`${process.actor.name} throws ${String(error)}`);
        if (!isExpected(error)) throw error;
      }
    });
    return { process, interrupt, gone: () => process.actor.state === 'ended' || process.actor.state === 'crashed' };
  }
}

const nameOf = (command: Command): string => command.do;

/** Ends of a process that a bad network explains. */
const isExpected = (error: unknown): boolean =>
  error instanceof LeaseLost || error instanceof JournalError || error instanceof OperationError;

const changesTheWorld = ({ operation }: Message): boolean =>
  operation === 'ModifyRule' ||
  operation === 'ModifyListener' ||
  operation.endsWith('.UpdateService') ||
  operation.endsWith('.RegisterTaskDefinition') ||
  operation.endsWith('.RegisterScalableTarget');
