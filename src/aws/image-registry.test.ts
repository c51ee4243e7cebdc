import { expect, test } from 'vitest';
import { registryImage } from './image-registry.ts';

const own = { account: '123456789012', region: 'eu-west-1' };
const registry = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';
const digest = `sha256:${'a'.repeat(64)}`;

test.each([
  ['api:1', { registry, repository: 'api', id: { tag: '1' } }],
  [`${registry}/team/api@${digest}`, { registry, repository: 'team/api', id: { digest } }],
  [`team/api@${digest}`, undefined],
  [`${registry}/team/api:v1.2`, { registry, repository: 'team/api', id: { tag: 'v1.2' } }],
  // ECS pulls by digest where both are given.
  [`${registry}/api:v1@${digest}`, { registry, repository: 'api', id: { digest } }],
  ['999999999999.dkr.ecr.eu-west-1.amazonaws.com/api:1', undefined],
  ['123456789012.dkr.ecr.us-east-1.amazonaws.com/api:1', undefined],
  ['registry.example.com/api:1', undefined],
  ['localhost:5000/api:1', undefined],
  [`good@${digest.slice(0, 20)}`, undefined],
])('%s', (reference, expected) => {
  expect(registryImage(reference, own)).toEqual(expected);
});
