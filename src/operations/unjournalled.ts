import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isoTime } from '../base/index.ts';
import type { JournalRecord, NamedRollbackDone, Weights } from '../deployment/index.ts';
import type { Context } from './context.ts';

/** A rollback by names, as it is kept until the journal answers again. */
interface Unjournalled {
  readonly schema: 1;
  readonly at: string;
  readonly environment: string;
  readonly service: string;
  readonly by: string;
  readonly places: NamedRollbackDone['places'];
  readonly weights: Weights;
}

/** Keeps the record of a rollback that no journal saw. What can't be kept is told, with the file that it was meant for. */
export function keepRecord(context: Context, service: string, done: NamedRollbackDone): void {
  try {
    context.note(`Recorded in ${writeRecord(context, service, done)}.`);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    context.note(`The rollback could not be recorded (${why}): the journal will not know of it.`);
  }
}

function writeRecord(context: Context, service: string, done: NamedRollbackDone): string {
  const folder = folderOf(context);
  mkdirSync(folder, { recursive: true });
  const at = isoTime(context.clock.now());
  const record: Unjournalled = {
    schema: 1,
    at,
    environment: context.environment.name,
    service,
    by: context.holder.who,
    places: done.places,
    weights: done.weights,
  };
  const file = join(folder, `${prefixOf(context, service)}${at.replaceAll(':', '')}.json`);
  writeFileSync(file, `${JSON.stringify(record, null, 2)}\n`);
  return file;
}

/** Tells the journal what was done without it, in the order in which it was done, and removes the records. */
export async function reconcile(context: Context, service: string, journal: JournalRecord): Promise<void> {
  const folder = folderOf(context);
  if (!existsSync(folder)) return;
  const files = readdirSync(folder).filter((name) => name.startsWith(prefixOf(context, service)));
  for (const file of files.sort()) {
    const { at, by, weights } = parseRecord(readFileSync(join(folder, file), 'utf8'), join(folder, file));
    const { deployment } = journal.state;
    // A deployment that opened later began from the weights that it found: the record is part of its past.
    if (deployment && deployment.openedAt <= at) {
      await journal.append(deployment.plan.id, { kind: 'reported', body: { at, by, weights } });
      context.note(`Told the journal of ${service} what was rolled back without it at ${at}.`);
    }
    rmSync(join(folder, file));
  }
}

const folderOf = (context: Context): string => join(context.root, '.teal', 'unjournalled');

const prefixOf = (context: Context, service: string): string => `${context.environment.name}.${service}.`;

function parseRecord(text: string, file: string): Unjournalled {
  const value: unknown = JSON.parse(text);
  if (typeof value === 'object' && value !== null && 'schema' in value && value.schema === 1 && 'weights' in value)
    return value as Unjournalled;
  throw new Error(`${file} is no record of a rollback: remove it, or mend it`);
}
