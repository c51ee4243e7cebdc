import type {
  CapacityProviderStrategyItem,
  DeploymentConfiguration,
  LoadBalancer,
  NetworkConfiguration,
  ServiceRegistry,
} from '@aws-sdk/client-ecs';
import { refuse } from '../../aws-error.ts';
import { ecsResource } from './arn.ts';
import { checkedStrategy } from './capacity-providers.ts';
import { activeCluster } from './cluster.ts';
import type { Attached, DeploymentInput } from './deployment.ts';
import type { ClusterDocument, EcsState } from './ecs-state.ts';
import type { EcsService } from './service.ts';
import { activeTaskDefinition, type TaskDefinitionDocument } from './task-definition.ts';

const invalid = (message: string): never => refuse('InvalidParameterException', message);

/** By name or ARN in a cluster; undefined when there is none. */
export function findService(
  state: EcsState,
  cluster: string | undefined,
  reference: string | undefined,
): EcsService | undefined {
  const { name } = activeCluster(state, cluster);
  return state.services.get(`${name}/${serviceName(reference)}`);
}

/** The service's name out of a name or an ARN, also one in the old short format. */
export function serviceName(reference: string | undefined): string {
  if (!reference) return invalid('Service identifier cannot be empty.');
  if (!reference.startsWith('arn:')) return reference;
  const words = ecsResource(reference);
  return words[0] === 'service' ? (words[words.length - 1] ?? '') : invalid('Invalid service identifier.');
}

export interface WantedDeployment {
  readonly taskDefinition: string | undefined;
  readonly networkConfiguration: NetworkConfiguration | undefined;
  readonly platformVersion: string | undefined;
  readonly loadBalancers: readonly LoadBalancer[];
  readonly serviceRegistries: readonly ServiceRegistry[];
  readonly capacityProviderStrategy: readonly CapacityProviderStrategyItem[];
  readonly launchType: DeploymentInput['launchType'];
  readonly attached: Attached;
}

/**
 * The launch type, or the strategy, or else the cluster's default strategy, or else EC2
 * (ECS-API/API_CreateService, `launchType`). An empty list is none: Terraform sends one beside a launch type.
 */
export function capacityOf(
  cluster: ClusterDocument,
  given: {
    readonly launchType?: DeploymentInput['launchType'];
    readonly capacityProviderStrategy?: readonly CapacityProviderStrategyItem[] | undefined;
  },
): Pick<WantedDeployment, 'capacityProviderStrategy' | 'launchType'> {
  const own = given.capacityProviderStrategy ?? [];
  if (given.launchType && own.length > 0)
    invalid('Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.');
  if (given.launchType) return { launchType: given.launchType, capacityProviderStrategy: [] };
  const strategy = own.length > 0 ? checkedStrategy(cluster, own) : cluster.defaultCapacityProviderStrategy;
  return { launchType: strategy.length > 0 ? undefined : 'EC2', capacityProviderStrategy: strategy };
}

/** What is only kept: the members given, else those there are. */
export function attachedOf(given: Attached, present: Attached): Attached {
  const { serviceConnectConfiguration, volumeConfigurations, vpcLatticeConfigurations, gatewayConnectors, monitoring } =
    given;
  const members = {
    serviceConnectConfiguration,
    volumeConfigurations,
    vpcLatticeConfigurations,
    gatewayConnectors,
    monitoring,
  };
  return { ...present, ...Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) };
}

