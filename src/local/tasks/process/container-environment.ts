import type { ContainerSpec, TaskSpec } from '../task-driver.ts';
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
  const { access, container, image, paths, task } = parts;
  const fromImage = Object.fromEntries(
    Object.entries(image.environment).map(([name, value]) => [name, mapPaths(paths, value)]),
  );
  const [port] = parts.ports.values();
  return {
    HOME: parts.home,
    TMPDIR: parts.temporary,
    LANG: 'C.UTF-8',
    HOSTNAME: `ip-${task.address.replaceAll('.', '-')}.ec2.internal`,
    AWS_EXECUTION_ENV: 'AWS_ECS_FARGATE',
    AWS_ENDPOINT_URL: parts.endpoint,
    ...(access.credentials && {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: access.credentials.fullUri,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: access.credentials.token,
    }),
    ...fromImage,
    ...container.environment,
    // On AWS all tasks may have the same port; here they share one machine, whatever the task definition says.
    ...(port !== undefined && { PORT: String(port) }),
    ...Object.fromEntries([...parts.ports].map(([known, real]) => [`PORT_${known}`, String(real)])),
    PATH: searchPath(paths, container.environment.PATH ?? image.environment.PATH, parts.hostPath),
  };
}
