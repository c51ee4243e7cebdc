import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { preparedRoot } from './root.ts';
import type { Terraform } from './terraform-process.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'teal-root-'));
});
afterEach(() => rmSync(dataDir, { recursive: true }));

/** Keeps a plan of its own text in the file that it is told, as Terraform does, and notes the text that it applies. */
function aTerraform(text: string, applied: string[]): Terraform {
  const fileAfter = (args: readonly string[], option: string): string =>
    args.find((argument) => argument.startsWith(option))?.slice(option.length) ?? '';
  return {
    async run(_place, args) {
      if (args[0] === 'plan') writeFileSync(fileAfter(args, '-out='), text);
      if (args[0] === 'apply')
        applied.push(readFileSync(args.find((argument) => argument.endsWith('.tfplan')) ?? '', 'utf8'));
      return { code: args[0] === 'plan' ? 2 : 0, stdout: '{"format_version":"1.2"}', stderr: '' };
    },
  };
}

test('what a root planned is what it applies, though another plans in the same folder meanwhile', async () => {
  const applied: string[] = [];
  const place = { folder: '.', dataDir, variables: {} };
  const first = preparedRoot(aTerraform('of the first', applied), place);
  const second = preparedRoot(aTerraform('of the second', applied), place);
  expect(await first.plan()).toMatchObject({ ok: true, value: { changesAnything: true } });
  expect(await second.plan()).toMatchObject({ ok: true });

  expect(await first.apply()).toEqual({ ok: true, value: undefined });
  expect(await second.apply()).toEqual({ ok: true, value: undefined });
  expect(applied).toEqual(['of the first', 'of the second']);
});

test('nothing of a plan is kept once it was applied, forgotten or made anew', async () => {
  const place = { folder: '.', dataDir, variables: { name: 'staging' } };
  const root = preparedRoot(aTerraform('a plan', []), place);
  await root.plan();
  await root.plan('destroy');
  expect(readdirSync(dataDir)).toHaveLength(1);
  await root.apply();
  expect(readdirSync(dataDir)).toEqual([]);

  await root.plan();
  root.forget();
  expect(readdirSync(dataDir)).toEqual([]);
});
