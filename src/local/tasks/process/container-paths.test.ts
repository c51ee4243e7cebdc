import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { findProgram, mapPaths, searchPath } from './container-paths.ts';

const folder = mkdtempSync(join(tmpdir(), 'teal-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('paths of an image', () => {
  const paths = { root: '/task', roots: ['/app', '/usr/src', '/'] };

  test.each([
    ['/app', '/task/app'],
    ['/app/server.js', '/task/app/server.js'],
    ['--config=/app/c.json', '--config=/task/app/c.json'],
    ['node /app/a.js --b "/app/b" && cat /app/c;', 'node /task/app/a.js --b "/task/app/b" && cat /task/app/c;'],
    ['/app/a:/app/b', '/task/app/a:/task/app/b'],
    ['/usr/src/x', '/task/usr/src/x'],
    ['/usr/bin/node', '/usr/bin/node'],
    ['/application/x', '/application/x'],
    ['http://host/app/x', 'http://host/app/x'],
    ['./app/x', './app/x'],
    ['a/app/x', 'a/app/x'],
    ['$HOME/app', '$HOME/app'],
    ['~/app', '~/app'],
    ['/', '/'],
    ['-e', '-e'],
  ])('%s is %s here', (text, mapped) => {
    expect(mapPaths(paths, text)).toBe(mapped);
  });

  test('stay this machine’s where only that has them', () => {
    expect(mapPaths({ root: '/task', roots: ['/bin'] }, '/bin/sh -c /bin/made')).toBe('/bin/sh -c /task/bin/made');
  });

  test('come before this machine’s own in PATH, and base images’ folders do not', () => {
    expect(searchPath(paths, '/app/bin:/usr/local/bin:/bin', '/opt/host/bin')).toBe('/task/app/bin:/opt/host/bin');
    expect(searchPath(paths, undefined, '/opt/host/bin')).toBe('/opt/host/bin');
  });
});

describe('a program', () => {
  const path = '/nowhere:/bin:/usr/bin';

  test('is found by its name, or by the name of one that only the base image has', () => {
    expect(findProgram('sh', folder, path)).toEqual({ kind: 'found', path: '/bin/sh' });
    expect(findProgram('/opt/base/bin/sh', folder, path)).toEqual({ kind: 'found', path: '/bin/sh' });
  });

  test('that is named by a relative path is looked for there alone', () => {
    expect(findProgram('./sh', folder, path)).toEqual({ kind: 'not-found' });
    expect(findProgram('./sh', '/bin', path)).toEqual({ kind: 'found', path: '/bin/sh' });
  });
});
