import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AccountFacts, awsAccountFacts, createClients } from '../../src/aws/index.ts';
import { systemClock, systemRandom } from '../../src/base/index.ts';
import { aMoto } from '../conformance/servers.ts';
import { clientOptions, has } from './local-runtime.ts';

const region = 'us-east-1';
const { signal } = new AbortController();

/** Plain, signed requests, as another imitation of AWS takes them: IAM, EC2, Route 53 and Service Quotas. */
describe.skipIf(!has('moto_server', '--help'))('what an account has and may have', () => {
  let moto: Awaited<ReturnType<typeof aMoto>>;
  let facts: AccountFacts;

  beforeAll(async () => {
    moto = await aMoto(process.env);
    if (!moto) throw new Error('moto_server has ended');
    facts = factsAt(moto.endpoint);
    // moto loads a service at its first call, which takes longer than a call of teal's waits.
    for (const service of ['ec2', 'iam', 'route53', 'servicequotas']) await post(service, { Action: 'None' });
  });
  afterAll(() => moto?.[Symbol.asyncDispose]());

  function factsAt(endpoint: string): AccountFacts {
    const aws = { clients: createClients(clientOptions(endpoint, region)), clock: systemClock, random: systemRandom() };
    return awsAccountFacts(aws, region, endpoint);
  }

  /** Whatever makes what is asked for: moto verifies no signature. */
  const post = (service: string, form: Readonly<Record<string, string>>, path = '/', body?: string) =>
    fetch(`${moto?.endpoint}${path}`, {
      method: 'POST',
      headers: {
        ...(body === undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
        authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/${region}/${service}/aws4_request, SignedHeaders=host, Signature=0`,
      },
      body: body ?? new URLSearchParams(form).toString(),
    });

  test('a role is told from one that is not there', async () => {
    // Its name is all that is asked for: moto makes no service-linked roles.
    const role = { RoleName: 'AWSServiceRoleForECS', AssumeRolePolicyDocument: '{}' };
    await post('iam', { Action: 'CreateRole', Version: '2010-05-08', ...role });
    expect(await facts.hasRole('AWSServiceRoleForECS', signal)).toEqual({ ok: true, value: true });
    expect(await facts.hasRole('AWSServiceRoleForRDS', signal)).toEqual({ ok: true, value: false });
  });

  test('VPCs and elastic addresses are counted', async () => {
    const before = await facts.vpcs(signal);
    await post('ec2', { Action: 'CreateVpc', Version: '2016-11-15', CidrBlock: '10.9.0.0/16' });
    expect(await facts.vpcs(signal)).toEqual({ ok: true, value: before.ok ? before.value + 1 : NaN });
    expect(await facts.addresses(signal)).toEqual({ ok: true, value: 0 });
    await post('ec2', { Action: 'AllocateAddress', Version: '2016-11-15', Domain: 'vpc' });
    expect(await facts.addresses(signal)).toEqual({ ok: true, value: 1 });
  });

  test('zones have their names and ids', async () => {
    const zones = await facts.zones(signal);
    expect(zones.ok && zones.value).toEqual(expect.arrayContaining([{ name: 'us-east-1e', id: 'use1-az3' }]));
    expect(zones.ok && zones.value.length).toBe(6);
  });

  test('a quota is a number, and one that nobody tells is an error', async () => {
    expect(await facts.quota('vpcs', signal)).toEqual({ ok: true, value: 5 });
    expect(await facts.quota('fargateCpus', signal)).toMatchObject({ ok: false });
  });

  test('a zone’s name servers are those of the public one of that very name', async () => {
    const zone = (name: string, privately: string) =>
      `<CreateHostedZoneRequest xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><Name>${name}</Name><CallerReference>${name}${privately}</CallerReference>${privately}</CreateHostedZoneRequest>`;
    expect(await facts.nameServers('example.com', signal)).toEqual({ ok: true, value: null });
    const config = '<HostedZoneConfig><PrivateZone>true</PrivateZone></HostedZoneConfig>';
    for (const body of [zone('example.com', config), zone('shop.example.com', '')])
      await post('route53', {}, '/2013-04-01/hostedzone', body);
    expect(await facts.nameServers('example.com', signal)).toEqual({ ok: true, value: null });
    await post('route53', {}, '/2013-04-01/hostedzone', zone('example.com', ''));
    const found = await facts.nameServers('example.com', signal);
    expect(found.ok && found.value?.length).toBe(4);
    expect(found.ok && found.value?.[0]).toMatch(/^ns-\d+\.awsdns-\d+\./);
  });

  test('no answer is an error, and nothing hangs', async () => {
    expect(await factsAt('http://127.0.0.1:9').vpcs(signal)).toMatchObject({ ok: false, error: { kind: 'unknown' } });
  });
});
