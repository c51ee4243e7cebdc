import { describe, expect, test } from 'vitest';
import type { AccountFacts, Quota } from '../aws/index.ts';
import { err, ok, systemClock } from '../base/index.ts';
import { anEnvironment, aService } from '../config/testing.ts';
import { checkBeforeApply, type Surroundings } from './before-apply.ts';

const { signal } = new AbortController();

/** An account with room for everything, in which each thing can be otherwise. */
interface Account {
  readonly made?: boolean;
  readonly roles?: readonly string[];
  readonly has?: Partial<Record<'vpcs' | 'addresses', number>>;
  readonly most?: Partial<Record<Quota, number>>;
  readonly zones?: Readonly<Record<string, readonly string[]>>;
  /** What the internet says of a domain. */
  readonly known?: Readonly<Record<string, readonly string[]>>;
  readonly silent?: boolean;
}

const all = [
  'AWSServiceRoleForECS',
  'AWSServiceRoleForElasticLoadBalancing',
  'AWSServiceRoleForApplicationAutoScaling_ECSService',
  'AWSServiceRoleForRDS',
];

function anAccount({
  made = false,
  roles = all,
  has = {},
  most = {},
  zones = {},
  silent = false,
}: Account): AccountFacts {
  const answer = async <Value>(value: Value) =>
    silent ? err({ kind: 'refused' as const, code: 'AccessDenied', message: 'not allowed' }) : ok(value);
  return {
    hasParameter: async () => ok(made),
    hasRole: (name) => answer(roles.includes(name)),
    vpcs: () => answer(has.vpcs ?? 1),
    addresses: () => answer(has.addresses ?? 0),
    zones: () =>
      answer([
        { name: 'us-east-1a', id: 'use1-az1' },
        { name: 'us-east-1b', id: 'use1-az3' },
        { name: 'us-east-1c', id: 'use1-az2' },
      ]),
    quota: (of) => answer({ vpcs: 5, addresses: 5, fargateCpus: 6, ...most }[of]),
    nameServers: (zone) => answer(zones[zone] ?? null),
  };
}

function checked(environment: object, services: readonly object[], account: Account = {}, architecture = 'x64') {
  const surroundings: Surroundings = {
    facts: anAccount(account),
    resolveNs: async (domain) => account.known?.[domain] ?? Promise.reject(new Error('ENOTFOUND')),
    architecture,
  };
  return checkBeforeApply({
    environment: anEnvironment('production', { region: 'us-east-1', ...environment }),
    services: services.map((fields) => aService(fields)),
    ...{ surroundings, signal, clock: systemClock },
  });
}

const fine = { obstacles: [], notices: [] };

test('an account with room for a production environment has nothing in its way', async () => {
  expect(await checked({}, [{}])).toEqual(fine);
});

describe('what an account may have of something', () => {
  test('is compared with what there is and what is to be made', async () => {
    const { obstacles } = await checked({}, [{}], { has: { vpcs: 5, addresses: 3 } });
    expect(obstacles).toEqual([
      { kind: 'quota', of: 'vpcs', has: 5, needs: 1, most: 5 },
      { kind: 'quota', of: 'addresses', has: 3, needs: 3, most: 5 },
    ]);
  });

  test('is not asked for of what is not made: a network that is there, a way out without NAT', async () => {
    const full = { has: { vpcs: 5, addresses: 5 } };
    expect(await checked({ size: 'frugal', network: { mode: 'default' } }, [], full)).toEqual(fine);
    expect((await checked({ size: 'frugal' }, [], { has: { addresses: 5 } })).obstacles).toEqual([]);
    expect((await checked({ network: { natPerZone: false } }, [], { has: { addresses: 4 } })).obstacles).toEqual([]);
  });

  test('has to be enough for both colours of all services', async () => {
    const services = [{ cpu: 1024, memory: 2048, scaling: { min: 2 } }, { scaling: { min: 5 } }];
    expect((await checked({}, services)).obstacles).toEqual([
      { kind: 'quota', of: 'fargateCpus', has: 0, needs: 6.5, most: 6 },
    ]);
  });
});

