import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { runLoadProcess } from './load-process.ts';
import { report } from './report.ts';
import { resultOf } from './result.ts';
import { playStory } from './story.ts';
import { table } from './table.ts';
import { type Teal, tealIn } from './teal.ts';
import { createWorkspace, installSample, leftovers, npm, removeWorkspace, type Workspace } from './workspace.ts';

const usage = `Shows what teal does, with a real application under load, on this machine alone.

  --teal FILE     the command line to use (default: teal.cjs beside this file)
  --sample DIR    the application (default: examples/items-api of the package)
  --report FILE   writes the figures as JSON
  --keep          leaves the temporary folder, with the logs

Everything runs in a temporary folder and is stopped at the end, also after ^C.`;

if (process.argv[2] === 'load') runLoadProcess(process);
else process.exitCode = await main();

/** The exit code: 0 proved, 1 not, 2 wrong usage, 130 interrupted. */
async function main(): Promise<number> {
  const program = resolve(process.argv[1] ?? '');
  const { values } = parseArgs({
    options: {
      teal: { type: 'string' },
      sample: { type: 'string' },
      report: { type: 'string' },
      keep: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const tealProgram = resolve(values.teal ?? join(dirname(program), 'teal.cjs'));
  const sample = resolve(values.sample ?? join(dirname(program), '..', 'examples', 'items-api'));
  for (const path of [tealProgram, join(sample, 'package.json')]) {
    if (existsSync(path)) continue;
    console.error(`${path} does not exist.\n\n${usage}`);
    return 2;
  }

  const startedAt = performance.now();
  const say = (line: string) =>
    console.log(`${((performance.now() - startedAt) / 1_000).toFixed(0).padStart(4)} s  ${line}`);
  for (const workspace of leftovers()) {
    say(`Stopping what an earlier demo left in ${workspace.folder}.`);
    await strike(workspace, tealProgram);
    removeWorkspace(workspace);
  }

  const interrupt = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (!interrupt.signal.aborted) say(`${name}: stopping everything.`);
      interrupt.abort(new Error(name));
    });
  }
  const workspace = createWorkspace(interrupt.signal);
  let code = 1;
  try {
    code = await play(workspace);
  } catch (error) {
    if (interrupt.signal.aborted) code = 130;
    else console.error(error instanceof Error ? error.message : error);
  } finally {
    await strike({ ...workspace, signal: new AbortController().signal }, tealProgram);
    if (values.keep || code === 1) console.log(`The logs are in ${workspace.folder}.`);
    else removeWorkspace(workspace);
  }
  say(code === 0 ? 'Everything is stopped, and the temporary folder is gone.' : 'Everything is stopped.');
  process.removeAllListeners('SIGINT').removeAllListeners('SIGTERM');
  return code;

  async function play(workspace: Workspace): Promise<number> {
    say('Copying the sample to a temporary folder and bundling it.');
    await installSample(workspace, sample);
    const evidence = await playStory({ workspace, teal: tealOf(workspace, tealProgram), program, say });
    const result = resultOf(evidence);
    console.log(`\n${table(result)}\n`);
    say(`teal's own probes: ${evidence.probes}, health checks: ${evidence.healthChecks}, both counted apart.`);
    if (values.report !== undefined) writeFileSync(values.report, `${JSON.stringify(report(result), undefined, 2)}\n`);
    return result.problems.length === 0 ? 0 : 1;
  }
}

function tealOf({ project, environment, signal }: Workspace, program: string): Teal {
  return tealIn({ program, cwd: project, environment, signal });
}

/** Stops all that runs, whatever fails on the way. */
async function strike(workspace: Workspace, program: string): Promise<void> {
  const stops = [
    existsSync(workspace.project) ? tealOf(workspace, program).run(['local', 'stop']) : undefined,
    existsSync(workspace.database)
      ? npm(workspace, 'run', '-s', 'database', '--', 'stop', '--data', workspace.database)
      : undefined,
  ];
  for (const stopped of await Promise.allSettled(stops)) {
    if (stopped.status === 'rejected')
      console.error(stopped.reason instanceof Error ? stopped.reason.message : stopped.reason);
  }
}
