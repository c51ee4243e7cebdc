import type { CreateTargetGroupInput, Matcher, TargetGroup } from '@aws-sdk/client-elastic-load-balancing-v2';
import { refuse } from '../../aws-error.ts';
import { refuseStickinessOfWeighted } from './actions.ts';
import { targetGroupArn } from './arn.ts';
import { changedAttributes, checkTogether, describeAttributes, targetGroupAttributes } from './attributes.ts';
import { arnOf, checkedName, invalid, oneOf, required, withinRange } from './check.ts';
import { page } from './page.ts';
import type { HealthCheckSettings, TargetGroupRecord } from './records.ts';
import { type ElbState, loadBalancerOf, loadBalancersOf, type Operation, targetGroupOf } from './state.ts';
import { tagNew, untag } from './tags.ts';

/** ELB-API/API_CreateTargetGroup. Idempotent when nothing differs. */
export const createTargetGroup: Operation<'CreateTargetGroup'> = (state, input) => {
  const name = checkedName(input.Name, 'Target group');
  const wanted = checkedGroup(input);
  const present = all(state).find((candidate) => candidate.name === name);
  if (present) {
    const { arn, attributes, ...settings } = present;
    if (JSON.stringify(settings) === JSON.stringify({ name, ...wanted })) {
      return { TargetGroups: [describe(state, present)] };
    }
    return refuse(
      'DuplicateTargetGroupName',
      `A target group with the same name '${name}' exists, but with different settings`,
    );
  }
  if (state.targetGroups.size >= 3000) {
    return refuse('TooManyTargetGroups', "The maximum number of target groups has been reached: '3000'");
  }
  const arn = targetGroupArn(state.world, name, state.random.hex(16));
  const record: TargetGroupRecord = { name, ...wanted, arn, attributes: {} };
  tagNew(state, arn, input.Tags);
  state.targetGroups.put(arn, record);
  return { TargetGroups: [describe(state, record)] };
};

export const describeTargetGroups: Operation<'DescribeTargetGroups'> = (state, input) => {
  const { items, NextMarker } = page(selected(state, input), (record) => record.arn, input);
  return { TargetGroups: items.map((record) => describe(state, record)), NextMarker };
};

/** Target type, protocol, port and VPC can't be changed; health checks can. */
export const modifyTargetGroup: Operation<'ModifyTargetGroup'> = (state, input) => {
  const record = targetGroupOf(state, input.TargetGroupArn);
  if (input.HealthCheckEnabled === false) return refuseDisabledChecks(record.targetType);
  const changed = { ...record, healthCheck: checkedHealthCheck(input, record.healthCheck, record.protocolVersion) };
  state.targetGroups.put(record.arn, changed);
  return { TargetGroups: [describe(state, changed)] };
};

/** Deleting what is not there succeeds. */
export const deleteTargetGroup: Operation<'DeleteTargetGroup'> = (state, input) => {
  const arn = arnOf('targetgroup', input.TargetGroupArn, 'targetGroupArn');
  if (loadBalancersOf(state, arn).length > 0) {
    return refuse('ResourceInUse', `Target group '${arn}' is currently in use by a listener or a rule`);
  }
  state.targetGroups.delete(arn);
  state.plane.removeGroup(arn);
  untag(state, arn);
  return {};
};

export const describeTargetGroupAttributes: Operation<'DescribeTargetGroupAttributes'> = (state, input) => ({
  Attributes: describeAttributes(targetGroupAttributes, targetGroupOf(state, input.TargetGroupArn).attributes),
});

export const modifyTargetGroupAttributes: Operation<'ModifyTargetGroupAttributes'> = (state, input) => {
  const record = targetGroupOf(state, input.TargetGroupArn);
  const attributes = changedAttributes(targetGroupAttributes, 'Target group', record.attributes, input.Attributes);
  checkTogether(attributes);
  refuseStickinessOfWeighted(state, { ...record, attributes });
  state.targetGroups.put(record.arn, { ...record, attributes });
  return { Attributes: describeAttributes(targetGroupAttributes, attributes) };
};

