import { refuse } from '../../aws-error.ts';
import { activeCluster } from './cluster.ts';
import type { DeploymentInput } from './deployment.ts';
import type { EcsHandler } from './ecs-state.ts';
import {
  attachedOf,
  capacityOf,
  checkedConfiguration,
  checkedCount,
  checkedDeployment,
  checkedGrace,
  findService,
} from './service-input.ts';

/**
 * ECS-API/API_UpdateService. A new deployment starts when forced, or when what a deployment consists of changes; the
 * desired count, the percentages and the grace period alone start none (ECS-DG/update-service-parameters).
 */
export const updateService: EcsHandler<'UpdateService'> = (state, input) => {
  const service =
    findService(state, input.cluster, input.service) ?? refuse('ServiceNotFoundException', 'Service not found.');
  const { document, primary } = service;
  if (document.status !== 'ACTIVE' || !primary) return refuse('ServiceNotActiveException', 'Service was not ACTIVE.');
  if (input.deploymentController && input.deploymentController.type !== 'ECS')
    refuse('UnsupportedFeatureException', 'The deployment controller of a service can only be ECS here.');
  const strategy = input.capacityProviderStrategy && capacityOf(activeCluster(state, input.cluster), input);
  const strategyChanges =
    strategy !== undefined && !same(strategy.capacityProviderStrategy, primary.capacityProviderStrategy);
  if (strategyChanges && !input.forceNewDeployment)
    refuse(
      'InvalidParameterException',
      'When switching from launch type to capacity provider strategy on an existing service, or making a change to a ' +
        'capacity provider strategy on a service that is already using one, you must force a new deployment.',
    );

  const desiredCount = input.desiredCount === undefined ? document.desiredCount : checkedCount(input.desiredCount);
  const deploymentConfiguration = checkedConfiguration(input.deploymentConfiguration, document.deploymentConfiguration);
  const grace = checkedGrace(input.healthCheckGracePeriodSeconds ?? document.healthCheckGracePeriodSeconds);
  const replaces =
    input.forceNewDeployment ||
    input.taskDefinition !== undefined ||
    input.networkConfiguration !== undefined ||
    input.platformVersion !== undefined ||
    input.loadBalancers !== undefined ||
    input.serviceRegistries !== undefined ||
    !same(attachedOf(input, primary.attached), primary.attached);
  const wanted = replaces
    ? checkedDeployment(state, {
        taskDefinition: input.taskDefinition ?? primary.taskDefinition,
        networkConfiguration: input.networkConfiguration ?? primary.networkConfiguration,
        platformVersion: input.platformVersion ?? primary.platformVersion,
        loadBalancers: input.loadBalancers ?? primary.loadBalancers,
        serviceRegistries: input.serviceRegistries ?? primary.serviceRegistries,
        capacityProviderStrategy: primary.capacityProviderStrategy,
        launchType: primary.launchType,
        ...(strategyChanges ? strategy : {}),
        attached: attachedOf(input, primary.attached),
      })
    : undefined;

  // First: the former deployment keeps as many tasks as were desired until now.
  service.change({ deploymentConfiguration });
  if (wanted && (input.forceNewDeployment || differs(wanted, primary))) service.deploy(wanted);
  service.change({
    desiredCount,
    healthCheckGracePeriodSeconds: grace,
    propagateTags: input.propagateTags ?? document.propagateTags,
    enableExecuteCommand: input.enableExecuteCommand ?? document.enableExecuteCommand,
    enableECSManagedTags: input.enableECSManagedTags ?? document.enableECSManagedTags,
    echoed: {
      ...document.echoed,
      ...given('placementConstraints', input.placementConstraints),
      ...given('placementStrategy', input.placementStrategy),
      ...given('availabilityZoneRebalancing', input.availabilityZoneRebalancing),
    },
  });
  service.touch();
  return { service: service.describe({ tags: true }) };
};

function differs(wanted: DeploymentInput, present: DeploymentInput): boolean {
  return (
    wanted.taskDefinition !== present.taskDefinition ||
    wanted.platformVersion !== present.platformVersion ||
    !same(wanted.networkConfiguration, present.networkConfiguration) ||
    !same(wanted.loadBalancers, present.loadBalancers) ||
    !same(wanted.serviceRegistries, present.serviceRegistries) ||
    !same(wanted.attached, present.attached)
  );
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

const given = <K extends string, V>(key: K, value: V | undefined): { [key in K]?: V } =>
  value === undefined ? {} : ({ [key]: value } as { [key in K]: V });
