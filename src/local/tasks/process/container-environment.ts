import type { ContainerSpec, TaskSpec } from '../task-driver.ts';
import { taskEnvironment } from '../task-environment.ts';
import type { ContainerAccess } from './container-endpoint.ts';
import { type ContainerPaths, mapPaths, searchPath } from './container-paths.ts';
import type { ImageConfig } from './image-manifest.ts';

export interface EnvironmentParts {
  readonly task: TaskSpec;
  readonly container: ContainerSpec;
  readonly image: ImageConfig;
  readonly paths: ContainerPaths;
  readonly access: ContainerAccess;
  /** Container port → real port, in the order of the port mappings. */
  readonly ports: ReadonlyMap<number, number>;
  readonly home: string;
  readonly temporary: string;
  /** Of the local runtime. */
  readonly endpoint: string;
  /** `$PATH` of this machine. */
  readonly hostPath: string;
}

/**
 * All that a container's processes find in their environment. Nothing of the runtime's own gets in: that is a
 * developer's, with secrets in it. ECS_CONTAINER_METADATA_URI_V4 is left to the shim.
 */
export function containerEnvironment(parts: EnvironmentParts): Readonly<Record<string, string>> {
  const { container, image, paths } = parts;
  const fromImage = Object.fromEntries(
    Object.entries(image.environment).map(([name, value]) => [name, mapPaths(paths, value)]),
  );
  return {
    HOME: parts.home,
    TMPDIR: parts.temporary,
    LANG: 'C.UTF-8',
    ...taskEnvironment({ ...parts, image: fromImage }),
    PATH: searchPath(paths, container.environment.PATH ?? image.environment.PATH, parts.hostPath),
  };
}
