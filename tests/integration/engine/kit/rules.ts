import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  type ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';

/** The rule that leads a host's production traffic, found as a person with the AWS CLI would. */
export async function productionRule(
  elb: ElasticLoadBalancingV2Client,
  host: string | undefined,
): Promise<{ readonly arn: string; readonly groups: readonly string[] }> {
  const { LoadBalancers } = await elb.send(new DescribeLoadBalancersCommand({}));
  const { Listeners } = await elb.send(
    new DescribeListenersCommand({ LoadBalancerArn: LoadBalancers?.[0]?.LoadBalancerArn }),
  );
  const { Rules } = await elb.send(new DescribeRulesCommand({ ListenerArn: Listeners?.[0]?.ListenerArn }));
  const rule = Rules?.find(({ Conditions }) => {
    const fields = Conditions?.map(({ Field }) => Field) ?? [];
    const hosts = Conditions?.flatMap(({ HostHeaderConfig }) => HostHeaderConfig?.Values ?? []) ?? [];
    return fields.length > 0 && !fields.includes('http-header') && (host === undefined || hosts.includes(host));
  });
  const groups = rule?.Actions?.[0]?.ForwardConfig?.TargetGroups?.map(({ TargetGroupArn }) => TargetGroupArn ?? '');
  if (rule?.RuleArn === undefined || groups?.length !== 2)
    throw new Error(`no production rule of ${host} with two groups`);
  return { arn: rule.RuleArn, groups };
}