function selected(state: ElbState, input: Parameters<typeof describeTargetGroups>[1]): TargetGroupRecord[] {
  if (input.TargetGroupArns) return input.TargetGroupArns.map((arn) => targetGroupOf(state, arn));
  if (input.Names) {
    return input.Names.map(
      (name) =>
        all(state).find((candidate) => candidate.name === name) ??
        refuse('TargetGroupNotFound', 'One or more target groups not found'),
    );
  }
  if (input.LoadBalancerArn) {
    const { arn } = loadBalancerOf(state, input.LoadBalancerArn);
    return all(state).filter((record) => loadBalancersOf(state, record.arn).includes(arn));
  }
  return all(state);
}

const all = (state: ElbState): TargetGroupRecord[] => state.targetGroups.entries().map(([, record]) => record);

function describe(state: ElbState, record: TargetGroupRecord): TargetGroup {
  const { healthCheck } = record;
  return {
    TargetGroupArn: record.arn,
    TargetGroupName: record.name,
    Protocol: record.protocol,
    Port: record.port,
    VpcId: record.vpcId,
    HealthCheckProtocol: healthCheck.protocol,
    HealthCheckPort: healthCheck.port,
    HealthCheckEnabled: true,
    HealthCheckIntervalSeconds: healthCheck.intervalSeconds,
    HealthCheckTimeoutSeconds: healthCheck.timeoutSeconds,
    HealthyThresholdCount: healthCheck.healthyThreshold,
    UnhealthyThresholdCount: healthCheck.unhealthyThreshold,
    HealthCheckPath: healthCheck.path,
    Matcher: record.protocolVersion === 'GRPC' ? { GrpcCode: healthCheck.matcher } : { HttpCode: healthCheck.matcher },
    LoadBalancerArns: loadBalancersOf(state, record.arn),
    TargetType: record.targetType,
    ProtocolVersion: record.protocolVersion,
    IpAddressType: record.ipAddressType,
  };
}

function checkedGroup(input: CreateTargetGroupInput): Omit<TargetGroupRecord, 'arn' | 'name' | 'attributes'> {
  const targetType = oneOf(input.TargetType ?? 'instance', 'targetType', ['instance', 'ip', 'lambda', 'alb']);
  if (targetType === 'lambda' || targetType === 'alb') {
    return refuse(
      'InvalidConfigurationRequest',
      `The local runtime imitates targets of type 'ip' and 'instance' only, not '${targetType}'`,
    );
  }
  if (input.HealthCheckEnabled === false) return refuseDisabledChecks(targetType);
  const protocol = input.Protocol ?? invalid('A protocol must be specified');
  if (protocol !== 'HTTP' && protocol !== 'HTTPS') {
    return refuse(
      'UnsupportedProtocol',
      `The local runtime imitates target groups of HTTP and HTTPS only, not '${protocol}'`,
    );
  }
  const port = withinRange(input.Port ?? invalid('A port must be specified'), 'port', 1, 65_535);
  // Sent empty it means absent: Terraform's provider sends it so.
  const protocolVersion = oneOf(input.ProtocolVersion || 'HTTP1', 'protocolVersion', ['HTTP1', 'HTTP2', 'GRPC']);
  return {
    protocol,
    protocolVersion,
    port,
    vpcId: input.VpcId ?? invalid('A VPC ID must be specified'),
    targetType,
    ipAddressType: oneOf(input.IpAddressType ?? 'ipv4', 'ipAddressType', ['ipv4', 'ipv6']),
    healthCheck: checkedHealthCheck(
      input,
      protocolVersion === 'GRPC' ? defaultGrpcCheck : defaultHealthCheck,
      protocolVersion,
    ),
  };
}

