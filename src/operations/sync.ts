import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Environment, Project } from '../config/index.ts';
import { planSync, type SyncProblem } from './sync-plan.ts';

/** What was written of one environment, or would have been. */
export interface Synchronised {
  readonly environment: string;
  /** The folder, from the project's root: what Terraform is given as `synced`. */
  readonly folder: string;
  /** Paths in it that were not yet as they are to be. */
  readonly changed: readonly string[];
  readonly unchanged: number;
  readonly problems: readonly SyncProblem[];
}

/** Where `teal sync` writes an environment, from the project's root. */
export const syncedFolder = (environment: string): string => `.teal/terraform/${environment}`;

/**
 * Writes what Terraform reads of a project's services and of these environments. All of it or nothing: where one of
 * them has a problem, no file is touched. `check` only looks.
 */
export function sync(
  root: string,
  project: Pick<Project, 'services'>,
  environments: readonly Environment[],
  how: 'write' | 'check',
): readonly Synchronised[] {
  const planned = environments.map((environment) => {
    const folder = join(root, syncedFolder(environment.name));
    const there = filesIn(folder);
    const { files, problems } = planSync(environment, project.services, there);
    const changed = [...files].filter(([path, text]) => there.get(path) !== text);
    return { environment, folder, files, problems, changed };
  });
  if (how === 'write' && planned.every(({ problems }) => problems.length === 0))
    writeAll(
      planned.flatMap(({ folder, changed }) =>
        changed.map(([path, text]): readonly [string, string] => [join(folder, path), text]),
      ),
    );
  return planned.map(({ environment, files, problems, changed }) => ({
    environment: environment.name,
    folder: syncedFolder(environment.name),
    changed: changed.map(([path]) => path).sort(),
    unchanged: files.size - changed.length,
    problems,
  }));
}

/** The JSON files of an environment's folder, by their path in it. */
function filesIn(folder: string): ReadonlyMap<string, string> {
  const named = (inner: string): string[] => {
    try {
      return readdirSync(join(folder, inner), { withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.name.endsWith('.json'))
        .map(({ name }) => join(inner, name));
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
      throw error;
    }
  };
  return new Map([...named(''), ...named('services')].map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
}

/** Each file is written beside its place before the first one takes it: Terraform never reads half a file. */
function writeAll(files: readonly (readonly [path: string, text: string])[]): void {
  const beside = (path: string): string => `${path}.new`;
  try {
    for (const [path, text] of files) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(beside(path), text);
    }
    for (const [path] of files) renameSync(beside(path), path);
  } finally {
    for (const [path] of files) rmSync(beside(path), { force: true });
  }
}
