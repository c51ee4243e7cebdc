import type {
  DeploymentConfiguration,
  Failure,
  ServiceDeployment,
  ServiceDeploymentBrief,
  ServiceDeploymentStatus,
  ServiceRevisionSummary,
} from '@aws-sdk/client-ecs';
import { refuse } from '../../aws-error.ts';
import { ecsArn } from './arn.ts';
import { type Counts, failureThreshold } from './deployment.ts';
import type { EcsHandler, EcsState } from './ecs-state.ts';
import { page } from './paging.ts';
import { type ServiceDocument, serviceKey } from './service-document.ts';
import { findService } from './service-input.ts';
import { checkedArns, keyInService, keyOf } from './service-revisions.ts';

/** One deployment of a service from its beginning to its end, rolled back or not (ECS-DG/service-deployment). */
export interface ServiceDeploymentDocument {
  readonly arn: string;
  readonly serviceArn: string;
  readonly clusterArn: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  readonly stoppedAt: number | null;
  readonly status: ServiceDeploymentStatus;
  readonly statusReason: string | null;
  readonly target: string;
  readonly sources: readonly string[];
  readonly rollback: { readonly reason: string; readonly startedAt: number; readonly revision: string | null } | null;
  readonly configuration: DeploymentConfiguration;
  /** As they were when it failed or ended; null while it goes on. */
  readonly failures: number | null;
  readonly atEnd: ServiceDeploymentFigures | null;
  readonly triggered: 'circuit-breaker' | 'alarms' | null;
  /** Not where one of them was in ALARM already when it began. */
  readonly watchesAlarms: boolean;
  readonly triggeredAlarms: readonly string[];
  /** Since when all new tasks are healthy and the old ones gone: its bake time runs. */
  readonly bakingSince: number | null;
}

/** What of a service deployment follows from the tasks that there are. */
export interface ServiceDeploymentFigures {
  readonly revisions: readonly ServiceRevisionSummary[];
  readonly failures: number;
  readonly threshold: number;
}

const kept = 90 * 86_400_000;

const over: ReadonlySet<ServiceDeploymentStatus> = new Set([
  'SUCCESSFUL',
  'STOPPED',
  'ROLLBACK_SUCCESSFUL',
  'ROLLBACK_FAILED',
]);

export const isOver = ({ status }: ServiceDeploymentDocument): boolean => over.has(status);

/** Begins one as PENDING; those of more than 90 days ago are forgotten. */
export function addServiceDeployment(
  state: EcsState,
  service: ServiceDocument,
  revisions: { readonly target: string; readonly sources: readonly string[] },
): string {
  const now = state.world.clock.now();
  for (const [key, one] of deploymentsOf(state, service))
    if (one.createdAt < now - kept) state.serviceDeployments.delete(key);
  const { alarms } = service.deploymentConfiguration;
  const watched = alarms?.enable ? (alarms.alarmNames ?? []) : [];
  const key = `${serviceKey(service)}/${state.random.hex(21)}`;
  const arn = ecsArn(state.world, `service-deployment/${key}`);
  state.serviceDeployments.put(key, {
    arn,
    serviceArn: service.arn,
    clusterArn: service.clusterArn,
    createdAt: now,
    updatedAt: now,
    startedAt: null,
    finishedAt: null,
    stoppedAt: null,
    status: 'PENDING',
    statusReason: null,
    ...revisions,
    rollback: null,
    configuration: service.deploymentConfiguration,
    failures: null,
    atEnd: null,
    triggered: null,
    watchesAlarms: watched.length > 0 && firingAlarms(state, watched).length === 0,
    triggeredAlarms: [],
    bakingSince: null,
  });
  return arn;
}

export const firingAlarms = (state: EcsState, names: readonly string[]): string[] =>
  names.filter((name) => state.neighbours.alarm(state.world, name)?.isFiring);

export const findServiceDeployment = (state: EcsState, arn: string): ServiceDeploymentDocument | undefined =>
  state.serviceDeployments.get(keyOf(arn, 'service-deployment'));

export function changeServiceDeployment(
  state: EcsState,
  document: ServiceDeploymentDocument,
  change: Partial<ServiceDeploymentDocument>,
): void {
  const key = keyOf(document.arn, 'service-deployment');
  state.serviceDeployments.put(key, { ...document, ...change, updatedAt: state.world.clock.now() });
}

/** ECS deletes them with their service (ECS-DG/service-deployment). */
export function forgetServiceDeployments(state: EcsState, service: ServiceDocument): void {
  for (const [key] of deploymentsOf(state, service)) state.serviceDeployments.delete(key);
}

/** ECS-API/API_ListServiceDeployments: the newest first. */
export const listServiceDeployments: EcsHandler<'ListServiceDeployments'> = (state, input) => {
  const service =
    findService(state, input.cluster, input.service) ?? refuse('ServiceNotFoundException', 'Service not found.');
  const { after, before } = input.createdAt ?? {};
  const found = new Map<string, ServiceDeploymentDocument>();
  for (const [key, one] of deploymentsOf(state, service.document)) {
    if (input.status?.length && !input.status.includes(one.status)) continue;
    if (after && one.createdAt <= after.getTime()) continue;
    if (before && one.createdAt >= before.getTime()) continue;
    // Paging goes upwards in keys: what is left of all time makes the newest the first.
    found.set(`${String(Number.MAX_SAFE_INTEGER - one.createdAt).padStart(16, '0')}/${key}`, one);
  }
  const { keys, nextToken } = page([...found.keys()].sort(), input, 20);
  return { serviceDeployments: keys.flatMap((key) => found.get(key) ?? []).map(brief), nextToken };
};

