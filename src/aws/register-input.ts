import type { RegisterTaskDefinitionCommandInput } from '@aws-sdk/client-ecs';
import type { Site, TaskDefinition } from '../deployment/index.ts';
import { logStreamsOf } from './log-streams.ts';

/** A task definition as RegisterTaskDefinition takes it, tagged with where it belongs. */
export function registerInput(
  site: Site,
  definition: TaskDefinition,
  deployment: string,
): RegisterTaskDefinitionCommandInput {
  const { container } = definition;
  return {
    family: definition.family,
    requiresCompatibilities: ['FARGATE'],
    networkMode: 'awsvpc',
    cpu: String(definition.cpu),
    memory: String(definition.memory),
    runtimePlatform: { cpuArchitecture: definition.architecture, operatingSystemFamily: 'LINUX' },
    executionRoleArn: definition.executionRole,
    taskRoleArn: definition.taskRole,
    containerDefinitions: [
      {
        name: container.name,
        image: container.image,
        essential: true,
        portMappings: [{ containerPort: container.port, protocol: 'tcp' }],
        environment: Object.entries(container.environment).map(([name, value]) => ({ name, value })),
        secrets: Object.entries(container.secrets).map(([name, valueFrom]) => ({ name, valueFrom })),
        stopTimeout: container.stopTimeoutSeconds,
        ...(container.command && { command: [...container.command] }),
        ...(container.healthCheck && {
          healthCheck: {
            command: [...container.healthCheck.command],
            interval: container.healthCheck.intervalSeconds,
            timeout: container.healthCheck.timeoutSeconds,
            retries: container.healthCheck.retries,
            ...(container.healthCheck.startPeriodSeconds > 0 && {
              startPeriod: container.healthCheck.startPeriodSeconds,
            }),
          },
        }),
        logConfiguration: {
          logDriver: 'awslogs',
          options: {
            'awslogs-group': container.logGroup,
            'awslogs-region': container.region,
            'awslogs-stream-prefix': logStreamsOf({ color: container.environment.TEAL_COLOR ?? '', deployment }),
          },
        },
      },
    ],
    tags: [
      { key: 'teal:environment', value: site.environment.name },
      { key: 'teal:service', value: site.service },
      { key: 'teal:deployment', value: deployment },
    ],
  };
}
