import { refuse } from '../../aws-error.ts';
import { rootOf } from './account-settings.ts';
import { ecsArn } from './arn.ts';
import { activeCluster } from './cluster.ts';
import type { EcsHandler } from './ecs-state.ts';
import { EcsService } from './service.ts';
import {
  attachedOf,
  capacityOf,
  checkedConfiguration,
  checkedCount,
  checkedDeployment,
  checkedGrace,
} from './service-input.ts';
import { checkedTags } from './tags.ts';

/**
 * ECS-API/API_CreateService. The same request for a service that is ACTIVE returns that service; another one is
 * refused, with or without a client token.
 */
export const createService: EcsHandler<'CreateService'> = (state, input) => {
  const cluster = activeCluster(state, input.cluster);
  const { serviceName = '', clientToken, ...parameters } = input;
  if (!/^[a-zA-Z0-9_-]{1,255}$/.test(serviceName))
    refuse(
      'InvalidParameterException',
      'Service names may contain letters, numbers, hyphens and underscores, at most 255.',
    );
  if (clientToken !== undefined && !/^[\x21-\x7e]{1,36}$/.test(clientToken))
    refuse('InvalidParameterException', 'The client token must have between 1 and 36 ASCII characters.');
  const key = `${cluster.name}/${serviceName}`;
  const creation = JSON.stringify({ ...parameters, cluster: cluster.arn });
  const existing = state.services.get(key);
  if (existing?.document.status === 'DRAINING')
    refuse('InvalidParameterException', 'Unable to Start a service that is still Draining.');
  if (existing?.document.status === 'ACTIVE') {
    if (existing.document.creation !== creation)
      refuse('InvalidParameterException', 'Creation of service was not idempotent.');
    return { service: existing.describe({ tags: true }) };
  }

  const { schedulingStrategy = 'REPLICA', deploymentController = { type: 'ECS' as const } } = input;
  if (schedulingStrategy !== 'REPLICA')
    refuse('InvalidParameterException', 'The daemon scheduling strategy is not supported by Fargate.');
  if (deploymentController.type !== 'ECS')
    refuse(
      'UnsupportedFeatureException',
      `The deployment controller ${deploymentController.type} is not supported here: use ECS.`,
    );
  if (input.desiredCount === undefined)
    refuse('InvalidParameterException', 'desiredCount is required for the REPLICA scheduling strategy.');
  const desiredCount = checkedCount(input.desiredCount ?? 0);
  const deploymentConfiguration = checkedConfiguration(input.deploymentConfiguration);
  const deployment = checkedDeployment(state, {
    taskDefinition: input.taskDefinition,
    networkConfiguration: input.networkConfiguration,
    platformVersion: input.platformVersion,
    loadBalancers: input.loadBalancers ?? [],
    serviceRegistries: input.serviceRegistries ?? [],
    ...capacityOf(cluster, input),
    attached: attachedOf(input, {}),
  });
  const tags = checkedTags(input.tags);
  const root = rootOf(state);

  const service = new EcsService(state, {
    arn: ecsArn(state.world, `service/${key}`),
    name: serviceName,
    clusterArn: cluster.arn,
    clusterName: cluster.name,
    status: 'ACTIVE',
    createdAt: state.world.clock.now(),
    inactiveSince: null,
    desiredCount,
    deploymentConfiguration,
    healthCheckGracePeriodSeconds: checkedGrace(input.healthCheckGracePeriodSeconds ?? 0),
    echoed: {
      schedulingStrategy,
      deploymentController,
      placementConstraints: input.placementConstraints ?? [],
      placementStrategy: input.placementStrategy ?? [],
      availabilityZoneRebalancing: input.availabilityZoneRebalancing ?? 'ENABLED',
      createdBy: root,
      // The service-linked role registers the targets (ECS-DG/using-service-linked-roles).
      roleArn: input.role ?? root.replace(/:root$/, ':role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS'),
    },
    propagateTags: input.propagateTags ?? 'NONE',
    enableExecuteCommand: input.enableExecuteCommand ?? false,
    enableECSManagedTags: input.enableECSManagedTags ?? false,
    tags,
    creation,
    deployments: [],
    lastCompleted: null,
    serviceDeployment: null,
  });
  existing?.close();
  state.services.set(key, service);
  service.deploy(deployment);
  return { service: service.describe({ tags: true }) };
};