/** Checks what a deployment consists of, in the order of CreateService (ECS-API/API_CreateService). */
export function checkedDeployment(state: EcsState, wanted: WantedDeployment): DeploymentInput {
  const definition = activeTaskDefinition(state, wanted.taskDefinition);
  const { networkMode, requiresCompatibilities } = definition.definition;
  if (wanted.launchType === 'FARGATE' && !requiresCompatibilities?.includes('FARGATE'))
    invalid('Task definition does not support launch_type FARGATE.');
  const vpc = wanted.networkConfiguration?.awsvpcConfiguration;
  if (networkMode === 'awsvpc' && !vpc)
    invalid("Network Configuration must be provided when networkMode 'awsvpc' is specified.");
  if (networkMode !== 'awsvpc' && vpc)
    invalid('Network Configuration is not valid for the given networkMode of this task definition.');
  if (vpc && !vpc.subnets?.length) invalid('subnets can not be empty.');
  if ((vpc?.subnets?.length ?? 0) > 16) invalid('subnets can have at most 16 items.');
  if ((vpc?.securityGroups?.length ?? 0) > 5) invalid('securityGroups can have at most 5 items.');
  checkLoadBalancers(state, wanted.loadBalancers, definition);
  const platform = wanted.platformVersion;
  if (platform !== undefined && !['LATEST', '1.4.0', '1.3.0'].includes(platform))
    refuse('PlatformUnknownException', 'The specified platform version does not exist.');
  // Both came with 1.4.0 (ECS-DG/platform-fargate).
  const { ephemeralStorage, volumes = [] } = definition.definition;
  if (platform === '1.3.0' && (ephemeralStorage || volumes.some((one) => one.efsVolumeConfiguration)))
    refuse(
      'PlatformTaskDefinitionIncompatibilityException',
      'One or more of the requested capabilities are not supported.',
    );
  return {
    taskDefinition: definition.arn,
    networkConfiguration: vpc && {
      awsvpcConfiguration: {
        subnets: vpc.subnets ?? [],
        securityGroups: vpc.securityGroups ?? [],
        assignPublicIp: vpc.assignPublicIp ?? 'DISABLED',
      },
    },
    platformVersion: platform ?? 'LATEST',
    loadBalancers: wanted.loadBalancers,
    serviceRegistries: wanted.serviceRegistries,
    capacityProviderStrategy: wanted.capacityProviderStrategy,
    launchType: wanted.launchType,
    attached: wanted.attached,
  };
}

function checkLoadBalancers(state: EcsState, all: readonly LoadBalancer[], definition: TaskDefinitionDocument): void {
  if (all.length > 5) invalid('loadBalancers can have at most 5 items.');
  const targets = state.neighbours.targets(state.world);
  for (const { targetGroupArn, containerName, containerPort } of all) {
    const arn = targetGroupArn ?? invalid('targetGroupArn can not be empty: awsvpc needs a target group.');
    const container =
      definition.definition.containerDefinitions?.find((one) => one.name === containerName) ??
      invalid(`The container ${containerName ?? ''} does not exist in the task definition.`);
    if (!container.portMappings?.some((mapping) => mapping.containerPort === containerPort))
      invalid(`The container ${containerName} did not have a container port ${containerPort} defined.`);
    const group = targets.group(arn);
    if (group === 'unknown') invalid(`The target group with targetGroupArn ${arn} does not exist.`);
    if (group === 'unattached')
      invalid(`The target group with targetGroupArn ${arn} does not have an associated load balancer.`);
  }
}

/** What DescribeServices answers for a service that was created without one. */
const defaultConfiguration: DeploymentConfiguration = {
  maximumPercent: 200,
  minimumHealthyPercent: 100,
  strategy: 'ROLLING',
  bakeTimeInMinutes: 0,
  alarms: { alarmNames: [], rollback: false, enable: false },
};

export function checkedConfiguration(
  given: DeploymentConfiguration | undefined,
  present: DeploymentConfiguration = defaultConfiguration,
): DeploymentConfiguration {
  const merged: DeploymentConfiguration = {
    ...present,
    ...given,
    deploymentCircuitBreaker: {
      enable: false,
      rollback: false,
      resetOnHealthyTask: true,
      thresholdConfiguration: { type: 'BOUNDED_PERCENT', value: 50 },
      ...present.deploymentCircuitBreaker,
      ...given?.deploymentCircuitBreaker,
    },
  };
  const { maximumPercent = 200, minimumHealthyPercent = 100, strategy } = merged;
  if (strategy !== 'ROLLING')
    refuse('UnsupportedFeatureException', `The deployment strategy ${strategy} is not supported here: use ROLLING.`);
  if (minimumHealthyPercent < 0 || maximumPercent < minimumHealthyPercent || maximumPercent < 1)
    invalid('maximumPercent must be at least 1 and not below minimumHealthyPercent.');
  if (maximumPercent === 100 && minimumHealthyPercent === 100)
    invalid('Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments.');
  const { type, value } = merged.deploymentCircuitBreaker?.thresholdConfiguration ?? {};
  if (value !== undefined && (value < 1 || (type !== 'COUNT' && value > 100)))
    invalid('The threshold value of the circuit breaker is out of range.');
  return merged;
}

export function checkedCount(desiredCount: number): number {
  if (!Number.isInteger(desiredCount) || desiredCount < 0) invalid('desiredCount must not be negative.');
  return desiredCount;
}

export function checkedGrace(seconds: number): number {
  if (!Number.isInteger(seconds) || seconds < 0 || seconds > 2_147_483_647)
    invalid('healthCheckGracePeriodSeconds must be between 0 and 2147483647.');
  return seconds;
}
