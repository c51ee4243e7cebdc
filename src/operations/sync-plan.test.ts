import { describe, expect, test } from 'vitest';
import { type Environment, parseSynced, tombstoneJson } from '../config/index.ts';
import { aProject, aServiceFile } from '../config/testing.ts';
import { planSync, type SyncPlan } from './sync-plan.ts';

const production = { account: '123456789012', region: 'eu-west-1' };

/** What is planned for these files, as the folder of the environment stands. */
function planned(
  services: Readonly<Record<string, object>>,
  there: ReadonlyMap<string, string> = new Map(),
  environment: object = production,
): SyncPlan {
  const project = aProject({
    services: Object.fromEntries(
      Object.entries(services).map(([name, fields], index) => [
        name,
        aServiceFile({ routes: [{ host: `${name}.example.com`, priority: index + 1 }], ...fields }),
      ]),
    ),
    environments: { production: environment },
  });
  if (!project.ok) throw new Error(JSON.stringify(project.error.diagnostics));
  const found = project.value.environments.find(({ name }: Environment) => name === 'production');
  if (!found) throw new Error('the project has the environment');
  return planSync(found, project.value.services, there);
}

describe('what is synced', () => {
  test('is the environment and each service, with every default filled in and the hash of what is Terraform’s', () => {
    const { files, problems } = planned({ api: {}, web: {} });
    expect(problems).toEqual([]);
    expect([...files.keys()].sort()).toEqual(['environment.json', 'services/api.json', 'services/web.json']);
    expect(JSON.parse(files.get('environment.json') ?? '')).toMatchObject({
      schema: 1,
      name: 'production',
      account: '123456789012',
      settings: { deletionProtection: true },
    });
    expect(JSON.parse(files.get('services/api.json') ?? '')).toMatchObject({
      schema: 1,
      name: 'api',
      terraformHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      routes: [{ key: '1', host: 'api.example.com', path: '/*', priority: 1 }],
    });
  });

  test('is the same again when nothing changed', () => {
    const { files } = planned({ api: {} });
    expect(planned({ api: {} }, files)).toEqual({ files, problems: [] });
  });

  test('has cron expressions as AWS writes them', () => {
    const schedules = [{ cron: '0 7 * * MON-FRI', min: 4 }];
    const { files } = planned({ api: { scaling: { min: 2, max: 4, schedules } } });
    const { scaling } = JSON.parse(files.get('services/api.json') ?? '');
    expect(scaling.schedules).toMatchObject([{ cron: '0 7 * * MON-FRI', expression: 'cron(0 7 ? * MON-FRI *)' }]);
  });

  test('keeps the keys of routes from the file that stands there', () => {
    const { files } = planned({ api: {} });
    const moved = planned({ api: { routes: [{ host: 'api.example.com', priority: 9 }] } }, files);
    expect(JSON.parse(moved.files.get('services/api.json') ?? '').routes).toMatchObject([{ key: '1', priority: 9 }]);
  });
});

describe('a service whose file is gone', () => {
  test('is refused, as Terraform would take it away', () => {
    const { files } = planned({ api: {}, web: {} });
    expect(planned({ api: {} }, files).problems).toEqual([{ kind: 'deleted', service: 'web', added: null }]);
  });

  test('is refused with the name that may be its new one', () => {
    const { files } = planned({ api: {} });
    expect(planned({ shop: {} }, files).problems).toEqual([{ kind: 'deleted', service: 'api', added: 'shop' }]);
  });

  test('is passed over where it is retired, and its tombstone stays', () => {
    const there = new Map([['services/web.json', tombstoneJson('web')]]);
    const { files, problems } = planned({ api: {} }, there);
    expect(problems).toEqual([]);
    expect(files.get('services/web.json')).toBe(tombstoneJson('web'));
    expect(parseSynced(tombstoneJson('web'))).toEqual({ ok: true, value: { kind: 'tombstone' } });
  });

  test('comes back in place of its tombstone when its file does', () => {
    const { files } = planned({ api: {} }, new Map([['services/api.json', tombstoneJson('api')]]));
    expect(JSON.parse(files.get('services/api.json') ?? '')).toMatchObject({ name: 'api', kind: 'web' });
  });
});

