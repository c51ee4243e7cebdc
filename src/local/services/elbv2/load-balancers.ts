import type { LoadBalancer } from '@aws-sdk/client-elastic-load-balancing-v2';
import { refuse } from '../../aws-error.ts';
import { knownSubnets } from '../../subnets.ts';
import { loadBalancerArn } from './arn.ts';
import { changedAttributes, describeAttributes, loadBalancerAttribute, loadBalancerAttributes } from './attributes.ts';
import { arnOf, checkedName, invalid, oneOf, required } from './check.ts';
import { removeListener } from './listeners.ts';
import { page } from './page.ts';
import type { LoadBalancerRecord } from './records.ts';
import { type ElbState, listenersOf, loadBalancerOf, now, type Operation, publishListener } from './state.ts';
import { tagNew, untag } from './tags.ts';

/** ELB-API/API_CreateLoadBalancer. Subnets and security groups are taken as given. Idempotent when nothing differs. */
export const createLoadBalancer: Operation<'CreateLoadBalancer'> = (state, input) => {
  const name = checkedName(input.Name, 'The load balancer');
  if (oneOf(input.Type ?? 'application', 'type', ['application', 'network', 'gateway']) !== 'application') {
    return refuse(
      'InvalidConfigurationRequest',
      `The local runtime imitates application load balancers only, not '${input.Type}'`,
    );
  }
  const wanted = {
    scheme: oneOf(input.Scheme ?? 'internet-facing', 'scheme', ['internet-facing', 'internal']),
    subnets: checkedSubnets(state, input),
    securityGroups: input.SecurityGroups ?? [],
    ipAddressType: addressType(input.IpAddressType),
  };
  const present = all(state).find((candidate) => candidate.name === name);
  if (present) {
    const { scheme, subnets, securityGroups, ipAddressType } = present;
    const same = JSON.stringify({ scheme, subnets, securityGroups, ipAddressType }) === JSON.stringify(wanted);
    if (same) return { LoadBalancers: [describe(state, present)] };
    return refuse(
      'DuplicateLoadBalancerName',
      `A load balancer with the same name '${name}' exists, but with different settings`,
    );
  }
  if (state.loadBalancers.size >= 50) {
    return refuse('TooManyLoadBalancers', "The maximum number of load balancers has been reached: '50'");
  }
  const arn = loadBalancerArn(state.world, name, state.random.hex(16));
  const prefix = wanted.scheme === 'internal' ? 'internal-' : '';
  const record: LoadBalancerRecord = {
    arn,
    name,
    dnsName: `${prefix}${name}-${state.random.digits(10)}.${state.world.region}.elb.amazonaws.com`,
    createdAt: now(state),
    ...wanted,
    attributes: {},
  };
  tagNew(state, arn, input.Tags);
  state.loadBalancers.put(arn, record);
  return { LoadBalancers: [describe(state, record)] };
};

export const describeLoadBalancers: Operation<'DescribeLoadBalancers'> = (state, input) => {
  const byArn = input.LoadBalancerArns?.map((arn) => loadBalancerOf(state, arn));
  const byName = input.Names?.map(
    (name) =>
      all(state).find((candidate) => candidate.name === name) ??
      refuse('LoadBalancerNotFound', `Load balancers '[${name}]' not found`),
  );
  const { items, NextMarker } = page(byArn ?? byName ?? all(state), (record) => record.arn, input);
  return { LoadBalancers: items.map((record) => describe(state, record)), NextMarker };
};

/** Its listeners and rules go with it; its target groups stay. Deleting what is not there succeeds. */
export const deleteLoadBalancer: Operation<'DeleteLoadBalancer'> = (state, input) => {
  const record = state.loadBalancers.get(arnOf('loadbalancer', input.LoadBalancerArn, 'loadBalancerArn'));
  if (!record) return {};
  if (loadBalancerAttribute(record.attributes, 'deletion_protection.enabled') === 'true') {
    return refuse(
      'OperationNotPermitted',
      `Load balancer '${record.arn}' cannot be deleted because deletion protection is enabled`,
    );
  }
  for (const listener of listenersOf(state, record.arn)) removeListener(state, listener);
  state.loadBalancers.delete(record.arn);
  untag(state, record.arn);
  return {};
};

export const describeLoadBalancerAttributes: Operation<'DescribeLoadBalancerAttributes'> = (state, input) => ({
  Attributes: describeAttributes(loadBalancerAttributes, loadBalancerOf(state, input.LoadBalancerArn).attributes),
});

