import { expect } from 'vitest';
import { elbNamedTraffic } from '../../src/aws/index.ts';
import { seconds } from '../../src/base/index.ts';
import { fold, isRunning, JournalError, LeaseLost } from '../../src/deployment/index.ts';
import type { Context } from '../../src/operations/context.ts';
import { type Intention, release } from '../../src/operations/deploy.ts';
import { OperationError } from '../../src/operations/operation-error.ts';
import { resume } from '../../src/operations/resume.ts';
import { sweep } from '../../src/operations/sweep.ts';
import { abort, takeBack } from '../../src/operations/take-back.ts';
import { startAutoscaling } from './autoscaling.ts';
import { createContext } from './context.ts';
import { install } from './installation.ts';
import { isMutation, readCall } from './invariants/call.ts';
import { checkers, Witness } from './invariants/index.ts';
import type { Message } from './network.ts';
import { twoRoutes } from './scenario.ts';
import { anImage, behaviourOfImage, type Quality, simulatedService } from './simulated-service.ts';
import { createWorld, type SimulatedProcess } from './world.ts';

/** How the driver dies at a call: before it arrives, after its effect, or once its answer has not come. */
export const deaths = ['before', 'after', 'answer lost'] as const;
type Death = (typeof deaths)[number];

/** What a new driver does, built from endpoint and names alone. */
const rescues = ['resume', 'take back'] as const;
type Rescue = (typeof rescues)[number];

interface Scene {
  /** What has happened before. */
  readonly before: readonly Intention[];
  /** What the doomed driver drives. */
  readonly doomed: Intention;
  /** Where another aborts it by force, that one is the doomed. */
  readonly abortedAfterSeconds?: number;
  /** Two routes, and the listener's default action: each write of weights is three calls. */
  readonly severalPlaces?: true;
  /** Autoscaling chooses counts meanwhile, and limits are written before weights and moved with them. */
  readonly scaled?: true;
  readonly resumed: readonly string[];
  readonly takenBack: readonly string[];
}

const deploy = (quality: Quality, label: string): Intention => ({
  kind: 'deploy',
  image: anImage(quality, label),
  bakeSeconds: undefined,
});

const taken = ['failed', 'rolled-back'];

/** Longer than the network holds a call back (see its `straggling`). */
const stragglersLandMs = 25_000;

/**
 * Each shows something that no other does: what a deployment to one place, of a fixed number of tasks, calls is part of
 * those to several places and under autoscaling. Outcomes are those of the deployment that was under way; a rollback after its
 * end is a deployment that succeeds.
 */
const scenes = {
  'a rollback': {
    before: [deploy('good', 'v1'), deploy('good', 'v2')],
    doomed: { kind: 'rollback', to: undefined },
    resumed: ['succeeded'],
    takenBack: [...taken, 'succeeded'],
  },
  'an abort': {
    before: [deploy('good', 'v1')],
    doomed: deploy('good', 'v2'),
    abortedAfterSeconds: 13,
    // Before the abort is journalled it was not asked for.
    resumed: [...taken, 'succeeded'],
    takenBack: [...taken, 'succeeded'],
  },
  'a deployment under autoscaling': {
    before: [deploy('good', 'v1')],
    doomed: deploy('good', 'v2'),
    scaled: true,
    resumed: ['succeeded'],
    takenBack: [...taken, 'succeeded'],
  },
  'a failing deployment under autoscaling': {
    before: [deploy('good', 'v1')],
    doomed: deploy('slow', 'v2'),
    scaled: true,
    resumed: taken,
    takenBack: [...taken, 'succeeded'],
  },
  'a deployment to several places': {
    before: [deploy('good', 'v1')],
    doomed: deploy('good', 'v2'),
    severalPlaces: true,
    resumed: ['succeeded'],
    takenBack: [...taken, 'succeeded'],
  },
} satisfies Readonly<Record<string, Scene>>;

interface Played {
  /** Calls of the doomed driver at which it may die. */
  readonly points: number;
  readonly violations: readonly unknown[];
  readonly outcomes: readonly string[];
  readonly running: boolean;
}

