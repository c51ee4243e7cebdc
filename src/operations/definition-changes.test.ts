import { expect, test } from 'vitest';
import type { TaskDefinition } from '../deployment/index.ts';
import { definitionChanges } from './definition-changes.ts';

const aDefinition = (over: Partial<TaskDefinition['container']> = {}): TaskDefinition => ({
  family: 'local-api',
  cpu: 256,
  memory: 512,
  architecture: 'X86_64',
  executionRole: 'arn:aws:iam::123456789012:role/api-execution',
  taskRole: 'arn:aws:iam::123456789012:role/api-task',
  container: {
    name: 'app',
    image: 'api@sha256:aaa',
    command: undefined,
    port: 8080,
    environment: { LOG_LEVEL: 'info', TEAL_COLOR: 'blue' },
    secrets: {},
    healthCheck: undefined,
    stopTimeoutSeconds: 30,
    logGroup: '/teal/local/api',
    region: 'eu-west-1',
    ...over,
  },
});

test('tells what is added, changed and removed, and leaves out what each deployment sets anew', () => {
  const after = aDefinition({
    image: 'elsewhere/api@sha256:bbb',
    environment: { TEAL_COLOR: 'green' },
    secrets: { API_KEY: 'arn:aws:ssm:eu-west-1:123456789012:parameter/api/key' },
  });
  expect(definitionChanges(aDefinition(), after)).toEqual([
    { kind: 'changed', path: 'image', before: 'sha256:aaa', after: 'sha256:bbb' },
    { kind: 'added', path: 'secrets.API_KEY', after: 'ssm:/api/key' },
    { kind: 'removed', path: 'environment.LOG_LEVEL', before: 'info' },
  ]);
});

test('nothing differs where only the colour does, wherever the image is kept', () => {
  const after = aDefinition({
    image: 'mirror/api@sha256:aaa',
    environment: { LOG_LEVEL: 'info', TEAL_COLOR: 'green' },
  });
  expect(definitionChanges(aDefinition(), after)).toEqual([]);
});
