import type { Action, Rule, RuleCondition } from '@aws-sdk/client-elastic-load-balancing-v2';
import { type Aws, change, read } from '../aws/index.ts';
import { type Route, rulePriorities, tagsOf, type WebService } from '../config/index.ts';
import { type Color, testHeader } from '../deployment/index.ts';
import { must } from './operation-error.ts';
import { unlessThere } from './unless-there.ts';

/** On the local runtime all projects of a user share one environment: a rule tells whose service it leads to. */
export const projectTag = 'teal:project';

/** Where a service's rules go, and what they lead to. */
export interface RuleSite {
  readonly listener: string;
  readonly testToken: string;
  readonly project: string;
  readonly environment: string;
  readonly service: WebService;
  readonly groups: Readonly<Record<Color, string>>;
}

/** ARNs, in the order of the service's routes. */
export interface ProvisionedRules {
  readonly production: readonly [string, ...string[]];
  readonly test: readonly [string, ...string[]];
  /** Of routes that are gone: to be deleted once nothing names them any more. */
  readonly surplus: readonly string[];
}

interface WantedRule {
  readonly test: boolean;
  readonly priority: number;
  readonly conditions: RuleCondition[];
}

/**
 * A production rule and a test rule for each route. What is there is kept, moved and given the route's conditions; its
 * action is the engine's. A rule for a new route begins with the action that the others have.
 */
export async function provisionRules(aws: Aws, site: RuleSite, signal: AbortSignal): Promise<ProvisionedRules> {
  const { client, sdk } = await aws.clients.elb();
  const describe = () => new sdk.DescribeRulesCommand({ ListenerArn: site.listener, PageSize: 400 });
  const rules = must('describe rules', await read(aws, client, describe, signal, (output) => output.Rules));
  const own = rules.filter((rule) => !rule.IsDefault && leadsTo(rule, site.groups));
  const wanted = site.service.routes.flatMap((route) => wantedRules(route, site.testToken));
  const there = matched(wanted, own);
  const moves: { RuleArn: string; Priority: number }[] = [];
  for (const [index, { conditions, priority }] of wanted.entries()) {
    const rule = there[index];
    if (!rule?.RuleArn) continue;
    const modify = new sdk.ModifyRuleCommand({ RuleArn: rule.RuleArn, Conditions: conditions });
    must('set the conditions of a rule', await change(aws, client, modify, signal, (output) => output.Rules));
    if (rule.Priority !== String(priority)) moves.push({ RuleArn: rule.RuleArn, Priority: priority });
  }
  // All at once: two routes may have changed places.
  if (moves.length > 0) {
    const move = new sdk.SetRulePrioritiesCommand({ RulePriorities: moves });
    must('set the priorities of rules', await change(aws, client, move, signal, (output) => output.Rules));
  }
  const arns: string[] = [];
  for (const [index, { test, priority, conditions }] of wanted.entries()) {
    const rule = there[index];
    if (rule?.RuleArn) {
      arns.push(rule.RuleArn);
      continue;
    }
    const create = new sdk.CreateRuleCommand({
      ListenerArn: site.listener,
      Priority: priority,
      Conditions: conditions,
      Actions: own.find((other) => isTest(other) === test)?.Actions ?? firstActions(site.groups),
      Tags: Object.entries({ ...tagsOf(site.environment, site.service.name), [projectTag]: site.project }).map(
        ([Key, Value]) => ({ Key, Value }),
      ),
    });
    const created = must('create a rule', await change(aws, client, create, signal, (output) => output.Rules));
    arns.push(created[0]?.RuleArn ?? '');
  }
  const of = (test: boolean): [string, ...string[]] => {
    const [first = '', ...others] = arns.filter((_, index) => wanted[index]?.test === test);
    return [first, ...others];
  };
  const surplus = own.filter((rule) => !there.includes(rule)).flatMap(({ RuleArn }) => RuleArn ?? []);
  return { production: of(false), test: of(true), surplus };
}

/** Deletes rules; absent ones are passed over. */
export async function deleteRules(aws: Aws, arns: readonly string[], signal: AbortSignal): Promise<void> {
  const { client, sdk } = await aws.clients.elb();
  for (const arn of arns) {
    const command = new sdk.DeleteRuleCommand({ RuleArn: arn });
    await unlessThere(
      'delete a rule',
      'RuleNotFoundException',
      change(aws, client, command, signal, (output) => output.$metadata),
    );
  }
}

const firstActions = (groups: RuleSite['groups']): Action[] => [
  {
    Type: 'forward',
    ForwardConfig: {
      TargetGroups: [
        { TargetGroupArn: groups.blue, Weight: 100 },
        { TargetGroupArn: groups.green, Weight: 0 },
      ],
    },
  },
];

/** The rule that is there for each wanted one: at its priority, else any that is left over, so that none is lost on the way. */
function matched(wanted: readonly WantedRule[], own: readonly Rule[]): readonly (Rule | undefined)[] {
  const left = new Set(own);
  const take = (rule: Rule | undefined): Rule | undefined => {
    if (rule) left.delete(rule);
    return rule;
  };
  const atPriority = wanted.map(({ test, priority }) =>
    take([...left].find((rule) => isTest(rule) === test && rule.Priority === String(priority))),
  );
  return wanted.map(({ test }, index) => atPriority[index] ?? take([...left].find((rule) => isTest(rule) === test)));
}

/** The test rule comes first: the production rule matches its requests too. */
function wantedRules(route: Route, testToken: string): readonly WantedRule[] {
  const priorities = rulePriorities(route.priority);
  const conditions: RuleCondition[] = [
    ...(route.host === null ? [] : [{ Field: 'host-header', HostHeaderConfig: { Values: [route.host] } }]),
    { Field: 'path-pattern', PathPatternConfig: { Values: [route.path] } },
  ];
  const isTested: RuleCondition = {
    Field: 'http-header',
    HttpHeaderConfig: { HttpHeaderName: testHeader, Values: [testToken] },
  };
  return [
    { test: true, priority: priorities.test, conditions: [...conditions, isTested] },
    { test: false, priority: priorities.production, conditions },
  ];
}

/** A sticky service's production rule may name one of the groups only. */
const leadsTo = (rule: Rule, groups: RuleSite['groups']): boolean =>
  rule.Actions?.some((action) =>
    action.ForwardConfig?.TargetGroups?.some(
      ({ TargetGroupArn }) => TargetGroupArn === groups.blue || TargetGroupArn === groups.green,
    ),
  ) ?? false;

const isTest = (rule: Rule): boolean =>
  rule.Conditions?.some((condition) => condition.HttpHeaderConfig?.HttpHeaderName === testHeader) ?? false;
