import { ask, type Question } from './ask.ts';
import type { World } from './world.ts';

interface Listing {
  readonly kind: string;
  readonly question: Question;
  /** The member that names each. */
  readonly named: string;
}

const ec2 = (kind: string, action: string, named: string, members?: string): Listing => ({
  kind,
  question: { service: 'ec2', action, version: '2016-11-15', ...(members === undefined ? {} : { members }) },
  named,
});
const rds = (kind: string, action: string, named: string): Listing => ({
  kind,
  question: { service: 'rds', action, version: '2014-10-31' },
  named,
});
const json = (kind: string, service: string, target: string, named: string): Listing => ({
  kind,
  question: { service, target },
  named,
});

/**
 * What a platform is made of. What AWS keeps for a while after its end, such as a NAT gateway, is asked for by state.
 * Network interfaces are not asked for: moto keeps those of NAT gateways that are gone. AWS deletes no subnet with one.
 */
const listings: readonly Listing[] = [
  ec2('network', 'DescribeVpcs', 'vpcId'),
  ec2('subnet', 'DescribeSubnets', 'subnetId'),
  ec2('security group', 'DescribeSecurityGroups', 'groupId'),
  ec2('route table', 'DescribeRouteTables', 'routeTableId'),
  ec2('internet gateway', 'DescribeInternetGateways', 'internetGatewayId'),
  ec2('NAT gateway', 'DescribeNatGateways', 'natGatewayId', 'Filter.1.Name=state&Filter.1.Value.1=available'),
  ec2('address', 'DescribeAddresses', 'allocationId'),
  ec2(
    'endpoint',
    'DescribeVpcEndpoints',
    'vpcEndpointId',
    'Filter.1.Name=vpc-endpoint-state&Filter.1.Value.1=available',
  ),
  rds('database', 'DescribeDBInstances', 'DBInstanceIdentifier'),
  rds('subnet group', 'DescribeDBSubnetGroups', 'DBSubnetGroupName'),
  rds('parameter group', 'DescribeDBParameterGroups', 'DBParameterGroupName'),
  rds('snapshot', 'DescribeDBSnapshots', 'DBSnapshotIdentifier'),
  { kind: 'topic', question: { service: 'sns', action: 'ListTopics', version: '2010-03-31' }, named: 'TopicArn' },
  {
    kind: 'subscription',
    question: { service: 'sns', action: 'ListSubscriptions', version: '2010-03-31' },
    named: 'Endpoint',
  },
  {
    kind: 'load balancer',
    question: { service: 'elasticloadbalancing', action: 'DescribeLoadBalancers', version: '2015-12-01' },
    named: 'LoadBalancerName',
  },
  {
    kind: 'dashboard',
    question: { service: 'monitoring', action: 'ListDashboards', version: '2010-08-01' },
    named: 'DashboardName',
  },
  {
    kind: 'alarm',
    question: { service: 'monitoring', action: 'DescribeAlarms', version: '2010-08-01' },
    named: 'AlarmName',
  },
  { kind: 'health check', question: { service: 'route53', get: '/2013-04-01/healthcheck' }, named: 'Id' },
  { kind: 'bucket', question: { service: 's3', get: '/' }, named: 'Name' },
  json('key', 'kms', 'TrentService.ListAliases', 'AliasName'),
  json('certificate', 'acm', 'CertificateManager.ListCertificates', 'DomainName'),
  json('cluster', 'ecs', 'AmazonEC2ContainerServiceV20141113.ListClusters', 'clusterArns'),
  json('table', 'dynamodb', 'DynamoDB_20120810.ListTables', 'TableNames'),
  json('log group', 'logs', 'Logs_20140328.DescribeLogGroups', 'logGroupName'),
  json('parameter', 'ssm', 'AmazonSSM.DescribeParameters', 'Name'),
  json('secret', 'secretsmanager', 'secretsmanager.ListSecrets', 'Name'),
];

/** Everything, as "<kind> <name>"; AWS's own keys and parameter groups are left out. */
export async function whatIsThere(world: World): Promise<ReadonlySet<string>> {
  const found: string[] = [];
  for (const { kind, question, named } of listings) {
    const names =
      'target' in question ? inJson(await ask(world, question), named) : inXml(await ask(world, question), named);
    found.push(...names.filter((name) => !/^(alias\/aws\/|default\.)/.test(name)).map((name) => `${kind} ${name}`));
  }
  return new Set(found);
}

const inXml = (text: string, tag: string): readonly string[] =>
  [...text.matchAll(new RegExp(`<${tag}>([^<]+)</${tag}>`, 'g'))].map(([, value = '']) => value);

/** The member's value wherever it stands; each of them where it is a list. */
function inJson(text: string, name: string): readonly string[] {
  const values: string[] = [];
  JSON.parse(text, (key, value: unknown) => {
    if (key === name) values.push(...[value].flat().filter((one) => typeof one === 'string'));
    return value;
  });
  return values;
}
