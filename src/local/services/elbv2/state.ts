import type { EpochMs, Random } from '../../../base/index.ts';
import { refuse } from '../../aws-error.ts';
import type { Handler, InputOf, OutputOf } from '../../service.ts';
import type { Collection } from '../../store/store.ts';
import type { World } from '../../world.ts';
import { arnOf } from './check.ts';
import { DataPlane } from './data-plane.ts';
import type {
  ListenerRecord,
  LoadBalancerRecord,
  RuleRecord,
  StoredAction,
  TagRecord,
  TargetGroupRecord,
} from './records.ts';
import { compileListener } from './routes.ts';
import type { TargetRegistrar } from './target-registrar.ts';

type Sdk = typeof import('@aws-sdk/client-elastic-load-balancing-v2');

/** A handler of ELBv2, typed by the operation's own name. */
export type Operation<Name extends string> = Handler<ElbState, InputOf<Sdk, Name>, OutputOf<Sdk, Name>>;

/** ELBv2 in one account and region: the documents, by ARN, and the data plane that follows them. */
export interface ElbState {
  readonly world: World;
  /** For ids. */
  readonly random: Random;
  readonly loadBalancers: Collection<LoadBalancerRecord>;
  readonly listeners: Collection<ListenerRecord>;
  readonly rules: Collection<RuleRecord>;
  readonly targetGroups: Collection<TargetGroupRecord>;
  readonly tags: Collection<TagRecord>;
  /** What carries requests now. */
  readonly plane: DataPlane;
  /** The side that the ECS scheduler uses. */
  readonly registrar: TargetRegistrar;
}

/** The state as the store has it; the data plane follows it at once, without the lag of a change. */
export function createElbState(world: World): ElbState {
  const targetGroups = world.store.collection<TargetGroupRecord>('elbv2/target-groups');
  const random = world.random.fork('elbv2');
  const plane = new DataPlane({
    clock: world.clock,
    random: world.random.fork('elbv2/routing'),
    timing: world.timing,
    network: world.network,
    targetGroup: (arn) => targetGroups.get(arn),
  });
  const state: ElbState = {
    world,
    random,
    loadBalancers: world.store.collection('elbv2/load-balancers'),
    listeners: world.store.collection('elbv2/listeners'),
    rules: world.store.collection('elbv2/rules'),
    targetGroups,
    tags: world.store.collection('elbv2/tags'),
    plane,
    registrar: plane.registrar,
  };
  for (const [arn] of state.listeners.entries()) publishListener(state, arn, 'at-once');
  return state;
}

/** Tells the data plane what a listener is now. Call after each change to it, its rules or its load balancer. */
export function publishListener(state: ElbState, listenerArn: string, when: 'at-once' | 'lagging'): void {
  const listener = state.listeners.get(listenerArn);
  const loadBalancer = listener && state.loadBalancers.get(listener.loadBalancerArn);
  if (!listener || !loadBalancer) state.plane.removeListener(listenerArn);
  else state.plane.setListener(compileListener(loadBalancer, listener, rulesOf(state, listenerArn)), when);
  state.plane.setReferenced(new Set([...actionsInUse(state)].flatMap(({ action }) => groupsOf(action))));
}

/** In order of evaluation, without the default rule. */
export function rulesOf(state: ElbState, listenerArn: string): RuleRecord[] {
  return state.rules
    .entries()
    .map(([, rule]) => rule)
    .filter((rule) => rule.listenerArn === listenerArn)
    .sort((a, b) => a.priority - b.priority);
}

export function listenersOf(state: ElbState, loadBalancerArn: string): ListenerRecord[] {
  return state.listeners
    .entries()
    .map(([, listener]) => listener)
    .filter((listener) => listener.loadBalancerArn === loadBalancerArn);
}

/** Every action of every listener and rule, with the load balancer that it belongs to. */
export function* actionsInUse(
  state: ElbState,
): Generator<{ readonly loadBalancerArn: string; readonly action: StoredAction }> {
  for (const [, listener] of state.listeners.entries()) {
    for (const action of listener.defaultActions) yield { loadBalancerArn: listener.loadBalancerArn, action };
  }
  for (const [, rule] of state.rules.entries()) {
    const listener = state.listeners.get(rule.listenerArn);
    if (!listener) continue;
    for (const action of rule.actions) yield { loadBalancerArn: listener.loadBalancerArn, action };
  }
}

/** The load balancers whose listeners or rules name the group. AWS allows one. */
export function loadBalancersOf(state: ElbState, targetGroupArn: string): string[] {
  const found = new Set<string>();
  for (const { loadBalancerArn, action } of actionsInUse(state)) {
    if (groupsOf(action).includes(targetGroupArn)) found.add(loadBalancerArn);
  }
  return [...found];
}

/** The load balancer of each target group that a listener or rule names. */
export function loadBalancersByGroup(state: ElbState): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { loadBalancerArn, action } of actionsInUse(state)) {
    for (const group of groupsOf(action)) found.set(group, loadBalancerArn);
  }
  return found;
}

/** The target groups that an action names. */
export const groupsOf = (action: StoredAction): string[] =>
  (action.ForwardConfig?.TargetGroups ?? []).flatMap((group) => group.TargetGroupArn ?? []);

export const loadBalancerOf = (state: ElbState, arn: string | undefined): LoadBalancerRecord =>
  state.loadBalancers.get(arnOf('loadbalancer', arn, 'loadBalancerArn')) ??
  refuse('LoadBalancerNotFound', 'One or more load balancers not found');

export const targetGroupOf = (state: ElbState, arn: string | undefined): TargetGroupRecord =>
  state.targetGroups.get(arnOf('targetgroup', arn, 'targetGroupArn')) ??
  refuse('TargetGroupNotFound', 'One or more target groups not found');

export const listenerOf = (state: ElbState, arn: string | undefined): ListenerRecord =>
  state.listeners.get(arnOf('listener', arn, 'listenerArn')) ??
  refuse('ListenerNotFound', 'One or more listeners not found');

export const now = (state: ElbState): EpochMs => state.world.clock.now();
