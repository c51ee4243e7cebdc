import { err, ok, type Result } from '../base/index.ts';
import type { CallError } from '../deployment/index.ts';
import type { Aws } from './aws.ts';
import { readParameters } from './parameters.ts';
import { type PlainCall, readPlain } from './plain-call.ts';

/** What an account has and may have, as far as it decides whether an environment can be made in it. */
export interface AccountFacts {
  hasParameter(name: string, signal: AbortSignal): Promise<Result<boolean, CallError>>;
  hasRole(name: string, signal: AbortSignal): Promise<Result<boolean, CallError>>;
  /** How many VPCs the region has. */
  vpcs(signal: AbortSignal): Promise<Result<number, CallError>>;
  /** How many elastic addresses the region has. */
  addresses(signal: AbortSignal): Promise<Result<number, CallError>>;
  /** The region's availability zones that are open to this account. */
  zones(signal: AbortSignal): Promise<Result<readonly Zone[], CallError>>;
  /** How much of something the region gives this account. */
  quota(quota: Quota, signal: AbortSignal): Promise<Result<number, CallError>>;
  /** The name servers of a public Route 53 zone; null where there is no such zone. */
  nameServers(zone: string, signal: AbortSignal): Promise<Result<readonly string[] | null, CallError>>;
}

export interface Zone {
  /** `us-east-1e`: another one in each account. */
  readonly name: string;
  /** `use1-az3` */
  readonly id: string;
}

/** Service Quotas' codes (SERVICEQUOTAS-API/API_GetServiceQuota; the same numbers everywhere). */
export const quotas = {
  vpcs: { service: 'vpc', code: 'L-F678F1CE' },
  addresses: { service: 'ec2', code: 'L-0263D0A3' },
  fargateCpus: { service: 'fargate', code: 'L-3032A538' },
} as const;

export type Quota = keyof typeof quotas;

/** Asked of IAM, EC2, Route 53 and Service Quotas. `endpoint`: what stands in AWS's place, if anything does. */
export function awsAccountFacts(aws: Aws, region: string, endpoint: string | null): AccountFacts {
  const plain = (call: Omit<PlainCall, 'endpoint' | 'region'>, signal: AbortSignal) =>
    readPlain(aws, { ...call, endpoint, region }, signal);
  const form = (service: 'iam' | 'ec2', fields: Readonly<Record<string, string>>, signal: AbortSignal) =>
    plain(
      {
        ...{ service, method: 'POST' as const, path: '/' },
        headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
        body: new URLSearchParams(fields).toString(),
      },
      signal,
    );
  const ec2 = (Action: string, signal: AbortSignal) => form('ec2', { Action, Version: '2016-11-15' }, signal);
  return {
    async hasParameter(name, signal) {
      const found = await readParameters(aws, [name], signal);
      return found.ok ? ok(found.value.has(name)) : found;
    },
    async hasRole(RoleName, signal) {
      const found = await form('iam', { Action: 'GetRole', Version: '2010-05-08', RoleName }, signal);
      if (found.ok) return ok(true);
      return found.error.kind === 'refused' && found.error.code === 'NoSuchEntity' ? ok(false) : found;
    },
    // Neither has pages unless it is asked for them (EC2-API/API_DescribeVpcs).
    vpcs: async (signal) => counted(await ec2('DescribeVpcs', signal), /<vpcId>/g),
    addresses: async (signal) => counted(await ec2('DescribeAddresses', signal), /<publicIp>/g),
    async zones(signal) {
      const found = await ec2('DescribeAvailabilityZones', signal);
      if (!found.ok) return found;
      const zones = [...found.value.matchAll(/<item>(?:(?!<\/item>)[\s\S])*?<\/item>/g)].map(([item]) => ({
        name: inner(item, 'zoneName'),
        id: inner(item, 'zoneId'),
        isPlain: !/<zoneType>(?!availability-zone)/.test(item) && /<zoneState>available/.test(item),
      }));
      return ok(zones.filter(({ isPlain }) => isPlain).map(({ name, id }) => ({ name, id })));
    },
    async quota(quota, signal) {
      const { service: ServiceCode, code: QuotaCode } = quotas[quota];
      const found = await plain(
        {
          ...{ service: 'servicequotas' as const, method: 'POST' as const, path: '/' },
          headers: {
            'content-type': 'application/x-amz-json-1.1',
            'x-amz-target': 'ServiceQuotasV20190624.GetServiceQuota',
          },
          body: JSON.stringify({ ServiceCode, QuotaCode }),
        },
        signal,
      );
      if (!found.ok) return found;
      const [, value] = /"Value":\s*([\d.]+)/.exec(found.value) ?? [];
      return value === undefined ? err({ kind: 'unknown', cause: 'a quota without a value' }) : ok(Number(value));
    },
    async nameServers(zone, signal) {
      const listing = await plain(
        {
          ...{ service: 'route53' as const, method: 'GET' as const, path: '/2013-04-01/hostedzonesbyname' },
          query: { dnsname: zone, maxitems: '10' },
        },
        signal,
      );
      if (!listing.ok) return listing;
      const zones = [...listing.value.matchAll(/<HostedZone>[\s\S]*?<\/HostedZone>/g)].map(([item]) => item);
      const found = zones.find(
        (item) => inner(item, 'Name') === `${zone}.` && inner(item, 'PrivateZone').toLowerCase() !== 'true',
      );
      if (!found) return ok(null);
      const id = inner(found, 'Id').replace(/^\/hostedzone\//, '');
      const about = await plain({ service: 'route53', method: 'GET', path: `/2013-04-01/hostedzone/${id}` }, signal);
      if (!about.ok) return about;
      return ok([...about.value.matchAll(/<NameServer>([^<]+)<\/NameServer>/g)].map(([, name = '']) => name));
    },
  };
}

const counted = (answer: Result<string, CallError>, each: RegExp): Result<number, CallError> =>
  answer.ok ? ok([...answer.value.matchAll(each)].length) : answer;

const inner = (xml: string, element: string): string => new RegExp(`<${element}>([^<]*)<`).exec(xml)?.[1] ?? '';
