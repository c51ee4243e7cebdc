import { mkdirSync, writeFileSync } from 'node:fs';
import { loadSdk } from '../../src/aws/clients.ts';
import { seconds } from '../../src/base/index.ts';
import type { Context, Intention } from '../../src/operations/index.ts';
import { abort, release, resume, sweep } from '../../src/operations/index.ts';
import { createContext } from '../simulation/context.ts';
import { type Installation, install } from '../simulation/installation.ts';
import { twoRoutes } from '../simulation/scenario.ts';
import { anImage, behaviourOfImage, type Quality, simulatedService } from '../simulation/simulated-service.ts';
import { createWorld, type SimulatedWorld } from '../simulation/world.ts';

/**
 * Records the journals of this release: `npx tsx tests/journals/record.ts <version>`. Whole deployments in virtual
 * time; what they wrote to the journal is what later releases must be able to resume.
 */
const [version] = process.argv.slice(2);
if (!version) throw new Error('which version? npx tsx tests/journals/record.ts 0.1.0');
const folder = new URL(`${version}/`, import.meta.url);
mkdirSync(folder, { recursive: true });

const deployment = { strategy: { canary: { weight: 10, bake: '30s' } }, keepWarm: '60s' } as const;
const service = simulatedService(deployment);
const scaled = simulatedService(deployment, { scaling: { min: 2, max: 5 } });
const severalPlaces = simulatedService(deployment, { routes: twoRoutes });
const deploy = (quality: Quality, label: string): Intention => ({
  kind: 'deploy',
  image: anImage(quality, label),
  bakeSeconds: undefined,
});

type Command = (context: Context) => Promise<unknown>;
const releasing =
  (intention: Intention, of = service): Command =>
  (context) =>
    release(context, of, intention);
const first = releasing(deploy('good', 'v1'));

/** Each command in a process of its own, one after the other; a number ends the one before it after so many waits. */
const scenarios: Readonly<Record<string, readonly (Command | number)[]>> = {
  'first-deployment': [first],
  'canary-succeeds': [first, releasing(deploy('good', 'v2'))],
  'canary-rolled-back': [first, releasing(deploy('fails-under-load', 'v2'))],
  'verification-fails': [first, releasing(deploy('fails-verification', 'v2'))],
  'never-healthy': [first, releasing(deploy('never-healthy', 'v2'))],
  'rollback-and-sweep': [
    first,
    releasing(deploy('good', 'v2')),
    releasing({ kind: 'rollback', to: undefined }),
    async (context) => {
      await context.clock.sleep(seconds(900));
      await sweep(context, service.name);
    },
  ],
  'driver-lost-and-resumed': [first, releasing(deploy('good', 'v2')), 400, (context) => resume(context, service)],
  'cold-rollback': [
    first,
    releasing(deploy('good', 'v2')),
    async (context) => {
      await context.clock.sleep(seconds(900));
      await sweep(context, service.name);
      await context.clock.sleep(seconds(120));
    },
    releasing({ kind: 'rollback', to: undefined }),
  ],
  'scaled-succeeds': [releasing(deploy('good', 'v1'), scaled), releasing(deploy('good', 'v2'), scaled)],
  'scaled-rolled-back': [releasing(deploy('good', 'v1'), scaled), releasing(deploy('fails-under-load', 'v2'), scaled)],
  'several-places': [releasing(deploy('good', 'v1'), severalPlaces), releasing(deploy('good', 'v2'), severalPlaces)],
  'driver-lost-and-aborted': [first, releasing(deploy('good', 'v2')), 500, (context) => abort(context, service)],
};

const serviceOf = (name: string) =>
  name.startsWith('scaled') ? scaled : name === 'several-places' ? severalPlaces : service;

await loadSdk();
for (const [name, commands] of Object.entries(scenarios)) {
  const world = createWorld({ seed: name, behaviourOf: behaviourOfImage });
  const made = await install(world, serviceOf(name));
  for (const [index, command] of commands.entries()) {
    if (typeof command === 'number') continue;
    const next = commands[index + 1];
    await run(world, made, `process-${index}`, command, typeof next === 'number' ? next : undefined);
  }
  const entries: unknown[] = [];
  await run(world, made, 'reader', async (context) => {
    const all = await context.journalOf(made.journalTable, service.name).readAll(context.signal);
    if (!all.ok) throw new Error('the journal can be read');
    entries.push(...all.value);
  });
  writeFileSync(new URL(`${name}.json`, folder), `${JSON.stringify(entries, null, 1)}\n`);
  console.info(`${name}: ${entries.length} entries`);
}

async function run(
  world: SimulatedWorld,
  made: Installation,
  name: string,
  command: Command,
  dieAt?: number,
): Promise<void> {
  const process = world.process(name);
  if (dieAt !== undefined) process.actor.crashAt(dieAt, 'after');
  process.actor.start(async () => {
    await command(createContext(world, made, process));
  });
  await world.scheduler.run({ limit: seconds(3_600) });
}