describe('a change that would replace what traffic goes to is refused', () => {
  const { files } = planned({ api: {} });

  test.each([
    ['protocol', { protocol: 'HTTP2' }, 'HTTP1', 'HTTP2'],
    ['deployment.controller', { deployment: { controller: 'codedeploy' } }, 'teal', 'codedeploy'],
  ])('%s', (field, fields, from, to) => {
    expect(planned({ api: fields }, files).problems).toEqual([{ kind: 'replaces', service: 'api', field, from, to }]);
  });

  test('loadBalancer', () => {
    const two = { ...production, loadBalancers: { main: {}, other: {} } };
    const before = planned({ api: {} }, new Map(), two);
    expect(planned({ api: { loadBalancer: 'other' } }, before.files, two).problems).toEqual([
      { kind: 'replaces', service: 'api', field: 'loadBalancer', from: 'main', to: 'other' },
    ]);
  });

  test('kind', () => {
    const worker = { kind: 'worker', routes: undefined, port: undefined };
    expect(planned({ api: worker }, files).problems).toEqual([
      { kind: 'replaces', service: 'api', field: 'kind', from: 'web', to: 'worker' },
    ]);
  });

  test.each([
    { cpu: 512, memory: 1024 },
    { port: 9090 },
    { targetHealthCheck: { path: '/other' } },
    { stickiness: { duration: '1h' } },
    { scaling: { min: 1, max: 3 } },
  ])('and others are not: %j', (fields) => {
    expect(planned({ api: fields }, files).problems).toEqual([]);
  });
});

describe('tables', () => {
  const posts = { keys: { id: 'S', at: 'N' } };
  const { files } = planned({ api: { uses: { tables: { posts } } } });

  test('keep their keys: others would make an empty table in place of the one with the items', () => {
    const uses = { tables: { posts: { keys: { id: 'S' } } } };
    expect(planned({ api: { uses } }, files).problems).toEqual([
      { kind: 'rekeys', service: 'api', table: 'posts', from: 'id (S), at (N)', to: 'id (S)' },
    ]);
  });

  test('come, go and get other indexes', () => {
    const indexes = { 'by-author': { keys: { author: 'S' } } };
    const uses = [{ tables: { posts, more: posts } }, { tables: {} }, { tables: { posts: { ...posts, indexes } } }];
    expect(uses.flatMap((each) => planned({ api: { uses: each } }, files).problems)).toEqual([]);
  });
});

test.each([
  ['account', { account: '210987654321' }, '123456789012', '210987654321'],
  ['region', { region: 'us-east-1' }, 'eu-west-1', 'us-east-1'],
])('an environment does not move to another %s', (field, change, from, to) => {
  const { files } = planned({ api: {} });
  expect(planned({ api: {} }, files, { ...production, ...change }).problems).toEqual([
    { kind: 'moved', field, from, to },
  ]);
});

test('an environment keeps its states apart or together, as it began, once services stand', () => {
  const each = { ...production, stateScope: 'service' };
  const { files } = planned({ api: {} });
  expect(planned({ api: {} }, files, each).problems).toEqual([{ kind: 'rescoped', from: 'all', to: 'service' }]);
  expect(planned({}, planned({}).files, each).problems).toEqual([]);
});

test('an environment keeps the secrets of its services’ own where they are', () => {
  const other = { ...production, settings: { secretsStore: 'ssm' } };
  const own = { api: { secrets: { KEY: { from: 'teal' } } }, web: {} };
  expect(planned(own, planned(own).files, other).problems).toEqual([
    { kind: 'restored', from: 'secretsmanager', to: 'ssm', services: ['api'] },
  ]);
  const others = { api: { secrets: { KEY: { from: 'ssm:/key' } } } };
  expect(planned(others, planned(others).files, other).problems).toEqual([]);
});

test.each([
  ['environment.json', '{', /^not JSON/],
  ['services/api.json', '{}', /^not as teal writes it$/],
])('a synced file that can’t be read is refused: %s', (file, text, why) => {
  expect(planned({ api: {} }, new Map([[file, text]])).problems).toEqual([
    { kind: 'unreadable', file, why: expect.stringMatching(why) },
  ]);
});
