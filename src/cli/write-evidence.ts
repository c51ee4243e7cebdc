import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Outcome, Plan } from '../deployment/index.ts';
import type { Report } from '../operations/index.ts';
import { lastPart } from './output/words.ts';

/** Writes what speaks for itself into `.teal/evidence/<deployment>/` of the project; returns that path. No environment of a task is in it. */
export function writeEvidence(root: string, plan: Plan, outcome: Outcome, report: Report): string {
  const path = join('.teal', 'evidence', plan.id);
  const folder = join(root, path);
  mkdirSync(join(folder, 'logs'), { recursive: true, mode: 0o700 });
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text, { mode: 0o600 });
  const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
  const { id, kind, from, to, revision } = plan;
  const about = { environment: plan.site.environment.name, service: plan.site.service, deployment: id };
  write(
    'reason.json',
    json({ ...about, kind, from, to, revision, outcome, carried: report.carried, measured: report.measured }),
  );
  write('tasks.json', json(report.evidence.stopped));
  write('targets.json', json(report.evidence.targets));
  write('events.jsonl', report.events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  for (const { task, lines } of report.logs) write(join('logs', `${lastPart(task)}.log`), `${lines.join('\n')}\n`);
  return `${path}/`;
}
