import { setMaxListeners } from 'node:events';
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Chapter, type Figure, isMet } from './chapter.ts';
import { deployments } from './deployments.ts';
import { fleet } from './fleet.ts';
import { growth } from './growth.ts';
import { rollback } from './rollback.ts';
import { switches } from './switches.ts';

// The SDK would print six lines about Node 20 at its first client.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

const chapters: readonly Chapter[] = [deployments, switches, rollback, fleet, growth];

const usage = `Measures teal side by side with what people do by hand, on this machine alone.

  --only NAME[,NAME]  chapters: ${chapters.map(({ name }) => name).join(', ')}
  --report FILE       writes the figures as JSON

Exit codes: 0 measured, 1 something could not be measured or a goal was missed, 2 wrong usage.`;

process.exitCode = await main();

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { only: { type: 'string' }, report: { type: 'string' }, help: { type: 'boolean' } },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const names = values.only?.split(',');
  const unknown = names?.filter((name) => !chapters.some((chapter) => chapter.name === name)) ?? [];
  if (unknown.length > 0) {
    console.error(`There is no chapter "${unknown.join('", "')}".\n\n${usage}`);
    return 2;
  }
  const startedAt = performance.now();
  const say = (line: string) =>
    console.error(`${((performance.now() - startedAt) / 1_000).toFixed(0).padStart(5)} s  ${line}`);
  const interrupt = new AbortController();
  // Each stand and each process that runs waits for it.
  setMaxListeners(0, interrupt.signal);
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interrupt.abort(new Error(name)));
  const program = fileURLToPath(new URL('../dist/teal.cjs', import.meta.url));

  const report: { chapter: string; figures: readonly (Figure & { readonly met: boolean })[] }[] = [];
  for (const chapter of chapters) {
    if (names && !names.includes(chapter.name)) continue;
    say(`${chapter.name} …`);
    const { lines, figures } = await chapter.run({ program, say, signal: interrupt.signal });
    console.log(`\n${chapter.title}\n\n${lines.join('\n')}\n`);
    for (const one of figures) if (one.goal) console.log(`  ${goalLine(one)}`);
    report.push({ chapter: chapter.name, figures: figures.map((one) => ({ ...one, met: isMet(one) })) });
  }
  const held = report.flatMap(({ figures }) => figures.filter(({ goal }) => goal !== null));
  const missed = held.filter(({ met }) => !met);
  const took = (performance.now() - startedAt) / 1_000;
  console.log(`\n${held.length - missed.length} of ${held.length} goals are met. ${took.toFixed(0)} s.`);
  if (values.report !== undefined) {
    const machine = { node: process.versions.node, cpus: cpus().length, model: cpus()[0]?.model ?? '' };
    writeFileSync(values.report, `${JSON.stringify({ machine, seconds: took, chapters: report }, undefined, 2)}\n`);
  }
  return missed.length === 0 ? 0 : 1;
}

function goalLine(one: Figure): string {
  const { name, value, unit, goal } = one;
  const shown = (amount: number) =>
    `${Number(amount.toFixed(unit === 'ratio' ? 2 : 1)).toLocaleString('en')}${unit === 'ratio' || unit === 'count' ? '' : ` ${unit}`}`;
  const wanted = goal === null ? '' : `${goal.kind === 'at-most' ? 'at most' : 'at least'} ${shown(goal.value)}`;
  return `${isMet(one) ? 'met   ' : 'MISSED'}  ${name}: ${shown(value)} (goal: ${wanted})`;
}
