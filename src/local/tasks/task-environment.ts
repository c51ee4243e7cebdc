import type { ContainerAccess } from './process/container-endpoint.ts';
import type { ContainerSpec, TaskSpec } from './task-driver.ts';

/**
 * What every container finds in its environment, whatever runs it: AWS's words, the image's, the task definition's,
 * and its real ports.
 */
export function taskEnvironment(parts: {
  readonly task: TaskSpec;
  readonly container: ContainerSpec;
  readonly image: Readonly<Record<string, string>>;
  readonly access: ContainerAccess;
  /** Container port → real port, in the order of the port mappings. */
  readonly ports: ReadonlyMap<number, number>;
  /** Of the local runtime. */
  readonly endpoint: string;
}): Readonly<Record<string, string>> {
  const { access, container, image, ports, task } = parts;
  const [port] = ports.values();
  return {
    HOSTNAME: `ip-${task.address.replaceAll('.', '-')}.ec2.internal`,
    AWS_EXECUTION_ENV: 'AWS_ECS_FARGATE',
    AWS_ENDPOINT_URL: parts.endpoint,
    ...(access.credentials && {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: access.credentials.fullUri,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: access.credentials.token,
    }),
    ...image,
    ...container.environment,
    // On AWS all tasks may have the same port; here they share one machine, whatever the task definition says.
    ...(port !== undefined && { PORT: String(port) }),
    ...Object.fromEntries([...ports].map(([known, real]) => [`PORT_${known}`, String(real)])),
  };
}
