import type { ContainerSpec, TaskSpec } from '../../src/local/tasks/task-driver.ts';

let made = 0;

/** A task of one container `app`, with port 8080 and a role. */
export function aTask(
  container: Partial<ContainerSpec> & { readonly image: string },
  task: Partial<TaskSpec> = {},
): TaskSpec {
  made += 1;
  const id = made.toString(16).padStart(12, '0').padEnd(32, '0');
  return {
    id,
    arn: `arn:aws:ecs:eu-west-1:123456789012:task/main/${id}`,
    clusterArn: 'arn:aws:ecs:eu-west-1:123456789012:cluster/main',
    taskRoleArn: 'arn:aws:iam::123456789012:role/app',
    address: `10.0.${made >> 8}.${made & 255}`,
    family: 'app',
    revision: 7,
    size: { cpuUnits: 256, memoryMiB: 512 },
    containers: [
      {
        name: 'app',
        entryPoint: undefined,
        command: undefined,
        workingDirectory: undefined,
        environment: {},
        ports: [8080],
        waits: false,
        ...container,
      },
    ],
    ...task,
  };
}
