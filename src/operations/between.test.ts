import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseProject } from '../config/index.ts';
import { between } from './between.ts';
import { sync } from './sync.ts';
import { writeTombstone } from './synced-files.ts';

const environment = { account: '123456789012', region: 'eu-west-1', size: 'frugal' };

function aProject(service: object, production: object = {}) {
  const files = {
    'teal.json': { name: 'shop' },
    'services/api.json': { image: 'a:b', port: 80, routes: [{ priority: 1 }], ...service },
    'environments/staging.json': environment,
    'environments/production.json': { ...environment, ...production },
  };
  const parsed = parseProject(Object.entries(files).map(([path, value]) => ({ path, text: JSON.stringify(value) })));
  if (!parsed.ok) throw new Error(parsed.error.diagnostics.map(({ message }) => message).join('\n'));
  const named = (name: string) => {
    const found = parsed.value.environments.find((one) => one.name === name);
    if (!found) throw new Error(`no environment ${name}`);
    return found;
  };
  return { project: parsed.value, staging: named('staging'), production: named('production') };
}

test('two environments differ by the keys of their files, and by what was synchronised of their services', () => {
  const root = mkdtempSync(join(tmpdir(), 'teal-between-'));
  mkdirSync(join(root, '.teal'));
  try {
    const { project, staging, production } = aProject(
      {},
      { protected: true, loadBalancers: { main: { domain: 'example.com' } } },
    );
    sync(root, project, [staging, production], 'write');
    expect(between(root, [staging, staging])).toEqual([]);
    expect(between(root, [staging, production])).toEqual([
      { key: 'loadBalancers.main.domain', values: [null, 'example.com'] },
      { key: 'loadBalancers.main.zone', values: [null, 'example.com'] },
      { key: 'protected', values: [false, true] },
    ]);

    const later = aProject({ logs: { retentionDays: 90 } });
    sync(root, later.project, [staging], 'write');
    expect(between(root, [staging, staging])).toEqual([]);
    expect(between(root, [staging, later.production])).toEqual([
      { key: 'services.api.logs.retentionDays', values: [90, expect.any(Number)] },
      expect.objectContaining({ key: 'services.api.terraformHash' }),
    ]);

    writeFileSync(join(root, '.teal', 'terraform', 'production', 'services', 'blog.json'), '{"schema":1}');
    writeTombstone(root, 'production', 'blog');
    expect(between(root, [staging, later.production])).toContainEqual({
      key: 'services.blog',
      values: [undefined, 'retired'],
    });
  } finally {
    rmSync(root, { recursive: true });
  }
});