/** ECS-API/API_DescribeServiceDeployments */
export const describeServiceDeployments: EcsHandler<'DescribeServiceDeployments'> = (state, input) => {
  const arns = checkedArns(input.serviceDeploymentArns, 'serviceDeploymentArns');
  const serviceDeployments: ServiceDeployment[] = [];
  const failures: Failure[] = [];
  for (const arn of arns) {
    const found = state.serviceDeployments.get(keyInService(state, arn, 'service-deployment'));
    if (found) serviceDeployments.push(described(state, found));
    else failures.push({ arn, reason: 'MISSING' });
  }
  return { serviceDeployments, failures };
};

/** ECS-API/API_StopServiceDeployment: back to the former revision, whether or not a rollback is configured. */
export const stopServiceDeployment: EcsHandler<'StopServiceDeployment'> = (state, input) => {
  const { serviceDeploymentArn = '', stopType = 'ROLLBACK' } = input;
  const found =
    findServiceDeployment(state, serviceDeploymentArn) ??
    refuse('ServiceDeploymentNotFoundException', 'The service deployment was not found.');
  if (stopType !== 'ROLLBACK') refuse('UnsupportedFeatureException', `The stop type ${stopType} is not supported.`);
  if (isOver(found))
    refuse('ConflictException', `The service deployment is in state ${found.status} and cannot be stopped.`);
  if (found.status === 'PENDING' || found.status === 'IN_PROGRESS') {
    changeServiceDeployment(state, found, { status: 'ROLLBACK_REQUESTED' });
    state.services.get(serviceKeyOf(found))?.touch();
  }
  return { serviceDeploymentArn: found.arn };
};

const serviceKeyOf = ({ arn }: ServiceDeploymentDocument): string => {
  const key = keyOf(arn, 'service-deployment');
  return key.slice(0, key.lastIndexOf('/'));
};

const deploymentsOf = (state: EcsState, service: ServiceDocument) =>
  state.serviceDeployments.range(`${serviceKey(service)}/`, `${serviceKey(service)}0`);

const brief = (one: ServiceDeploymentDocument): ServiceDeploymentBrief => ({
  serviceDeploymentArn: one.arn,
  serviceArn: one.serviceArn,
  clusterArn: one.clusterArn,
  createdAt: new Date(one.createdAt),
  ...when('startedAt', one.startedAt),
  ...when('finishedAt', one.finishedAt),
  targetServiceRevisionArn: one.target,
  status: one.status,
  ...(one.statusReason === null ? {} : { statusReason: one.statusReason }),
});

function described(state: EcsState, one: ServiceDeploymentDocument): ServiceDeployment {
  const service = state.services.get(serviceKeyOf(one));
  const now = one.atEnd ?? service?.deploymentFigures(one) ?? { revisions: [], failures: 0, threshold: 0 };
  const summary = (arn: string): ServiceRevisionSummary => now.revisions.find((each) => each.arn === arn) ?? { arn };
  const { targetServiceRevisionArn: _, ...rest } = brief(one);
  const { deploymentCircuitBreaker, alarms } = one.configuration;
  return {
    ...rest,
    ...when('stoppedAt', one.stoppedAt),
    updatedAt: new Date(one.updatedAt),
    sourceServiceRevisions: one.sources.map(summary),
    targetServiceRevision: summary(one.target),
    deploymentConfiguration: one.configuration,
    ...(one.rollback && {
      rollback: {
        reason: one.rollback.reason,
        startedAt: new Date(one.rollback.startedAt),
        ...(one.rollback.revision === null ? {} : { serviceRevisionArn: one.rollback.revision }),
      },
    }),
    deploymentCircuitBreaker: {
      status: monitor(one, deploymentCircuitBreaker?.enable ?? false, 'circuit-breaker'),
      failureCount: now.failures,
      threshold: now.threshold,
    },
    alarms: {
      status: monitor(one, one.watchesAlarms, 'alarms'),
      alarmNames: alarms?.alarmNames ?? [],
      triggeredAlarmNames: [...one.triggeredAlarms],
    },
  };
}

function monitor(
  one: ServiceDeploymentDocument,
  enabled: boolean,
  by: 'circuit-breaker' | 'alarms',
): 'TRIGGERED' | 'MONITORING' | 'MONITORING_COMPLETE' | 'DISABLED' {
  if (!enabled) return 'DISABLED';
  if (one.triggered === by) return 'TRIGGERED';
  return isOver(one) ? 'MONITORING_COMPLETE' : 'MONITORING';
}

/** Counts by revision, of what a service has now. */
export function figuresOf(
  service: ServiceDocument,
  one: ServiceDeploymentDocument,
  countsOf: (deployment: string) => Counts,
): ServiceDeploymentFigures {
  const revisions = service.deployments.flatMap((each): ServiceRevisionSummary[] => {
    if (each.revision === null) return [];
    const { running, pending } = countsOf(each.id);
    const requested = each.status === 'PRIMARY' ? service.desiredCount : each.keeps;
    return [
      { arn: each.revision, requestedTaskCount: requested, runningTaskCount: running, pendingTaskCount: pending },
    ];
  });
  const target = service.deployments.find((each) => each.revision === one.target);
  return {
    revisions,
    failures: one.failures ?? target?.failedTasks ?? 0,
    threshold: failureThreshold(one.configuration, service.desiredCount),
  };
}

const when = <K extends string>(key: K, at: number | null): { [key in K]?: Date } =>
  at === null ? {} : ({ [key]: new Date(at) } as { [key in K]: Date });
