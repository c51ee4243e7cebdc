import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSynced, tombstoneJson } from '../config/index.ts';
import { syncedFolder } from './sync.ts';
import type { SyncedEnvironmentFiles } from './terraform-context.ts';

/** What `teal sync` last wrote of an environment. A file that it did not write is taken for a service: Terraform says what is wrong with it. */
export function syncedFiles(root: string, environment: string): SyncedEnvironmentFiles {
  const folder = join(root, syncedFolder(environment));
  const services: string[] = [];
  const retired: string[] = [];
  const all = join(folder, 'services');
  for (const file of existsSync(all) ? readdirSync(all).sort() : []) {
    const [, name] = /^(.+)\.json$/.exec(file) ?? [];
    if (name === undefined) continue;
    const read = parseSynced(readFileSync(join(all, file), 'utf8'));
    (read.ok && read.value.kind === 'tombstone' ? retired : services).push(name);
  }
  return { folder, services, retired };
}

/** Puts a tombstone in place of a service: the next apply takes it away. Returns the path from the project's root. */
export function writeTombstone(root: string, environment: string, service: string): string {
  const path = join(syncedFolder(environment), 'services', `${service}.json`);
  writeFileSync(join(root, path), tombstoneJson(service));
  return path;
}