test('a service-linked role that is missing is told, RDS’s where there is a database', async () => {
  const roles = all.slice(1, 3);
  const missing = async (environment: object) =>
    (await checked(environment, [], { roles })).notices.flatMap((notice) =>
      notice.kind === 'no-service-roles' ? notice.missing.map(({ role }) => role) : [notice.kind],
    );
  expect(await missing({})).toEqual(['AWSServiceRoleForECS']);
  expect(await missing({ database: { engine: 'postgres', major: 17 } })).toEqual([
    'AWSServiceRoleForECS',
    'AWSServiceRoleForRDS',
  ]);
});

describe('the zone without Fargate on ARM', () => {
  const arm = [{ architecture: 'ARM64' }];

  test('is in the way where the network would have it and a service is for ARM', async () => {
    expect((await checked({ network: { zones: 2 } }, arm)).obstacles).toEqual([
      { kind: 'zone-without-arm', zone: 'us-east-1b', id: 'use1-az3', services: ['api'] },
    ]);
    expect((await checked({ network: { zones: 2 } }, [{}])).obstacles).toEqual([]);
  });

  test.each(['use1-az3', 'us-east-1b'])('is not where it is left out, as %s', async (excluded) => {
    expect((await checked({ network: { zones: 2, excludedZones: [excluded] } }, arm)).obstacles).toEqual([]);
  });
});

describe('a domain', () => {
  const environment = { loadBalancers: { main: { domain: 'shop.example.com', zone: 'example.com' } } };
  const zones = { 'example.com': ['ns-1.awsdns-01.org.', 'ns-2.awsdns-02.com'] };

  test('is fine where the internet knows the name servers of its zone', async () => {
    const known = { 'example.com': ['ns-2.awsdns-02.com', 'NS-1.awsdns-01.org'] };
    expect(await checked(environment, [], { zones, known })).toEqual(fine);
  });

  test('is told to be delegated elsewhere, or nowhere, which the certificate would wait for', async () => {
    const servers = ['ns-1.awsdns-01.org', 'ns-2.awsdns-02.com'];
    const known = { 'example.com': ['ns1.registrar.example'] };
    expect((await checked(environment, [], { zones, known })).notices).toEqual([
      { kind: 'not-delegated', zone: 'example.com', servers, found: ['ns1.registrar.example'] },
    ]);
    expect((await checked(environment, [], { zones })).notices).toEqual([
      { kind: 'not-delegated', zone: 'example.com', servers, found: [] },
    ]);
  });

  test('needs its zone, but where a certificate is given', async () => {
    expect((await checked(environment, [])).obstacles).toEqual([
      { kind: 'no-zone', balancer: 'main', zone: 'example.com' },
    ]);
    const certificate = 'arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012';
    expect(await checked({ loadBalancers: { main: { domain: 'example.com', certificate } } }, [])).toEqual(fine);
  });
});

test('what is built on an ARM machine for another is told', async () => {
  const built = { image: { build: '../app' } };
  expect((await checked({}, [built], {}, 'arm64')).notices).toEqual([{ kind: 'built-on-arm', services: ['api'] }]);
  expect((await checked({}, [built, {}], {}, 'x64')).notices).toEqual([]);
  expect(
    (
      await checked(
        { network: { excludedZones: ['use1-az3'], zones: 2 } },
        [{ ...built, architecture: 'ARM64' }],
        {},
        'arm64',
      )
    ).notices,
  ).toEqual([]);
});

test('where nothing may be asked, that is told, and nothing is in the way', async () => {
  const { obstacles, notices } = await checked({}, [{ architecture: 'ARM64' }], { silent: true });
  expect(obstacles).toEqual([]);
  expect(notices.map((notice) => 'what' in notice && notice.what)).toEqual([
    'roles',
    'vpcs',
    'addresses',
    'fargateCpus',
    'zones',
  ]);
});

test('once the platform is made, only what may have changed since is asked for', async () => {
  expect(await checked({}, [{}], { made: true, has: { vpcs: 5 }, roles: [] })).toEqual(fine);
});