/** Defaults of ELB-API/API_CreateTargetGroup. */
const defaultHealthCheck: HealthCheckSettings = {
  protocol: 'HTTP',
  port: 'traffic-port',
  path: '/',
  intervalSeconds: 30,
  timeoutSeconds: 5,
  healthyThreshold: 5,
  unhealthyThreshold: 2,
  matcher: '200',
};

const defaultGrpcCheck: HealthCheckSettings = { ...defaultHealthCheck, path: '/AWS.ALB/healthcheck', matcher: '12' };

type HealthCheckInput = Pick<
  CreateTargetGroupInput,
  | 'HealthCheckProtocol'
  | 'HealthCheckPort'
  | 'HealthCheckPath'
  | 'HealthCheckIntervalSeconds'
  | 'HealthCheckTimeoutSeconds'
  | 'HealthyThresholdCount'
  | 'UnhealthyThresholdCount'
  | 'Matcher'
>;

function checkedHealthCheck(
  input: HealthCheckInput,
  before: HealthCheckSettings,
  version: TargetGroupRecord['protocolVersion'],
): HealthCheckSettings {
  const settings: HealthCheckSettings = {
    protocol: oneOf(input.HealthCheckProtocol ?? before.protocol, 'healthCheckProtocol', ['HTTP', 'HTTPS']),
    port: checkedHealthPort(input.HealthCheckPort ?? before.port),
    path: checkedPath(input.HealthCheckPath ?? before.path),
    intervalSeconds: withinRange(
      input.HealthCheckIntervalSeconds ?? before.intervalSeconds,
      'healthCheckIntervalSeconds',
      5,
      300,
    ),
    timeoutSeconds: withinRange(
      input.HealthCheckTimeoutSeconds ?? before.timeoutSeconds,
      'healthCheckTimeoutSeconds',
      2,
      120,
    ),
    healthyThreshold: withinRange(
      input.HealthyThresholdCount ?? before.healthyThreshold,
      'healthyThresholdCount',
      2,
      10,
    ),
    unhealthyThreshold: withinRange(
      input.UnhealthyThresholdCount ?? before.unhealthyThreshold,
      'unhealthyThresholdCount',
      2,
      10,
    ),
    matcher: input.Matcher ? checkedMatcher(input.Matcher, version) : before.matcher,
  };
  if (settings.timeoutSeconds >= settings.intervalSeconds) {
    return invalid('Health check interval must be greater than the timeout.');
  }
  return settings;
}

function checkedHealthPort(port: string): string {
  const number = /^\d{1,5}$/.test(port) ? Number(port) : 0;
  if (port === 'traffic-port' || (number >= 1 && number <= 65_535)) return port;
  return invalid(`Health check port '${port}' must be 'traffic-port' or in the range 1-65535`);
}

function checkedPath(path: string): string {
  if (path.startsWith('/') && path.length <= 1024) return path;
  return invalid(
    `Health check path '${path}' must begin with a '/' character, and can be at most 1024 characters in length`,
  );
}

/** Codes of HTTP from 200 to 499, or of gRPC from 0 to 99: single ones, lists and ranges. ELB-API/API_Matcher. */
function checkedMatcher(matcher: Matcher, version: TargetGroupRecord['protocolVersion']): string {
  const grpc = version === 'GRPC';
  const codes = grpc ? required(matcher.GrpcCode, 'grpcCode') : required(matcher.HttpCode, 'httpCode');
  const [least, most] = grpc ? [0, 99] : [200, 499];
  const valid = codes.split(',').every((part) => {
    const [, from = '', to = from] = /^(\d{1,3})(?:-(\d{1,3}))?$/.exec(part) ?? [];
    return from !== '' && Number(from) >= least && Number(to) <= most && Number(from) <= Number(to);
  });
  const kind = grpc ? 'GRPC' : 'HTTP';
  return valid
    ? codes
    : invalid(`Health check matcher ${kind} code '${codes}' must be within '${least}-${most}' inclusive`);
}

const refuseDisabledChecks = (targetType: string): never =>
  invalid(`Health check enabled must be true for target groups with target type '${targetType}'`);
