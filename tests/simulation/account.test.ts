import { beforeAll, describe, expect, test } from 'vitest';
import { loadSdk } from '../../src/aws/clients.ts';
import { elbNamedTraffic } from '../../src/aws/index.ts';
import { err, seconds } from '../../src/base/index.ts';
import type { Context } from '../../src/operations/context.ts';
import { release } from '../../src/operations/deploy.ts';
import { ask, resume } from '../../src/operations/resume.ts';
import { sweep } from '../../src/operations/sweep.ts';
import { abort, takeBack } from '../../src/operations/take-back.ts';
import { createContext } from './context.ts';
import { install } from './installation.ts';
import { anImage, behaviourOfImage, simulatedService } from './simulated-service.ts';
import { createWorld } from './world.ts';

beforeAll(loadSdk);

const service = simulatedService({ keepWarm: '0s', strategy: { canary: { weight: 10, bake: '2m' } } });

/** As the command does, which tells a refusal apart from what the load balancer alone said. */
async function rollback(context: Context): Promise<unknown> {
  const taken = await takeBack(context, service, undefined, elbNamedTraffic(context.aws), undefined);
  return !taken.ok && taken.error.kind === 'refused' ? err(taken.error.refusal) : taken;
}

/** Names of operations that only read. */
const reads = /(^|\.)(Describe|Get|List|Query|BatchGet|Scan)[A-Za-z]*$/;

/**
 * A service that is live, with due work left; `during` a canary of its next version. Then a command with credentials
 * of another account than its environment's: what it said, and what it changed.
 */
async function withForeignCredentials(
  command: (context: Context) => Promise<unknown>,
  { during }: { readonly during: boolean },
) {
  const world = createWorld({ seed: 'account', behaviourOf: behaviourOfImage });
  const made = await install(world, service, 10);
  let last = '';
  const start = (name: string, run: (context: Context) => Promise<unknown>) => {
    const process = world.process(name);
    const result: { value: unknown } = { value: undefined };
    process.actor.start(async () => {
      result.value = await run(
        createContext(world, made, process, {
          emit: ({ type }) => {
            last = type;
          },
        }),
      );
    });
    return { result, gone: () => ['ended', 'crashed'].includes(process.actor.state) };
  };
  const until = (condition: () => boolean) => world.scheduler.run({ limit: seconds(3_600), until: condition });
  const deploy = (version: string) =>
    start(`deploy-${version}`, (context) =>
      release(context, service, { kind: 'deploy', image: anImage('good', version), bakeSeconds: undefined }),
    );
  await until(deploy('v1').gone);
  const second = deploy('v2');
  await until(during ? () => last === 'weights' : second.gone);

  const changed: string[] = [];
  world.network.onEffect(({ operation, from }) => {
    if (from === 'stranger' && !reads.test(operation)) changed.push(operation);
  });
  const stranger = start('stranger', (context) =>
    command({ ...context, environment: { ...context.environment, account: '210987654321' } }),
  );
  await until(stranger.gone);
  return { said: stranger.result.value, changed };
}

describe('with credentials of another account than the environment’s nothing is changed', () => {
  const image = anImage('good', 'v3');
  const afterwards: readonly (readonly [string, (context: Context) => Promise<unknown>])[] = [
    ['a deployment', (context) => release(context, service, { kind: 'deploy', image, bakeSeconds: undefined })],
    ['a switch', (context) => release(context, service, { kind: 'switch', to: 'blue' })],
    ['a rollback', (context) => rollback(context)],
    ['a sweep', (context) => sweep(context, service.name)],
  ];
  const meanwhile: typeof afterwards = [
    ['an abort', (context) => abort(context, service)],
    ['a rollback of what runs', (context) => rollback(context)],
    ['a pause', (context) => ask(context, service, 'pause')],
    ['whoever resumes', (context) => resume(context, service)],
  ];
  for (const [during, commands] of [
    [false, afterwards],
    [true, meanwhile],
  ] as const) {
    test.each(commands)('by %s', async (_, command) => {
      const { said, changed } = await withForeignCredentials(command, { during });
      expect(said).toMatchObject({
        ok: false,
        error: { kind: 'wrong-account', expected: '210987654321', found: '123456789012' },
      });
      expect(changed).toEqual([]);
    });
  }
});
