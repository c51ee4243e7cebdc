import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aMoto, aRuntime, type Server } from '../conformance/servers.ts';
import { providerMirror, type TerraformRun, terraform, whyNoTerraform } from './terraform.ts';

const source = fileURLToPath(new URL('minimal-root', import.meta.url));
const bundle = fileURLToPath(new URL('../../dist/runtime.cjs', import.meta.url));
const reason = whyNoTerraform();
if (reason !== undefined) process.stdout.write(`skipped: ${reason}\n`);

/** moto answers for what the runtime leaves to its fallback: EC2 and IAM. Both have moto's account. */
describe.skipIf(reason !== undefined)('a minimal Terraform root with the real provider', () => {
  const root = mkdtempSync(join(tmpdir(), 'teal-terraform-'));
  let moto: Server | undefined;
  let runtime: Server | undefined;

  beforeAll(async () => {
    if (!existsSync(bundle)) throw new Error('dist/runtime.cjs is missing: "npm run build" makes it');
    cpSync(source, root, { recursive: true });
    moto = await aMoto(process.env);
    runtime = await aRuntime(bundle, '--account', '123456789012', '--fallback', moto?.endpoint ?? '');
    const init = await terraform(root, runtime.endpoint, 'init', `-plugin-dir=${providerMirror()}`);
    expect(init.code, init.output).toBe(0);
  });
  afterAll(async () => {
    await runtime?.[Symbol.asyncDispose]();
    await moto?.[Symbol.asyncDispose]();
    rmSync(root, { recursive: true, force: true });
  });

  const run = (...args: readonly string[]): Promise<TerraformRun> => terraform(root, runtime?.endpoint ?? '', ...args);

  test('applies, then plans nothing, and is destroyed to its last resource', async () => {
    const apply = await run('apply', '-auto-approve');
    expect(apply.code, apply.output).toBe(0);
    expect(apply.output).toMatch(/Apply complete! Resources: \d+ added, 0 changed, 0 destroyed/);

    // 0: nothing to do. 2: there is a difference between what was applied and what the runtime tells of it.
    const plan = await run('plan', '-detailed-exitcode');
    expect(plan.code, plan.output).toBe(0);

    const destroy = await run('destroy', '-auto-approve');
    expect(destroy.code, destroy.output).toBe(0);
    expect((await run('state', 'list')).output.trim()).toBe('');
    expect(runtime?.complaints()).toEqual([]);
  });
});
