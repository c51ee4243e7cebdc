import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { aProject, aServiceFile } from '../config/testing.ts';
import { sync } from './sync.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'teal-sync-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function synced(services: Readonly<Record<string, unknown>>, how: 'write' | 'check' = 'write') {
  const environment = (region: string) => ({ account: '123456789012', region });
  const project = aProject({
    services,
    environments: { staging: environment('eu-west-1'), production: environment('eu-central-1') },
  });
  if (!project.ok) throw new Error(JSON.stringify(project.error.diagnostics));
  const environments = project.value.environments.filter(({ name }) => name !== 'local');
  return sync(root, project.value, environments, how);
}

test('each environment gets a folder of its own, and a second time nothing is written', () => {
  const first = synced({ api: aServiceFile({}) });
  expect(first.map(({ environment, folder, changed }) => [environment, folder, changed])).toEqual([
    ['production', '.teal/terraform/production', ['environment.json', 'services/api.json']],
    ['staging', '.teal/terraform/staging', ['environment.json', 'services/api.json']],
  ]);
  expect(JSON.parse(readFileSync(join(root, '.teal/terraform/staging/environment.json'), 'utf8'))).toMatchObject({
    name: 'staging',
    region: 'eu-west-1',
  });
  expect(synced({ api: aServiceFile({}) }).flatMap(({ changed }) => changed)).toEqual([]);
});

test('a check tells what would be written, and writes nothing', () => {
  expect(synced({ api: aServiceFile({}) }, 'check').map(({ changed }) => changed.length)).toEqual([2, 2]);
  expect(existsSync(join(root, '.teal'))).toBe(false);
});

test('where one file is refused, no file is written, and nothing is left beside them', () => {
  synced({ api: aServiceFile({}) });
  const before = readFileSync(join(root, '.teal/terraform/staging/services/api.json'), 'utf8');
  const web = aServiceFile({ routes: [{ host: 'web.example.com', priority: 2 }] });
  const refused = synced({ api: aServiceFile({ protocol: 'HTTP2' }), web });
  expect(refused.map(({ problems }) => problems.length)).toEqual([1, 1]);
  expect(readdirSync(join(root, '.teal/terraform/staging/services'))).toEqual(['api.json']);
  expect(readFileSync(join(root, '.teal/terraform/staging/services/api.json'), 'utf8')).toBe(before);
});
