import { describe, expect, test } from 'vitest';
import { environmentJson } from './normalised-json.ts';
import { anEnvironment, aProject, texts } from './testing.ts';

const arn = 'arn:aws:acm:eu-west-1:123456789012:certificate/0a1b2c3d-1111-2222-3333-444455556666';

describe('an environment', () => {
  test('has what its size decides, but for what it says itself', () => {
    const production = anEnvironment('production', {
      database: { engine: 'postgres', major: 17, readReplica: false },
      settings: { accessLogs: false },
    });
    expect(production.network).toMatchObject({ zones: 3, outbound: 'nat', natPerZone: true });
    expect(production.settings).toMatchObject({ deletionProtection: true, ownKey: true, accessLogs: false });
    expect(production.database).toMatchObject({ multiZone: true, readReplica: false, backupDays: 14 });
    const frugal = anEnvironment('preview', { size: 'frugal', network: { zones: 3 } });
    expect(frugal.network).toMatchObject({ zones: 3, outbound: 'public' });
    expect(frugal.settings).toMatchObject({ deletionProtection: false, secretsStore: 'ssm' });
  });

  test('in the default VPC has tasks with public addresses, whatever its size', () => {
    expect(anEnvironment('tryout', { network: { mode: 'default' } }).network.outbound).toBe('public');
  });

  test('looks for the zone of a domain under its name, unless it is told another or the certificate is there', () => {
    const { loadBalancers } = anEnvironment('production', {
      loadBalancers: {
        main: { domain: 'example.com' },
        shop: { domain: 'shop.example.com', zone: 'example.com' },
        elsewhere: { domain: 'example.org', certificate: arn },
        plain: {},
      },
    });
    const zones = Object.entries(loadBalancers).map(([name, { zone }]) => [name, zone]);
    expect(Object.fromEntries(zones)).toEqual({
      main: 'example.com',
      shop: 'example.com',
      elsewhere: null,
      plain: null,
    });
  });

  test('is written for Terraform with every default filled in, whatever the order of its keys', () => {
    const one = anEnvironment('preview', { size: 'frugal', protected: true });
    const other = anEnvironment('preview', { protected: true, size: 'frugal' });
    expect(environmentJson(one)).toBe(environmentJson(other));
    expect(JSON.parse(environmentJson(one))).toEqual({ schema: 1, ...one });
  });

  test.each([
    [
      { network: { mode: 'existing', publicSubnets: ['subnet-00000001', 'subnet-00000002'] } },
      /network\.vpc: goes with mode "existing", which needs it/,
    ],
    [{ network: { vpc: 'vpc-0a1b2c3d4e5f60718' } }, /network\.vpc: goes with mode "existing"/],
    [
      { network: { mode: 'existing', vpc: 'vpc-0a1b2c3d4e5f60718', publicSubnets: ['subnet-0a1b2c3d4e5f60718'] } },
      /network\.publicSubnets: mode "existing" needs two/,
    ],
    [{ network: { mode: 'default', outbound: 'nat' } }, /network\.outbound: is "public" in the default VPC/],
    [{ network: { cidr: '10.0.0.0/24' } }, /network\.cidr: not a range such as "10\.0\.0\.0\/16"/],
    [{ loadBalancers: { main: { certificate: arn } } }, /certificate: goes with a domain/],
    [{ loadBalancers: { main: { domain: 'a.com', zone: 'b.com' } } }, /zone: is not the zone of the domain/],
    [{ loadBalancers: { main: { testListener: { from: ['0.0.0.0/0'] } } } }, /from.*: is the whole internet/],
    [
      { loadBalancers: { main: { domain: 'a.com', routing: { policy: 'failover' } } } },
      /routing\.role: goes with policy "failover"/,
    ],
    [
      { loadBalancers: { main: { domain: 'a.com', routing: { policy: 'failover', role: 'primary' } } } },
      /routing\.healthPath: is what the primary fails over by/,
    ],
    [{ loadBalancers: { main: { routing: { policy: 'latency' } } } }, /routing: goes with a domain/],
    [{ settings: { retentionDays: 8 } }, /settings\.retentionDays: not one of 1, 3, 5/],
    [
      { database: { engine: 'aurora-postgres', major: 17, capacity: { min: 4, max: 2 } } },
      /capacity\.max: is below min/,
    ],
  ])('%j is refused', (fields, problem) => {
    const project = aProject({
      environments: { production: { account: '123456789012', region: 'eu-west-1', ...fields } },
    });
    expect(project.ok ? [] : texts(project.error)).toEqual([expect.stringMatching(problem)]);
  });
});
