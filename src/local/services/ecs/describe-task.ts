import type { Container, Task } from '@aws-sdk/client-ecs';
import type { EpochMs } from '../../../base/index.ts';
import { ecsArn } from './arn.ts';
import type { EcsState } from './ecs-state.ts';
import type { EcsTask } from './task.ts';
import type { TaskContainer } from './task-facts.ts';

/** A task as DescribeTasks shows it. */
export function describeTask(state: EcsState, task: EcsTask, include: { readonly tags: boolean }): Task {
  const { plan, facts } = task;
  const { definition } = plan.definition;
  const attached = facts.lastStatus !== 'PROVISIONING';
  return {
    attachments: [
      {
        id: plan.attachmentId,
        type: 'ElasticNetworkInterface',
        status: attached ? (facts.lastStatus === 'STOPPED' ? 'DELETED' : 'ATTACHED') : 'PRECREATED',
        details: [
          { name: 'subnetId', value: plan.subnet },
          ...(attached
            ? [
                { name: 'networkInterfaceId', value: plan.networkInterfaceId },
                { name: 'privateDnsName', value: privateName(plan.address, state.world.region) },
                { name: 'privateIPv4Address', value: plan.address },
              ]
            : []),
        ],
      },
    ],
    attributes: [
      {
        name: 'ecs.cpu-architecture',
        value: definition.runtimePlatform?.cpuArchitecture === 'ARM64' ? 'arm64' : 'x86_64',
      },
    ],
    availabilityZone: plan.availabilityZone,
    clusterArn: plan.clusterArn,
    ...(facts.connectedAt === undefined ? {} : { connectivity: 'CONNECTED' as const }),
    ...when('connectivityAt', facts.connectedAt),
    containers: task.containers.map((container) => describeContainer(state, task, container)),
    cpu: plan.overrides.cpu ?? definition.cpu,
    createdAt: new Date(facts.createdAt),
    desiredStatus: facts.desiredStatus,
    enableExecuteCommand: plan.enableExecuteCommand,
    ...when('executionStoppedAt', facts.executionStoppedAt),
    group: plan.group,
    healthStatus: task.health ?? 'UNKNOWN',
    lastStatus: facts.lastStatus,
    ...(plan.launchType === undefined ? {} : { launchType: plan.launchType }),
    ...(plan.capacityProvider === undefined ? {} : { capacityProviderName: plan.capacityProvider }),
    memory: plan.overrides.memory ?? definition.memory,
    overrides: {
      ...plan.overrides,
      containerOverrides: task.containers.map(({ definition: { name } }) => ({
        ...plan.overrides.containerOverrides?.find((one) => one.name === name),
        name,
      })),
      inferenceAcceleratorOverrides: [],
    },
    platformVersion: plan.platformVersion,
    platformFamily: 'Linux',
    ...when('pullStartedAt', facts.pullStartedAt),
    ...when('pullStoppedAt', facts.pullStoppedAt),
    ...when('startedAt', facts.startedAt),
    ...(plan.startedBy === undefined ? {} : { startedBy: plan.startedBy }),
    ...(facts.stop === undefined ? {} : { stopCode: facts.stop.code, stoppedReason: facts.stop.reason }),
    ...when('stoppingAt', facts.stoppingAt),
    ...when('stoppedAt', facts.stoppedAt),
    tags: include.tags ? [...facts.tags] : [],
    taskArn: plan.arn,
    taskDefinitionArn: plan.definition.arn,
    version: facts.version,
    ephemeralStorage: {
      sizeInGiB: plan.overrides.ephemeralStorage?.sizeInGiB ?? definition.ephemeralStorage?.sizeInGiB ?? 20,
    },
  };
}

function describeContainer(state: EcsState, task: EcsTask, container: TaskContainer): Container {
  const { plan, facts } = task;
  const cluster = plan.clusterArn.slice(plan.clusterArn.lastIndexOf('/') + 1);
  const { definition } = container;
  return {
    containerArn: ecsArn(state.world, `container/${cluster}/${plan.id}/${container.id}`),
    taskArn: plan.arn,
    name: definition.name,
    image: definition.image,
    ...(container.digest === undefined ? {} : { imageDigest: container.digest }),
    ...(container.digest === undefined ? {} : { runtimeId: `${plan.id}-${container.id.slice(-10)}` }),
    lastStatus: container.status,
    ...(container.exitCode === undefined ? {} : { exitCode: container.exitCode }),
    ...(container.reason === undefined ? {} : { reason: container.reason }),
    networkBindings: [],
    networkInterfaces:
      facts.lastStatus === 'PROVISIONING'
        ? []
        : [{ attachmentId: plan.attachmentId, privateIpv4Address: plan.address }],
    healthStatus: container.health ?? 'UNKNOWN',
    cpu: String(definition.cpu ?? 0),
    ...(definition.memory === undefined ? {} : { memory: String(definition.memory) }),
  };
}

const privateName = (address: string, region: string): string =>
  `ip-${address.replaceAll('.', '-')}.${region === 'us-east-1' ? 'ec2' : `${region}.compute`}.internal`;

const when = <K extends string>(key: K, at: EpochMs | undefined): { [key in K]?: Date } =>
  at === undefined ? {} : ({ [key]: new Date(at) } as { [key in K]: Date });
