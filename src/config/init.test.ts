import { Script } from 'node:vm';
import { expect, test } from 'vitest';
import { nameFromFolder, scaffold } from './init.ts';
import { notYet } from './not-yet.ts';
import { parseProject } from './project.ts';

test('what init writes is a project without problems that this release can deploy', () => {
  const files = scaffold({ name: 'shop' });
  const project = parseProject(files.map(({ path, content }) => ({ path, text: content })));
  expect(project).toMatchObject({ ok: true, value: { name: 'shop', services: [{ name: 'shop', kind: 'web' }] } });
  expect(project.ok && project.value.services.flatMap(notYet)).toEqual([]);
});

test('what init writes builds from a folder that is there, and its server is JavaScript', () => {
  const files = new Map(scaffold({ name: 'shop' }).map(({ path, content }) => [path, content]));
  expect(files.get('services/shop.json')).toContain('"build": "../app"');
  expect(files.has('app/Dockerfile')).toBe(true);
  expect(() => new Script(files.get('app/server.js') ?? '(')).not.toThrow();
});

test('each $schema that init writes names a file that it writes too', () => {
  const files = scaffold({ name: 'shop' });
  const paths = files.map(({ path }) => path);
  const named = files.flatMap(({ path, content }) => {
    const schema = path.startsWith('.teal/') ? undefined : /"\$schema": "(.*)"/.exec(content)?.[1];
    return schema === undefined ? [] : [new URL(schema, `file:///${path}`).pathname.slice(1)];
  });
  expect(named).toHaveLength(2);
  expect(paths).toEqual(expect.arrayContaining(named));
});

test.each([
  ['My Shop', 'my-shop'],
  ['items-api', 'items-api'],
  ['2024 project', 'project'],
  ['…', 'app'],
  ['platform', 'app'],
])('a folder %j gives the name %s', (folder, name) => {
  expect(nameFromFolder(folder)).toBe(name);
});
