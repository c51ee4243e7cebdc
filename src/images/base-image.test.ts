import { expect, test } from 'vitest';
import { interpreterOf, satisfies } from './base-image.ts';

test.each([
  ['node:22-alpine', 'node 22'],
  ['docker.io/library/node:20.19', 'node 20.19'],
  ['python:3.12-slim@sha256:00', 'python3 3.12'],
  ['public.ecr.aws/docker/library/python:3', 'python3 3'],
  ['gcr.io/distroless/nodejs22-debian12', 'node 22'],
  ['node:lts', undefined],
  ['localhost:5000/node', undefined],
  ['nginx:1', undefined],
])('the interpreter of %s is %s', (base, expected) => {
  const found = interpreterOf(base);
  expect(found && `${found.program} ${found.version}`).toBe(expected);
});

test('a version satisfies its own beginning, part by part', () => {
  expect(satisfies('20.20.2', '20')).toBe(true);
  expect(satisfies('20.20.2', '20.2')).toBe(false);
});
