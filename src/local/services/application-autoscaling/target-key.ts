import { ScalableDimension, ServiceNamespace } from '@aws-sdk/client-application-auto-scaling';
import { refuse } from '../../aws-error.ts';
import { checkConstraints, enumProblem, lengthProblem } from './constraints.ts';
import type { ScalingState, TargetDocument } from './scaling-state.ts';

/** The only kind of resource that is scaled here. */
export const ecsTarget = {
  ServiceNamespace: 'ecs',
  ScalableDimension: 'ecs:service:DesiredCount',
} as const satisfies { ServiceNamespace: ServiceNamespace; ScalableDimension: ScalableDimension };

export interface TargetReference {
  readonly ServiceNamespace?: string | undefined;
  readonly ResourceId?: string | undefined;
  readonly ScalableDimension?: string | undefined;
}

/** Checks what names a scalable target, and gives its resource id. */
export function resourceIdOf(reference: TargetReference): string {
  const { ResourceId = '', ScalableDimension: dimension } = reference;
  checkConstraints([...namespaceProblems(reference), lengthProblem('resourceId', ResourceId, 1, 1600)]);
  checkKind(reference);
  if (dimension === undefined || !isServiceId(ResourceId)) unsupported();
  return ResourceId;
}

/** Checks the filters of the Describe operations: each may be left out, a dimension only with a resource. */
export function checkFilters(
  namespace: string | undefined,
  dimension: string | undefined,
  resourceIds: readonly string[],
  member: 'ResourceId' | 'ResourceIds',
): void {
  checkConstraints([
    ...namespaceProblems({ ServiceNamespace: namespace, ScalableDimension: dimension }),
    ...resourceIds.map((id) => lengthProblem(member === 'ResourceId' ? 'resourceId' : 'resourceIds', id, 1, 1600)),
  ]);
  checkKind({ ServiceNamespace: namespace, ScalableDimension: dimension });
  if (dimension !== undefined && resourceIds.length === 0)
    refuse('ValidationException', `${member} must be specified when ScalableDimension is specified`);
  if (!resourceIds.every(isServiceId)) unsupported();
}

/** @throws AwsError ObjectNotFoundException; AWS has other words for it in PutScalingPolicy and PutScheduledAction. */
export function findTarget(
  state: ScalingState,
  reference: TargetReference,
  words: 'found' | 'registered' = 'found',
): TargetDocument {
  const resourceId = resourceIdOf(reference);
  return (
    state.targets.get(resourceId) ??
    refuse('ObjectNotFoundException', `No scalable target ${words} for ${namesOf(resourceId)}`)
  );
}

/** As AWS's messages name a target. */
export const namesOf = (resourceId: string): string =>
  `service namespace: ${ecsTarget.ServiceNamespace}, resource ID: ${resourceId}, scalable dimension: ${ecsTarget.ScalableDimension}`;

/** `service/<cluster>/<service>` */
export function partsOf(resourceId: string): { readonly cluster: string; readonly service: string } {
  const [, cluster = '', service = ''] = resourceId.split('/');
  return { cluster, service };
}

const isServiceId = (resourceId: string): boolean =>
  /^service\/[A-Za-z0-9_-]{1,255}\/[A-Za-z0-9_-]{1,255}$/.test(resourceId);

const namespaceProblems = (reference: TargetReference): readonly (string | undefined)[] => [
  enumProblem('serviceNamespace', reference.ServiceNamespace, Object.values(ServiceNamespace)),
  enumProblem('scalableDimension', reference.ScalableDimension, Object.values(ScalableDimension)),
];

function checkKind({ ServiceNamespace: namespace, ScalableDimension: dimension }: TargetReference): void {
  if (dimension !== undefined && !dimension.startsWith(`${namespace}:`)) unsupported();
  if (namespace !== ecsTarget.ServiceNamespace)
    refuse('ValidationException', `The local runtime scales ECS services only, nothing of namespace ${namespace}.`);
}

const unsupported = (): never =>
  refuse('ValidationException', 'Unsupported service namespace, resource type or scalable dimension');
