import { expect, test } from 'vitest';
import { isRepositoryName, parseReference } from './image-reference.ts';

const digest = `sha256:${'a'.repeat(64)}`;

test.each([
  ['api', { repository: 'api', tag: undefined, digest: undefined }],
  ['team/api:v1', { repository: 'team/api', tag: 'v1', digest: undefined }],
  [`api:v1@${digest}`, { repository: 'api', tag: 'v1', digest }],
  [`000000000000.dkr.ecr.eu-west-1.amazonaws.com/api@${digest}`, { repository: 'api', tag: undefined, digest }],
  ['localhost:5000/api:1', { repository: 'api', tag: '1', digest: undefined }],
  ['API', undefined],
  ['api@sha256:12', undefined],
  ['', undefined],
])('the image reference %s is %j', (text, expected) => {
  expect(parseReference(text)).toEqual(expected);
});

test('a repository’s name follows ECR’s rules', () => {
  for (const name of ['api', 'team/items-api', 'a1.b_c']) expect(isRepositoryName(name)).toBe(true);
  for (const name of ['a', 'API', '../x', 'a//b', '-a', 'a b', '']) expect(isRepositoryName(name)).toBe(false);
});