export const modifyLoadBalancerAttributes: Operation<'ModifyLoadBalancerAttributes'> = (state, input) => {
  const record = loadBalancerOf(state, input.LoadBalancerArn);
  const attributes = changedAttributes(loadBalancerAttributes, 'Load balancer', record.attributes, input.Attributes);
  for (const logs of ['access_logs', 'connection_logs']) {
    const enabled = loadBalancerAttribute(attributes, `${logs}.s3.enabled`) === 'true';
    if (enabled && loadBalancerAttribute(attributes, `${logs}.s3.bucket`) === '') {
      return refuse('InvalidConfigurationRequest', `A bucket must be specified with '${logs}.s3.bucket'`);
    }
  }
  state.loadBalancers.put(record.arn, { ...record, attributes });
  for (const listener of listenersOf(state, record.arn)) publishListener(state, listener.arn, 'lagging');
  return { Attributes: describeAttributes(loadBalancerAttributes, attributes) };
};

export const setSecurityGroups: Operation<'SetSecurityGroups'> = (state, input) => {
  const record = loadBalancerOf(state, input.LoadBalancerArn);
  const securityGroups = required(input.SecurityGroups, 'securityGroups');
  state.loadBalancers.put(record.arn, { ...record, securityGroups });
  return { SecurityGroupIds: [...securityGroups] };
};

export const setSubnets: Operation<'SetSubnets'> = (state, input) => {
  const record = loadBalancerOf(state, input.LoadBalancerArn);
  const changed = {
    ...record,
    subnets: checkedSubnets(state, input),
    ipAddressType: input.IpAddressType ? addressType(input.IpAddressType) : record.ipAddressType,
  };
  state.loadBalancers.put(record.arn, changed);
  return { AvailabilityZones: zones(state, changed), IpAddressType: changed.ipAddressType };
};

export const setIpAddressType: Operation<'SetIpAddressType'> = (state, input) => {
  const record = loadBalancerOf(state, input.LoadBalancerArn);
  const ipAddressType = addressType(required(input.IpAddressType, 'ipAddressType'));
  state.loadBalancers.put(record.arn, { ...record, ipAddressType });
  return { IpAddressType: ipAddressType };
};

/** No capacity is ever reserved here. */
export const describeCapacityReservation: Operation<'DescribeCapacityReservation'> = (state, input) => {
  loadBalancerOf(state, input.LoadBalancerArn);
  return { CapacityReservationState: [] };
};

function describe(state: ElbState, record: LoadBalancerRecord): LoadBalancer {
  const active = now(state) - record.createdAt >= state.world.timing.provisioning;
  return {
    LoadBalancerArn: record.arn,
    DNSName: record.dnsName,
    CanonicalHostedZoneId: 'Z35SXDOTRQ7X7K',
    CreatedTime: new Date(record.createdAt),
    LoadBalancerName: record.name,
    Scheme: record.scheme,
    VpcId: vpcOf(state, record),
    State: { Code: active ? 'active' : 'provisioning' },
    Type: 'application',
    AvailabilityZones: zones(state, record),
    SecurityGroups: [...record.securityGroups],
    IpAddressType: record.ipAddressType,
  };
}

/** A subnet that nobody has told of is shown in a zone of its own, in the order given. */
const zones = (state: ElbState, record: LoadBalancerRecord) =>
  record.subnets.map((SubnetId, index) => ({
    ZoneName:
      knownSubnets(state.world).get(SubnetId)?.zone ?? `${state.world.region}${String.fromCharCode(97 + (index % 6))}`,
    SubnetId,
    LoadBalancerAddresses: [],
  }));

const vpcOf = (state: ElbState, { subnets }: LoadBalancerRecord): string =>
  knownSubnets(state.world).get(subnets[0] ?? '')?.vpcId ?? 'vpc-00000000000000000';

const all = (state: ElbState): LoadBalancerRecord[] => state.loadBalancers.entries().map(([, record]) => record);

interface SubnetsInput {
  readonly Subnets?: string[] | undefined;
  readonly SubnetMappings?: { readonly SubnetId?: string | undefined }[] | undefined;
}

/** In two zones at least, one in each: as far as the zones are known. ELB-API/API_CreateLoadBalancer. */
function checkedSubnets(state: ElbState, input: SubnetsInput): string[] {
  if (input.Subnets && input.SubnetMappings) return invalid('You must specify either subnets or subnet mappings');
  const subnets = input.Subnets ?? input.SubnetMappings?.map(({ SubnetId }) => required(SubnetId, 'subnetId')) ?? [];
  const zonesOf = subnets.map((subnet) => knownSubnets(state.world).get(subnet)?.zone);
  const known = zonesOf.filter((zone) => zone !== undefined);
  const oneZone = known.length === subnets.length && new Set(known).size < 2;
  if (new Set(subnets).size < 2 || oneZone) {
    return invalid('At least two subnets in two different Availability Zones must be specified');
  }
  if (new Set(known).size < known.length) {
    return refuse(
      'InvalidConfigurationRequest',
      'A load balancer cannot be attached to multiple subnets in the same Availability Zone',
    );
  }
  return [...subnets];
}

const addressType = (given: string | undefined): LoadBalancerRecord['ipAddressType'] =>
  oneOf(given ?? 'ipv4', 'ipAddressType', ['ipv4', 'dualstack', 'dualstack-without-public-ipv4']);
