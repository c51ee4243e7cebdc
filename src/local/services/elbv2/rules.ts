import type { Rule } from '@aws-sdk/client-elastic-load-balancing-v2';
import { refuse } from '../../aws-error.ts';
import { checkedActions } from './actions.ts';
import { ruleArn } from './arn.ts';
import { arnOf, invalid, required, withinRange } from './check.ts';
import { checkedConditions } from './conditions.ts';
import { page } from './page.ts';
import type { ListenerRecord, RuleRecord, StoredTransform } from './records.ts';
import { type ElbState, listenerOf, listenersOf, type Operation, publishListener, rulesOf } from './state.ts';
import { tagNew, untag } from './tags.ts';
import { checkedTransforms } from './transforms.ts';

/** ELB-API/API_CreateRule. */
export const createRule: Operation<'CreateRule'> = (state, input) => {
  const listener = listenerOf(state, input.ListenerArn);
  const priority = withinRange(required(input.Priority, 'priority'), 'priority', 1, 50_000);
  const conditions = checkedConditions(input.Conditions);
  const actions = checkedActions(state, { ...listener, replaced: [] }, input.Actions, 'actions');
  const transforms = checkedTransforms(input.Transforms);
  if (rulesOf(state, listener.arn).some((rule) => rule.priority === priority)) {
    return refuse('PriorityInUse', `Priority '${priority}' is currently in use`);
  }
  const siblings = listenersOf(state, listener.loadBalancerArn).flatMap(({ arn }) => rulesOf(state, arn));
  if (siblings.length >= 100) {
    return refuse(
      'TooManyRules',
      `The maximum number of rules per load balancer '100' has been reached on '${listener.loadBalancerArn}'`,
    );
  }
  const arn = ruleArn(listener.arn, state.random.hex(16));
  const record: RuleRecord = { arn, listenerArn: listener.arn, priority, conditions, actions, transforms };
  tagNew(state, arn, input.Tags);
  state.rules.put(arn, record);
  publishListener(state, listener.arn, 'lagging');
  return { Rules: [describe(record)] };
};

/** In order of evaluation, the default rule last. ELB-API/API_DescribeRules. */
export const describeRules: Operation<'DescribeRules'> = (state, input) => {
  if (!input.RuleArns && !input.ListenerArn) return invalid('You must specify either listener or rule ARNs');
  const rules = input.RuleArns
    ? input.RuleArns.map((arn) => describeOne(state, arn))
    : describeListenerRules(state, listenerOf(state, input.ListenerArn));
  const { items, NextMarker } = page(rules, (rule) => rule.RuleArn ?? '', input);
  return { Rules: items, NextMarker };
};

/** Each list that is given is replaced as a whole. A default rule is its listener's. ELB-API/API_ModifyRule. */
export const modifyRule: Operation<'ModifyRule'> = (state, input) => {
  const rule = ruleOf(state, input.RuleArn, 'modified');
  const listener = listenerOf(state, rule.listenerArn);
  if (input.ResetTransforms && input.Transforms) {
    return invalid('You must specify either transforms or reset transforms, not both');
  }
  const changed: RuleRecord = {
    ...rule,
    conditions: input.Conditions ? checkedConditions(input.Conditions) : rule.conditions,
    actions: input.Actions
      ? checkedActions(state, { ...listener, replaced: rule.actions }, input.Actions, 'actions')
      : rule.actions,
    transforms: input.ResetTransforms
      ? []
      : input.Transforms
        ? checkedTransforms(input.Transforms)
        : transformsOf(rule),
  };
  state.rules.put(rule.arn, changed);
  publishListener(state, listener.arn, 'lagging');
  return { Rules: [describe(changed)] };
};

export const deleteRule: Operation<'DeleteRule'> = (state, input) => {
  const rule = ruleOf(state, input.RuleArn, 'deleted');
  state.rules.delete(rule.arn);
  untag(state, rule.arn);
  publishListener(state, rule.listenerArn, 'lagging');
  return {};
};

/** All or nothing: the priorities are checked as they will be. ELB-API/API_SetRulePriorities. */
export const setRulePriorities: Operation<'SetRulePriorities'> = (state, input) => {
  const changed = required(input.RulePriorities, 'rulePriorities').map(({ RuleArn, Priority }) => ({
    ...ruleOf(state, RuleArn, 'modified'),
    priority: withinRange(required(Priority, 'priority'), 'priority', 1, 50_000),
  }));
  const moved = new Set(changed.map((rule) => rule.arn));
  for (const listenerArn of new Set(changed.map((rule) => rule.listenerArn))) {
    const others = rulesOf(state, listenerArn).filter((rule) => !moved.has(rule.arn));
    const taken = new Set<number>();
    for (const { priority } of [...others, ...changed.filter((rule) => rule.listenerArn === listenerArn)]) {
      if (taken.has(priority)) return refuse('PriorityInUse', `Priority '${priority}' is currently in use`);
      taken.add(priority);
    }
  }
  for (const rule of changed) state.rules.put(rule.arn, rule);
  for (const listenerArn of new Set(changed.map((rule) => rule.listenerArn))) {
    publishListener(state, listenerArn, 'lagging');
  }
  return { Rules: changed.map(describe) };
};

const describeListenerRules = (state: ElbState, listener: ListenerRecord): Rule[] => [
  ...rulesOf(state, listener.arn).map(describe),
  describeDefault(listener),
];

function describeOne(state: ElbState, arn: string): Rule {
  const rule = state.rules.get(arnOf('listener-rule', arn, 'ruleArn'));
  if (rule) return describe(rule);
  const listener = listenerOfDefault(state, arn);
  return listener ? describeDefault(listener) : refuse('RuleNotFound', 'One or more rules not found');
}

const describe = (rule: RuleRecord): Rule => ({
  RuleArn: rule.arn,
  Priority: String(rule.priority),
  Conditions: [...rule.conditions],
  Actions: [...rule.actions],
  IsDefault: false,
  ...(transformsOf(rule).length > 0 ? { Transforms: [...transformsOf(rule)] } : {}),
});

const describeDefault = (listener: ListenerRecord): Rule => ({
  RuleArn: listener.defaultRuleArn,
  Priority: 'default',
  Conditions: [],
  Actions: [...listener.defaultActions],
  IsDefault: true,
});

function ruleOf(state: ElbState, given: string | undefined, what: 'modified' | 'deleted'): RuleRecord {
  const arn = arnOf('listener-rule', given, 'ruleArn');
  const rule = state.rules.get(arn);
  if (rule) return rule;
  if (listenerOfDefault(state, arn)) return refuse('OperationNotPermitted', `Default rule '${arn}' cannot be ${what}`);
  return refuse('RuleNotFound', 'One or more rules not found');
}

const listenerOfDefault = (state: ElbState, arn: string): ListenerRecord | undefined =>
  state.listeners.entries().find(([, listener]) => listener.defaultRuleArn === arn)?.[1];

const transformsOf = (rule: RuleRecord): readonly StoredTransform[] => rule.transforms ?? [];
