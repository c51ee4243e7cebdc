import type { Rule, TargetGroup } from '@aws-sdk/client-elastic-load-balancing-v2';
import { ok, type Result } from '../base/index.ts';
import {
  type CallError,
  type FoundGroup,
  type FoundTraffic,
  type NamedTraffic,
  testHeader,
} from '../deployment/index.ts';
import { type Aws, change, done, read } from './aws.ts';
import { completed, readWeights, stickinessOf, withWeights } from './forward-action.ts';
import { accountOf, listenerOfRule } from './listener-of-rule.ts';

/** The load balancer asked by names alone: what a rollback needs when nothing else answers. */
export function elbNamedTraffic(aws: Aws): NamedTraffic {
  const rules = new Map<string, Rule>();
  let groups = { blue: '', green: '' };

  return {
    async find(names, signal) {
      const { client, sdk } = await aws.clients.elb();
      const described = () => new sdk.DescribeTargetGroupsCommand({ Names: [names.blue, names.green] });
      const found = await read(aws, client, described, signal, (output) => output.TargetGroups);
      if (!found.ok) return found;
      const byName = (name: string): TargetGroup | undefined =>
        found.value.find((group) => group.TargetGroupName === name);
      const [blue, green] = [byName(names.blue), byName(names.green)];
      groups = { blue: blue?.TargetGroupArn ?? '', green: green?.TargetGroupArn ?? '' };
      const candidates = await rulesOf(aws, [blue, green].flatMap((group) => group?.LoadBalancerArns ?? [])[0], signal);
      if (!candidates.ok) return candidates;
      const naming = candidates.value.filter((rule) =>
        Object.values(readWeights(rule.Actions ?? [], groups)).some((weight) => weight !== undefined),
      );
      for (const rule of naming) rules.set(placeOf(rule), rule);
      const arns = [groups.blue, groups.green, ...naming.map(placeOf)].filter((arn) => arn !== '');
      const tags = await readTags(aws, arns, signal);
      if (!tags.ok) return tags;
      const [healthyBlue, healthyGreen] = await Promise.all([
        healthyIn(aws, groups.blue, signal),
        healthyIn(aws, groups.green, signal),
      ]);
      const toGroup = (arn: string, healthy: number): FoundGroup | undefined =>
        arn === '' ? undefined : { arn, account: accountOf(arn), tags: tags.value.get(arn) ?? {}, healthy };
      const traffic: FoundTraffic = {
        groups: { blue: toGroup(groups.blue, healthyBlue), green: toGroup(groups.green, healthyGreen) },
        rules: naming.map((rule) => ({
          kind: rule.IsDefault ? 'listener' : 'rule',
          arn: placeOf(rule),
          tags: tags.value.get(placeOf(rule)) ?? {},
          isTest:
            rule.Conditions?.some(
              (condition) => condition.HttpHeaderConfig?.HttpHeaderName?.toLowerCase() === testHeader,
            ) ?? false,
          ...completed(readWeights(rule.Actions ?? [], groups), stickinessOf(rule.Actions ?? [])),
        })),
      };
      return ok(traffic);
    },

    async write(arn, to, signal) {
      const { client, sdk } = await aws.clients.elb();
      const rule = rules.get(arn);
      const actions = withWeights(rule?.Actions ?? [], groups, to, stickinessOf(rule?.Actions ?? []));
      if (rule?.IsDefault) {
        const command = new sdk.ModifyListenerCommand({ ListenerArn: arn, DefaultActions: actions });
        return done(await change(aws, client, command, signal, (output) => output.Listeners));
      }
      const command = new sdk.ModifyRuleCommand({ RuleArn: arn, Actions: actions });
      return done(await change(aws, client, command, signal, (output) => output.Rules));
    },
  };
}

/** A default rule is changed by way of its listener: ModifyRule refuses it (ELB-API/API_ModifyListener). */
const placeOf = ({ RuleArn = '', IsDefault }: Rule): string => (IsDefault ? listenerOfRule(RuleArn) : RuleArn);

/** Every rule of every listener of one load balancer. */
async function rulesOf(
  aws: Aws,
  balancer: string | undefined,
  signal: AbortSignal,
): Promise<Result<readonly Rule[], CallError>> {
  if (balancer === undefined) return ok([]);
  const { client, sdk } = await aws.clients.elb();
  const listeners = await read(
    aws,
    client,
    () => new sdk.DescribeListenersCommand({ LoadBalancerArn: balancer }),
    signal,
    (output) => output.Listeners,
  );
  if (!listeners.ok) return listeners;
  const rules: Rule[] = [];
  for (const listener of listeners.value) {
    let marker: string | undefined;
    do {
      const command = () => new sdk.DescribeRulesCommand({ ListenerArn: listener.ListenerArn, Marker: marker });
      const page = await read(aws, client, command, signal, (output) => output.Rules && output);
      if (!page.ok) return page;
      rules.push(...(page.value.Rules ?? []));
      marker = page.value.NextMarker;
    } while (marker !== undefined);
  }
  return ok(rules);
}

/** DescribeTags takes 20 ARNs (ELB-API/API_DescribeTags). */
const tagsPerCall = 20;

async function readTags(
  aws: Aws,
  arns: readonly string[],
  signal: AbortSignal,
): Promise<Result<ReadonlyMap<string, Record<string, string>>, CallError>> {
  const { client, sdk } = await aws.clients.elb();
  const tags = new Map<string, Record<string, string>>();
  for (let from = 0; from < arns.length; from += tagsPerCall) {
    const command = () => new sdk.DescribeTagsCommand({ ResourceArns: arns.slice(from, from + tagsPerCall) });
    const page = await read(aws, client, command, signal, (output) => output.TagDescriptions);
    if (!page.ok) return page;
    for (const { ResourceArn, Tags } of page.value) {
      if (ResourceArn)
        tags.set(ResourceArn, Object.fromEntries((Tags ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? ''])));
    }
  }
  return ok(tags);
}

/** 0 where it can't be read: a rollback then refuses rather than send traffic into the dark. */
async function healthyIn(aws: Aws, group: string, signal: AbortSignal): Promise<number> {
  if (group === '') return 0;
  const { client, sdk } = await aws.clients.elb();
  const command = () => new sdk.DescribeTargetHealthCommand({ TargetGroupArn: group });
  const found = await read(aws, client, command, signal, (output) => output.TargetHealthDescriptions);
  return found.ok ? found.value.filter((target) => target.TargetHealth?.State === 'healthy').length : 0;
}
