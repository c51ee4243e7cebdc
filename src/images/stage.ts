import { baseDefaults } from './base-image.ts';
import type { BuildSources } from './build-sources.ts';
import type { HealthCheck } from './image-config.ts';
import { createRootFilesystem, type RootFilesystem } from './root-filesystem.ts';

/** A stage while its instructions are gone through. */
export interface Stage {
  readonly files: RootFilesystem;
  readonly environment: Map<string, string>;
  readonly arguments: Map<string, string>;
  /** Folder in the image → folder of the context whose files COPY put there. */
  readonly origins: Map<string, string>;
  readonly roots: Set<string>;
  readonly exposedPorts: Set<string>;
  readonly labels: Map<string, string>;
  readonly volumes: Set<string>;
  base: string;
  workingDirectory: string;
  shell: readonly string[];
  entryPoint: readonly string[] | null;
  command: readonly string[] | null;
  commandSetHere: boolean;
  stopSignal: string;
  healthCheck: HealthCheck | null;
}

/** A stage on a foreign base image: nothing of that image is known but some defaults. */
export function stageFrom(base: string): Stage {
  const defaults = baseDefaults(base);
  return {
    files: createRootFilesystem(),
    environment: new Map(),
    arguments: new Map(),
    origins: new Map(),
    roots: new Set(),
    exposedPorts: new Set(),
    labels: new Map(),
    volumes: new Set(),
    base,
    workingDirectory: defaults.workingDirectory,
    shell: ['/bin/sh', '-c'],
    entryPoint: defaults.entryPoint,
    command: defaults.command,
    commandSetHere: false,
    stopSignal: 'SIGTERM',
    healthCheck: null,
  };
}

/** A stage on an earlier one: it has all of it but its ARGs. */
export const stageOn = (parent: Stage): Stage => ({
  ...parent,
  files: parent.files.copy(),
  environment: new Map(parent.environment),
  arguments: new Map(),
  origins: new Map(parent.origins),
  roots: new Set(parent.roots),
  exposedPorts: new Set(parent.exposedPorts),
  labels: new Map(parent.labels),
  volumes: new Set(parent.volumes),
  commandSetHere: false,
});

/** What a stage is built from besides itself. */
export interface StageSurroundings {
  readonly sources: BuildSources;
  readonly escapeChar: string;
  /** ARGs before the first FROM, and those that Docker sets itself. */
  readonly globals: ReadonlyMap<string, string>;
  /** Another stage by name or number, finished; undefined when `name` is no stage before this one. */
  readonly stage: (name: string) => Stage | undefined;
  readonly note: (text: string) => void;
}
