import { describe, expect, test } from 'vitest';
import { normalisedJson, terraformHash } from './normalised-json.ts';
import { owners } from './owners.ts';
import { anEnvironment, aService } from './testing.ts';

/** For each field that has an owner, a service that says something else about it. */
const changes: Readonly<Record<keyof typeof owners, object>> = {
  kind: { kind: 'worker', port: undefined, routes: undefined },
  image: { image: 'api:2' },
  port: { port: 9090 },
  cpu: { cpu: 512, memory: 1024 },
  memory: { memory: 1024 },
  architecture: { architecture: 'ARM64' },
  command: { command: ['node'] },
  environment: { environment: { A: 'b' } },
  secrets: { secrets: { A: { from: 'ssm:/a' } } },
  'uses.tables': { uses: { tables: { posts: { keys: { id: 'S' } } } } },
  healthCheck: { healthCheck: { command: ['CMD', 'true'] } },
  routes: { routes: [{ priority: 10, host: 'example.com' }] },
  targetHealthCheck: { targetHealthCheck: { path: '/ready' } },
  loadBalancer: { loadBalancer: 'other' },
  protocol: { protocol: 'HTTP2' },
  stickiness: { stickiness: { duration: '1h' } },
  gracePeriod: { gracePeriod: '1m' },
  stopTimeout: { stopTimeout: '1m' },
  deregistrationDelay: { deregistrationDelay: '1m' },
  'logs.retentionDays': { logs: { retentionDays: 30 } },
  'scaling.min': { scaling: { min: 3 } },
  'scaling.max': { scaling: { max: 5 } },
  'scaling.cpuPercent': { scaling: { max: 5, cpuPercent: 60 } },
  'scaling.memoryPercent': { scaling: { max: 5, memoryPercent: 60 } },
  'scaling.requestsPerTarget': { scaling: { max: 5, requestsPerTarget: 60 } },
  'scaling.schedules': { scaling: { schedules: [{ cron: '0 7 * * *', min: 4 }] } },
  'deployment.controller': { deployment: { controller: 'ecs' } },
  'deployment.strategy': { deployment: { strategy: { canary: { weight: 10 } } } },
  'deployment.healthTimeout': { deployment: { healthTimeout: '5m' } },
  'deployment.bake': { deployment: { bake: '1m' } },
  'deployment.keepWarm': { deployment: { keepWarm: 'always' } },
  'deployment.onInterrupt': { deployment: { onInterrupt: 'leave' } },
  'deployment.identity': { deployment: { identity: { header: 'x-revision' } } },
  'deployment.verification': { deployment: { verification: [{ http: '/health' }] } },
  'deployment.limits': { deployment: { limits: { failurePercent: 2 } } },
  'deployment.alarms': { deployment: { alarms: ['api-5xx'] } },
  'local.build': { local: { build: ['npm ci'] } },
};

describe("the hash of Terraform's fields", () => {
  const usual = terraformHash(aService({}));

  test.each(Object.entries(owners))('tells a change of %s only if Terraform owns it', (field, { owner }) => {
    const changed = terraformHash(aService(changes[field as keyof typeof owners]));
    expect(changed !== usual).toBe(owner === 'terraform');
  });

  test('is the same whether a default is written out or not', () => {
    const written = aService({
      routes: [{ priority: 10, path: '/*' }],
      targetHealthCheck: { path: '/health', interval: '10s' },
      deregistrationDelay: '30s',
      loadBalancer: 'main',
    });
    expect(terraformHash(written)).toBe(usual);
  });

  test('tells every route apart', () => {
    const hashes = [
      [{ priority: 1 }],
      [{ priority: 2 }],
      [{ priority: 1, path: '/a' }],
      [{ priority: 1 }, { priority: 2, path: '/b' }],
    ].map((routes) => terraformHash(aService({ routes })));
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  // It stands in discovery documents: another value would ask every user to apply Terraform again.
  test('does not change from release to release', () => {
    expect(usual).toMatchInlineSnapshot(`"31328df99a429e3fea247b7fc65a799ebef8d89c6568441642c909418c227820"`);
  });
});

test('the normalised JSON is the same whatever the order of the fields', () => {
  const written = (fields: object): string => normalisedJson(aService(fields), anEnvironment('staging', {}));
  const text = written({ cpu: 512, memory: 1024, environment: { B: '1', A: '2' } });
  expect(written({ environment: { A: '2', B: '1' }, memory: 1024, cpu: 512 })).toBe(text);
  expect(JSON.parse(text)).toMatchObject({ schema: 1, name: 'api', terraformHash: expect.any(String) });
});

test.each([
  ['frugal', { store: 'ssm', name: '/teal/staging/api/KEY' }],
  ['production', { store: 'secretsmanager', name: 'teal/staging/api/KEY' }],
])('a secret of the service’s own is kept where an environment of size %s keeps such', (size, place) => {
  const secrets = { KEY: { from: 'teal' }, URL: { from: 'ssm:/items/url', fetch: true } };
  const text = normalisedJson(aService({ secrets }), anEnvironment('staging', { size }));
  expect(JSON.parse(text).secrets).toEqual({
    KEY: { ...place, key: null, own: true, fetch: false },
    URL: { store: 'ssm', name: '/items/url', key: null, own: false, fetch: true },
  });
});
