import type { TargetDescription, TargetHealthDescription } from '@aws-sdk/client-elastic-load-balancing-v2';
import { refuse } from '../../aws-error.ts';
import { mostTargets, refuseTargets } from './actions.ts';
import { oneOf, required, withinRange } from './check.ts';
import type { TargetGroupRecord } from './records.ts';
import { notRegistered, type TargetIdentity } from './registered-target.ts';
import { actionsInUse, groupsOf, loadBalancersOf, type Operation, targetGroupOf } from './state.ts';
import type { TargetHealth } from './target-registrar.ts';

/** ELB-API/API_RegisterTargets. Targets are not kept over a restart: whoever registers them does it again. */
export const registerTargets: Operation<'RegisterTargets'> = (state, input) => {
  const group = targetGroupOf(state, input.TargetGroupArn);
  const targets = required(input.Targets, 'targets').map((target) => identify(group, target));
  const added = targets.filter((target) => !state.plane.isRegistered(group.arn, target)).length;
  if (state.plane.registered(group.arn) + added > mostTargets) return refuseTargets(group.arn);
  for (const loadBalancer of loadBalancersOf(state, group.arn)) {
    const groups = new Set(
      [...actionsInUse(state)].flatMap((use) => (use.loadBalancerArn === loadBalancer ? groupsOf(use.action) : [])),
    );
    const present = [...groups].reduce((sum, arn) => sum + state.plane.registered(arn), 0);
    if (present + added > mostTargets) return refuseTargets(loadBalancer);
  }
  for (const target of targets) state.plane.register(group.arn, target);
  return {};
};

/** Deregistering what is not registered succeeds. */
export const deregisterTargets: Operation<'DeregisterTargets'> = (state, input) => {
  const group = targetGroupOf(state, input.TargetGroupArn);
  const targets = required(input.Targets, 'targets').map((target) => identify(group, target));
  for (const target of targets) state.plane.registrar.deregister(group.arn, target);
  return {};
};

/** ELB-API/API_DescribeTargetHealth. Not paged. */
export const describeTargetHealth: Operation<'DescribeTargetHealth'> = (state, input) => {
  const group = targetGroupOf(state, input.TargetGroupArn);
  const targets = state.plane.targets(group.arn);
  const wanted = input.Targets?.map((given) => {
    const identity = identify(group, given);
    return (
      targets.find((target) => target.id === identity.id && target.port === identity.port) ?? {
        ...identity,
        health: notRegistered,
      }
    );
  });
  const include = (input.Include ?? []).map((each) => oneOf(each, 'include', ['AnomalyDetection', 'All']));
  return {
    TargetHealthDescriptions: (wanted ?? targets).map((target) => ({
      ...describe(group, target),
      ...(include.length > 0 ? { AnomalyDetection: noAnomaly } : {}),
      ...(include.includes('All') ? { AdministrativeOverride: noOverride } : {}),
    })),
  };
};

/** No target is ever found to be an anomaly here. */
const noAnomaly = { Result: 'normal', MitigationInEffect: 'no' } as const;
const noOverride = {
  State: 'no_override',
  Reason: 'AdministrativeOverride.NoOverride',
  Description: 'No override is currently active on target',
} as const;

function identify(group: TargetGroupRecord, target: TargetDescription): TargetIdentity {
  const id = required(target.Id, 'id');
  if (group.targetType === 'ip' && !/^[\d.]+$|:/.test(id)) {
    return refuse('ValidationError', `The IP address '${id}' is not a valid IPv4 address`);
  }
  const port = withinRange(target.Port ?? group.port, 'port', 1, 65_535);
  return { id, port, availabilityZone: target.AvailabilityZone };
}

function describe(
  group: TargetGroupRecord,
  target: TargetIdentity & { readonly health: TargetHealth },
): TargetHealthDescription {
  const { state, reason, description } = target.health;
  const { port } = group.healthCheck;
  return {
    Target: {
      Id: target.id,
      Port: target.port,
      ...(target.availabilityZone === undefined ? {} : { AvailabilityZone: target.availabilityZone }),
    },
    HealthCheckPort: port === 'traffic-port' ? String(target.port) : port,
    TargetHealth: {
      State: state,
      ...(reason === undefined ? {} : { Reason: reasonCode(reason) }),
      ...(description === undefined ? {} : { Description: description }),
    },
  };
}

type ReasonCode = NonNullable<NonNullable<TargetHealthDescription['TargetHealth']>['Reason']>;

const reasonCodes: readonly ReasonCode[] = [
  'Elb.RegistrationInProgress',
  'Elb.InitialHealthChecking',
  'Target.ResponseCodeMismatch',
  'Target.Timeout',
  'Target.FailedHealthChecks',
  'Target.NotRegistered',
  'Target.NotInUse',
  'Target.DeregistrationInProgress',
];

const reasonCode = (reason: string): ReasonCode | undefined => reasonCodes.find((code) => code === reason);
