import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Which real port a listener was given in place of its own, so that it gets the same one after a restart. */
export interface PortMap {
  get(listenerArn: string): number | undefined;
  set(listenerArn: string, port: number): void;
}

/** Kept in one small file. One that can't be read counts as empty: ports then are new. */
export function openPortMap(file: string): PortMap {
  const ports = new Map(read(file));
  return {
    get: (listenerArn) => ports.get(listenerArn),
    set(listenerArn, port) {
      if (ports.get(listenerArn) === port) return;
      ports.set(listenerArn, port);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(`${file}.new`, JSON.stringify(Object.fromEntries(ports)));
      renameSync(`${file}.new`, file);
    },
  };
}

function read(file: string): [string, number][] {
  try {
    const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof parsed !== 'object' || parsed === null) return [];
    return Object.entries(parsed).filter((entry): entry is [string, number] => Number.isInteger(entry[1]));
  } catch {
    return [];
  }
}
