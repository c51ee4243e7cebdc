import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Json } from '../base/index.ts';
import { type Environment, environmentJson } from '../config/index.ts';
import { syncedFiles } from './synced-files.ts';

/** One key in which two environments differ; undefined where one of them has none. */
export interface KeyDifference {
  /** Such as `settings.deletionProtection` or `services.api.logs.retentionDays`. */
  readonly key: string;
  readonly values: readonly [Json | undefined, Json | undefined];
}

/**
 * What differs between two environments, by key: what their files decide, and of each service what `teal sync` last
 * wrote. It asks no account: the two are often in different ones.
 */
export function between(root: string, environments: readonly [Environment, Environment]): readonly KeyDifference[] {
  const [these, those] = [leavesOf(root, environments[0]), leavesOf(root, environments[1])];
  return [...new Set([...these.keys(), ...those.keys()])]
    .sort()
    .map((key): KeyDifference => ({ key, values: [these.get(key), those.get(key)] }))
    .filter(({ values: [one, other] }) => !isDeepStrictEqual(one, other));
}

function leavesOf(root: string, environment: Environment): ReadonlyMap<string, Json> {
  const leaves = new Map<string, Json>();
  // Its name is what tells it apart.
  flatten(leaves, '', { ...JSON.parse(environmentJson(environment)), name: null });
  const { folder, services, retired } = syncedFiles(root, environment.name);
  for (const service of services)
    flatten(
      leaves,
      `services.${service}`,
      JSON.parse(readFileSync(join(folder, 'services', `${service}.json`), 'utf8')),
    );
  for (const service of retired) leaves.set(`services.${service}`, 'retired');
  return leaves;
}

function flatten(leaves: Map<string, Json>, key: string, value: Json): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    leaves.set(key, value);
    return;
  }
  for (const [name, inner] of Object.entries(value)) flatten(leaves, key === '' ? name : `${key}.${name}`, inner);
}
