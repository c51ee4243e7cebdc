import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { scaffold } from './init.ts';
import { findProjectRoot, readProject, readProjectToBuild } from './read-project.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'teal-config-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function write(path: string, content: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

test('what init wrote is found from any folder below, and read', () => {
  for (const { path, content } of scaffold({ name: 'shop' })) write(path, content);
  expect(findProjectRoot(join(root, 'app'))).toBe(root);
  expect(readProject(root)).toMatchObject({ ok: true, value: { name: 'shop', services: [{ name: 'shop' }] } });
});

test('files besides the JSON are left alone', () => {
  write('teal.json', '{ "name": "shop" }');
  write('services/README.md', 'not JSON');
  expect(readProject(root)).toMatchObject({ ok: true, value: { services: [] } });
});

test('a folder that is no project says so', () => {
  const project = readProject(root);
  expect(project).toMatchObject({ ok: false, error: { fileCount: 0, diagnostics: [{ file: 'teal.json' }] } });
});

test('a file that cannot be read is an error, not a missing file', () => {
  write('teal.json', '{ "name": "shop" }');
  mkdirSync(join(root, 'services/api.json'), { recursive: true });
  expect(() => readProject(root)).toThrow(/EISDIR/);
});

test('a folder to build from that is not there, or has no Dockerfile, is a problem where it is named', () => {
  write('teal.json', '{ "name": "shop" }');
  write('services/api.json', '{ "image": { "build": "../api" }, "port": 80, "routes": [{ "priority": 1 }] }');
  const problem = () => {
    const project = readProjectToBuild(root);
    return project.ok ? undefined : project.error.diagnostics[0];
  };
  expect(problem()).toMatchObject({
    file: 'services/api.json',
    line: 1,
    column: 23,
    path: 'image.build',
    found: '"../api"',
    message: expect.stringMatching(/^there is no folder api: make it/),
  });
  mkdirSync(join(root, 'api'));
  expect(problem()?.message).toMatch(/^the folder api has no Dockerfile: write one/);
  write('api/Dockerfile', 'FROM node:22\n');
  expect(problem()).toBeUndefined();
});

test('a command that builds nothing reads a project without its folders', () => {
  write('teal.json', '{ "name": "shop" }');
  write('services/api.json', '{ "image": { "build": "../api" }, "port": 80, "routes": [{ "priority": 1 }] }');
  expect(readProject(root).ok).toBe(true);
});
