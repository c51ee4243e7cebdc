import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { copyRoots } from './copy-roots.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'teal-roots-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), text);
}

test('what Terraform left beside the roots is not copied, and makes no other copy', () => {
  write('shipped/services/main.tf', '# a root\n');
  const before = copyRoots(join(folder, 'shipped'), join(folder, 'project'));
  write('shipped/services/.terraform/providers/aws', 'a provider');
  write('shipped/services/.terraform.lock.hcl', 'provider "aws" {\n  version = "5.100.0"\n}\n');
  const copy = copyRoots(join(folder, 'shipped'), join(folder, 'project'));
  expect(copy).toBe(before);
  expect(readdirSync(join(copy, 'services'))).toEqual(['main.tf']);
});
