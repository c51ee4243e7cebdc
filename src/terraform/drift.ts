import { isDeepStrictEqual } from 'node:util';
import type { Json } from '../base/index.ts';
import {
  type Attributes,
  type PlannedAction,
  type PlannedResource,
  serviceOfAddress,
  type TerraformPlan,
} from './plan.ts';

/** One attribute that is not as it was, or not as it is meant. */
export interface Difference {
  readonly address: string;
  /** Null: of no service. */
  readonly service: string | null;
  /** Null: the resource itself, which is gone. */
  readonly attribute: string | null;
  readonly from: Json;
  readonly to: Json;
}

/** What is not as Terraform left it, by what is to be done about it. */
export interface Drift {
  /** A deployment changed it, and owns it: nothing is to be done. */
  readonly deployed: readonly Difference[];
  /** Terraform published it as wanted; the next deployment brings it to the tasks. */
  readonly waiting: readonly Difference[];
  /** Somebody else changed it: the next apply would change it back. */
  readonly drifted: readonly Difference[];
  /** The files ask for it, and nobody applied it yet. */
  readonly unapplied: readonly { readonly address: string; readonly action: PlannedAction }[];
}

/** What the engine owns, by type of resource: what the modules have under `ignore_changes`. */
const engineOwned: Readonly<Record<string, readonly string[]>> = {
  aws_lb_listener_rule: ['action'],
  aws_ecs_service: [
    ...['task_definition', 'desired_count', 'network_configuration', 'load_balancer'],
    ...['platform_version', 'launch_type', 'capacity_provider_strategy'],
  ],
  aws_appautoscaling_target: ['min_capacity', 'max_capacity', 'suspended_state'],
};

/**
 * Sorts what a plan found. Terraform tells of every attribute that changed, those too that follow from others or that
 * nobody asked for: drift is what the plan would change back.
 */
export function driftOf(plan: TerraformPlan): Drift {
  const changes = new Map(plan.changes.map((change) => [change.address, change]));
  const deployed: Difference[] = [];
  const drifted: Difference[] = [];
  for (const { address, type, action, before, after } of plan.drift) {
    const about = { address, service: serviceOfAddress(address) ?? null };
    const planned = changes.get(address);
    if (action === 'delete') {
      // Gone, and wanted no more: nothing is to be done.
      if (planned) drifted.push({ ...about, attribute: null, from: 'there', to: 'gone' });
      continue;
    }
    const back = planned ? changedAttributes(planned.before, planned.after) : [];
    for (const attribute of changedAttributes(before, after)) {
      const difference = { ...about, attribute, from: before?.[attribute] ?? null, to: after?.[attribute] ?? null };
      if (engineOwned[type]?.includes(attribute)) deployed.push(difference);
      else if (planned?.action === 'replace' || back.includes(attribute)) drifted.push(difference);
    }
  }
  const strayed = new Set(drifted.map(({ address }) => address));
  return {
    deployed,
    waiting: waitingFor(plan.planned),
    drifted,
    unapplied: plan.changes
      .filter(({ address }) => !strayed.has(address))
      .map(({ address, action }) => ({ address, action })),
  };
}

/** The attributes in which two descriptions of a resource differ; what is not known yet is no difference. */
function changedAttributes(before: Attributes | null, after: Attributes | null): readonly string[] {
  if (before === null || after === null) return [];
  return Object.keys(after)
    .filter((name) => !isDeepStrictEqual(before[name] ?? null, after[name] ?? null))
    .sort();
}

/** Where a service's tasks run otherwise than what Terraform published as wanted. */
function waitingFor(resources: readonly PlannedResource[]): readonly Difference[] {
  const wanted = new Map<string, Attributes>();
  for (const { address, type, values } of resources) {
    const service = serviceOfAddress(address);
    if (type !== 'aws_ssm_parameter' || service === undefined) continue;
    const found = wantedIn(values.insecure_value ?? values.value ?? null);
    if (found) wanted.set(service, found);
  }
  return resources.flatMap(({ address, type, values }): Difference[] => {
    const service = serviceOfAddress(address);
    const want = service === undefined ? undefined : wanted.get(service);
    // A colour without tasks gets everything anew anyway.
    if (type !== 'aws_ecs_service' || service === undefined || !want || values.desired_count === 0) return [];
    const [has] = Array.isArray(values.network_configuration) ? values.network_configuration : [];
    if (!isObject(has)) return [];
    const pairs = [
      ['network_configuration.subnets', inOrder(has.subnets), inOrder(want.subnets)],
      ['network_configuration.security_groups', inOrder(has.security_groups), inOrder(want.securityGroups)],
      ['network_configuration.assign_public_ip', has.assign_public_ip ?? false, want.assignPublicIp ?? false],
    ] as const;
    return pairs
      .filter(([, from, to]) => !isDeepStrictEqual(from, to))
      .map(([attribute, from, to]) => ({ address, service, attribute, from, to }));
  });
}

/** The `wanted` of a service's discovery document. */
function wantedIn(text: Json): Attributes | undefined {
  if (typeof text !== 'string') return undefined;
  try {
    const document: Json = JSON.parse(text);
    return isObject(document) && isObject(document.wanted) ? document.wanted : undefined;
  } catch {
    return undefined;
  }
}

const isObject = (value: Json | undefined): value is { readonly [name: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const inOrder = (value: Json | undefined): Json => (Array.isArray(value) ? [...value].sort() : []);
