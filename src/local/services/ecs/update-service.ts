import { refuse } from '../../aws-error.ts';
import type { DeploymentInput } from './deployment.ts';
import type { EcsHandler } from './ecs-state.ts';
import { checkedConfiguration, checkedCount, checkedDeployment, findService } from './service-input.ts';

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
  const strategyChanges =
    input.capacityProviderStrategy !== undefined &&
    !same(input.capacityProviderStrategy, primary.capacityProviderStrategy);
  if (strategyChanges && !input.forceNewDeployment)
    refuse('InvalidParameterException', 'Changing the capacity provider strategy requires forceNewDeployment.');

  const desiredCount = input.desiredCount === undefined ? document.desiredCount : checkedCount(input.desiredCount);
  const deploymentConfiguration = checkedConfiguration(input.deploymentConfiguration, document.deploymentConfiguration);
  const replaces =
    input.forceNewDeployment ||
    input.taskDefinition !== undefined ||
    input.networkConfiguration !== undefined ||
    input.platformVersion !== undefined ||
    input.loadBalancers !== undefined ||
    input.serviceRegistries !== undefined;
  const wanted = replaces
    ? checkedDeployment(state, {
        taskDefinition: input.taskDefinition ?? primary.taskDefinition,
        networkConfiguration: input.networkConfiguration ?? primary.networkConfiguration,
        platformVersion: input.platformVersion ?? primary.platformVersion,
        loadBalancers: input.loadBalancers ?? primary.loadBalancers,
        capacityProviderStrategy: input.capacityProviderStrategy ?? primary.capacityProviderStrategy,
        launchType: input.capacityProviderStrategy?.length ? undefined : primary.launchType,
      })
    : undefined;

  // First: the former deployment keeps as many tasks as were desired until now.
  if (wanted && (input.forceNewDeployment || differs(wanted, primary))) service.deploy(wanted);
  service.change({
    desiredCount,
    deploymentConfiguration,
    healthCheckGracePeriodSeconds: input.healthCheckGracePeriodSeconds ?? document.healthCheckGracePeriodSeconds,
    propagateTags: input.propagateTags ?? document.propagateTags,
    enableExecuteCommand: input.enableExecuteCommand ?? document.enableExecuteCommand,
    echoed: {
      ...document.echoed,
      ...given('serviceRegistries', input.serviceRegistries),
      ...given('placementConstraints', input.placementConstraints),
      ...given('placementStrategy', input.placementStrategy),
      ...given('enableECSManagedTags', input.enableECSManagedTags),
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
    !same(wanted.loadBalancers, present.loadBalancers)
  );
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

const given = <K extends string, V>(key: K, value: V | undefined): { [key in K]?: V } =>
  value === undefined ? {} : ({ [key]: value } as { [key in K]: V });
