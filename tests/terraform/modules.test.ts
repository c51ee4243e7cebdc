import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fewerCollections, providerMirror, whyNoTerraform } from '../field/terraform.ts';
import { aProvider, type Provider } from './kit/provider.ts';

const reason = whyNoTerraform();
if (reason !== undefined) process.stdout.write(`skipped: ${reason}\n`);

const source = fileURLToPath(new URL('../../terraform', import.meta.url));
const foldersOf = (parent: string): readonly string[] =>
  readdirSync(join(source, parent), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(source, parent, entry.name, 'main.tf')))
    .map(({ name }) => join(parent, name));
const folders = [...foldersOf('modules'), ...foldersOf('.')];

/** Nothing is made: the provider is mocked. */
describe.skipIf(reason !== undefined)('the modules and roots of Terraform, by themselves', () => {
  const copy = mkdtempSync(join(tmpdir(), 'teal-modules-'));
  if (reason === undefined) cpSync(source, copy, { recursive: true });
  let provider: Provider | undefined;
  beforeAll(async () => {
    provider = await aProvider(process.env);
  });
  afterAll(() => {
    provider?.[Symbol.dispose]();
    rmSync(copy, { recursive: true, force: true });
  });

  const terraform = (folder: string, ...args: readonly string[]) =>
    new Promise<{ readonly code: number; readonly output: string }>((resolve) => {
      const env = {
        ...fewerCollections,
        ...provider?.environment,
        PATH: process.env.PATH,
        HOME: copy,
        TF_CLI_CONFIG_FILE: '/dev/null',
        AWS_REGION: 'eu-west-1',
      };
      const options = { cwd: join(copy, folder), env, maxBuffer: 64 << 20 };
      execFile('terraform', [...args, '-no-color'], options, (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code), output: stdout + stderr }),
      );
    });

  test('are formatted', async () => {
    const { code, output } = await terraform('.', 'fmt', '-check', '-recursive');
    expect(output).toBe('');
    expect(code).toBe(0);
  });

  test.each(folders)('%s is valid, and its tests pass', async (folder) => {
    const init = await terraform(folder, 'init', '-backend=false', `-plugin-dir=${providerMirror()}`);
    expect(init.code, init.output).toBe(0);
    const tested = existsSync(join(copy, folder, 'tests'));
    const { code, output } = await terraform(folder, tested ? 'test' : 'validate');
    expect(code, output).toBe(0);
    process.stdout.write(`${folder}: ${/^Success! .*$/m.exec(output)?.[0] ?? 'no tests'}\n`);
  });
});
