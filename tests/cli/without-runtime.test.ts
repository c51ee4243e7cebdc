import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordSession } from './golden.ts';
import { openWorkbench, type Workbench } from './workbench.ts';

let bench: Workbench;
beforeAll(async () => {
  bench = await openWorkbench();
});
afterAll(() => bench[Symbol.asyncDispose]());

test('a new project is planned without a runtime, and nothing is written or started', async () => {
  const session = recordSession(bench);
  await session.run();
  await session.run('deploy');
  await session.run('init', 'shop');
  await session.run('init', 'shop');
  await session.run('validate');
  await session.run();
  const planned = await session.run('plan');
  await session.run('status');
  expect(planned.code).toBe(0);
  expect(existsSync(join(bench.folder, '..', 'state'))).toBe(false);
  await session.compare('new-project');
});

test('plan refuses what this release can not do, before anything else', async () => {
  const session = recordSession(bench);
  const before = bench.read('services/shop.json');
  bench.edit('services/shop.json', (service) => ({ ...service, protocol: 'HTTP2' }));
  expect((await session.run('plan')).code).toBe(3);
  bench.edit('services/shop.json', () => ({ ...JSON.parse(before), image: 'shop:latest' }));
  expect((await session.run('plan')).code).toBe(3);
  bench.write('services/shop.json', before);
  expect((await session.run('plan', 'shap')).code).toBe(2);
  expect((await session.run('plan', '--env', 'prod')).code).toBe(2);
  await session.compare('plan-refused');
});

test('deploy refuses the same before it builds or starts anything', async () => {
  const before = bench.read('services/shop.json');
  bench.edit('services/shop.json', (service) => ({
    ...service,
    protocol: 'HTTP2',
    local: { build: ['touch built'] },
  }));
  const { code, stderr: text } = await bench.teal('deploy');
  bench.write('services/shop.json', before);
  expect([code, text]).toEqual([3, expect.stringContaining("can't be deployed yet")]);
  expect(existsSync(join(bench.folder, '..', 'state'))).toBe(false);
});

test('validate tells all problems at once, each with its place', async () => {
  const session = recordSession(bench);
  const before = bench.read('services/shop.json');
  bench.write(
    'services/shop.json',
    before
      .replace('"/*"', '"*"')
      .replace('"bake": "10s"', '"bake": "ten"')
      .replace('"port": 8080', '"port": 8080,\n  "cpu": 256, "memory": 4096'),
  );
  expect((await session.run('validate')).code).toBe(2);
  expect((await session.run('deploy')).code).toBe(2);
  bench.write('services/shop.json', before);
  await session.compare('validate');
});
