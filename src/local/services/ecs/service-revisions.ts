import type { ContainerImage, Failure, ServiceRevision } from '@aws-sdk/client-ecs';
import { refuse } from '../../aws-error.ts';
import { ecsArn, ecsResource } from './arn.ts';
import { type DeploymentInput, describePlatform, platformOf } from './deployment.ts';
import type { EcsHandler, EcsState } from './ecs-state.ts';
import { type ServiceDocument, serviceKey } from './service-document.ts';
import { findTaskDefinition } from './task-definition.ts';

/** What a service was to consist of when a deployment of it began; it never changes (ECS-DG/service-revision). */
export interface ServiceRevisionDocument {
  readonly arn: string;
  readonly serviceArn: string;
  readonly clusterArn: string;
  readonly createdAt: number;
  readonly input: DeploymentInput;
  readonly images: readonly ContainerImage[];
}

export function addRevision(state: EcsState, service: ServiceDocument, input: DeploymentInput): string {
  const key = `${serviceKey(service)}/${state.random.digits(19)}`;
  const arn = ecsArn(state.world, `service-revision/${key}`);
  const { containerDefinitions = [] } = findTaskDefinition(state, input.taskDefinition)?.definition ?? {};
  state.serviceRevisions.put(key, {
    arn,
    serviceArn: service.arn,
    clusterArn: service.clusterArn,
    createdAt: state.world.clock.now(),
    input,
    images: containerDefinitions.map(({ name, image = '' }) => {
      const digest = /@(sha256:[0-9a-f]{64})$/.exec(image)?.[1];
      return { containerName: name, image, ...(digest === undefined ? {} : { imageDigest: digest }) };
    }),
  });
  return arn;
}

/** ECS-API/API_DescribeServiceRevisions */
export const describeServiceRevisions: EcsHandler<'DescribeServiceRevisions'> = (state, input) => {
  const arns = checkedArns(input.serviceRevisionArns, 'serviceRevisionArns');
  const serviceRevisions: ServiceRevision[] = [];
  const failures: Failure[] = [];
  for (const arn of arns) {
    const found = state.serviceRevisions.get(keyInService(state, arn, 'service-revision'));
    if (found) serviceRevisions.push(described(found));
    else failures.push({ arn, reason: 'MISSING' });
  }
  return { serviceRevisions, failures };
};

/** At most 20 (ECS-API/API_DescribeServiceDeployments). */
export function checkedArns(arns: readonly string[] | undefined, member: string): readonly string[] {
  if (!arns?.length) return refuse('InvalidParameterException', `${member} cannot be empty.`);
  return arns.length > 20 ? refuse('InvalidParameterException', `${member} cannot exceed 20 items.`) : arns;
}

/** The key of an ARN whose cluster and service there are (ECS-API/API_DescribeServiceDeployments, errors). */
export function keyInService(state: EcsState, arn: string, kind: 'service-revision' | 'service-deployment'): string {
  const key = keyOf(arn, kind);
  const [cluster = ''] = key.split('/');
  if (!state.clusters.get(cluster)) refuse('ClusterNotFoundException', 'Cluster not found.');
  if (!state.services.has(key.slice(0, key.lastIndexOf('/')))) refuse('ServiceNotFoundException', 'Service not found.');
  return key;
}

/** `<cluster>/<service>/<id>` of an ARN of that kind. */
export function keyOf(arn: string, kind: 'service-revision' | 'service-deployment'): string {
  const [found, ...words] = ecsResource(arn);
  return found === kind && words.length === 3
    ? words.join('/')
    : refuse('InvalidParameterException', 'Invalid identifier: The identifier is not a valid ARN.');
}

function described({
  arn,
  serviceArn,
  clusterArn,
  createdAt,
  input,
  images,
}: ServiceRevisionDocument): ServiceRevision {
  const { launchType, capacityProviderStrategy } = input;
  return {
    serviceRevisionArn: arn,
    serviceArn,
    clusterArn,
    taskDefinition: input.taskDefinition,
    ...(launchType === undefined ? {} : { launchType }),
    ...(capacityProviderStrategy.length > 0 ? { capacityProviderStrategy: [...capacityProviderStrategy] } : {}),
    ...describePlatform(launchType, platformOf(input.platformVersion)),
    loadBalancers: [...input.loadBalancers],
    serviceRegistries: [...input.serviceRegistries],
    networkConfiguration: input.networkConfiguration,
    containerImages: [...images],
    guardDutyEnabled: false,
    createdAt: new Date(createdAt),
    ...input.attached,
  };
}