async function play(scene: Scene, point: number | undefined, death: Death, rescue: Rescue): Promise<Played> {
  const world = createWorld({ seed: 'kill-matrix', behaviourOf: behaviourOfImage, timing: 'instant' });
  const service = simulatedService(
    {
      strategy: { canary: { weight: 10, bake: '5s' } },
      bake: '5s',
      keepWarm: '5m',
      limits: { window: '5s', minimumAnswers: 3, failurePercent: 20, p99: '1s' },
    },
    {
      deregistrationDelay: '1s',
      stopTimeout: '2s',
      targetHealthCheck: { interval: '5s', timeout: '2s' },
      ...(scene.severalPlaces && { routes: twoRoutes }),
      ...(scene.scaled && { scaling: { min: 2, max: 5 } }),
    },
  );
  const made = await install(world, service, 1, { byDefault: scene.severalPlaces === true });
  const witness = new Witness(world, made);
  witness.add(...checkers.map((check) => check(witness)));
  let over = false;
  let processes = 0;
  const start = (name: string, command: (context: Context) => Promise<unknown>) => {
    processes += 1;
    const process = world.process(`${name}-${processes}`);
    running.add(process);
    process.actor.start(async () => {
      try {
        await command(createContext(world, made, process));
      } catch (error) {
        if (!(error instanceof LeaseLost || error instanceof JournalError || error instanceof OperationError))
          throw error;
      }
    });
    return process;
  };
  /** Until every process has ended; autoscaling never does by itself. */
  const running = new Set<SimulatedProcess>();
  const isOver = () => [...running].every(({ actor }) => actor.state !== 'running');
  const run = () => world.scheduler.run({ limit: seconds(3_600), ...(scene.scaled && { until: isOver }) });
  if (scene.scaled) startAutoscaling(world, made, witness, () => over);

  for (const intention of scene.before) {
    start('before', (context) => release(context, service, intention));
    await run();
  }
  const before = witness.journal.length;
  const main = start('main', (context) => release(context, service, scene.doomed));
  let doomed = main;
  if (scene.abortedAfterSeconds !== undefined) {
    const until = world.scheduler.clock.monotonic() + scene.abortedAfterSeconds * 1_000;
    await world.scheduler.run({ limit: seconds(3_600), until: () => world.scheduler.clock.monotonic() >= until });
    doomed = start('abort', (context) => abort(context, service));
  }
  let points = 0;
  let struck: number | undefined;
  const isPoint = (message: Message): boolean => {
    const call = readCall(message, made);
    return message.from === doomed.actor.name && (isMutation(call) || call.kind === 'append');
  };
  if (point !== undefined) {
    const matches = (message: Message): boolean => {
      if (struck !== undefined || !isPoint(message) || points !== point) return false;
      struck = message.id;
      return true;
    };
    if (death === 'before') world.network.strike('lost-before', matches);
    if (death === 'answer lost') world.network.strike('lost-after', matches);
    if (death === 'after') world.network.strike('duplicate', matches);
  }
  world.network.onSent((message) => {
    if (struck === message.id && death === 'before') doomed.actor.crash();
    if (struck !== undefined && struck !== message.id && death === 'answer lost' && message.from === doomed.actor.name)
      doomed.actor.crash();
    if (isPoint(message)) points += 1;
  });
  world.network.onEffect((message) => {
    if (struck === message.id && death === 'after') doomed.actor.crash();
  });
  await run();
  if (point !== undefined) {
    start('rescuer', (context) =>
      rescue === 'resume'
        ? resume(context, service)
        : takeBack(context, service, undefined, elbNamedTraffic(context.aws), undefined),
    );
    await run();
  }
  if (scene.scaled) {
    // A call of the dead driver may still be on its way: what lands after an outcome stays until the next sweep.
    const landed = world.scheduler.clock.monotonic() + stragglersLandMs;
    await world.scheduler.run({ limit: seconds(3_600), until: () => world.scheduler.clock.monotonic() >= landed });
    start('sweep', (context) => sweep(context, service.name));
    await run();
  }
  over = true;
  witness.end();
  const entries = witness.journal.slice(before);
  return {
    points,
    violations: witness.violations,
    outcomes: entries.flatMap((entry) => (entry.kind === 'closed' ? [entry.body.outcome.name] : [])),
    running: isRunning(fold(witness.entries)),
  };
}

/** Plays a scene once for each call of its driver and each rescue, and expects no more than is allowed of any. */
export async function expectRescues(name: keyof typeof scenes, death: Death): Promise<void> {
  const scene: Scene = scenes[name];
  const { points } = await play(scene, undefined, death, 'resume');
  expect(points).toBeGreaterThan(4);
  for (let point = 0; point < points; point++) {
    for (const rescue of rescues) {
      const { violations, outcomes, running } = await play(scene, point, death, rescue);
      const at = `${rescue} after call ${point} of ${points}`;
      expect(violations, at).toEqual([]);
      expect(running, at).toBe(false);
      const allowed = rescue === 'resume' ? scene.resumed : scene.takenBack;
      for (const outcome of outcomes) expect(allowed, at).toContain(outcome);
    }
  }
}
