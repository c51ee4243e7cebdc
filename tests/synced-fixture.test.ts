import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { tombstoneJson } from '../src/config/index.ts';
import { aProject } from '../src/config/testing.ts';
import { planSync } from '../src/operations/sync-plan.ts';

const folder = fileURLToPath(new URL('../terraform/services/tests/synced/', import.meta.url));

test('what the tests of the services root read is what teal sync writes', async () => {
  const image = { image: `api@sha256:${'0'.repeat(64)}`, port: 8080 };
  const project = aProject({
    environments: { staging: { account: '123456789012', region: 'eu-west-1', size: 'frugal' } },
    services: {
      api: {
        ...image,
        routes: [{ priority: 10 }],
        secrets: { SESSION_KEY: { from: 'teal' }, DATABASE_URL: { from: 'ssm:/shop/database-url' } },
      },
      shop: {
        ...image,
        routes: [{ path: '/shop/*', priority: 5 }],
        uses: { tables: { carts: { keys: { id: 'S' } } } },
      },
      blog: {
        ...image,
        routes: [{ path: '/blog/*', priority: 7 }],
        deployment: {
          controller: 'codedeploy',
          strategy: { canary: { weight: 10, bake: '5m' } },
          alarms: ['teal-{environment}-blog-errors'],
        },
      },
      worker: { kind: 'worker', image: image.image },
    },
  });
  if (!project.ok) throw new Error(JSON.stringify(project.error.diagnostics));
  const environment = project.value.environments.find(({ name }) => name === 'staging');
  if (!environment) throw new Error('the project has the environment');
  const retired = new Map([['services/old.json', tombstoneJson('old')]]);
  for (const [path, text] of planSync(environment, project.value.services, retired).files)
    await expect(text).toMatchFileSnapshot(folder + path);
});
