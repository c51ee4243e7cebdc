import { CreateSecretCommand, DeleteSecretCommand } from '@aws-sdk/client-secrets-manager';
import { beforeAll, describe, expect, test } from 'vitest';
import { awsAccountFacts, awsGroundwork, loadSdk } from '../src/aws/index.ts';
import type { SecretPlace } from '../src/deployment/index.ts';
import { memoryGroundwork } from '../src/deployment/testing/memory-groundwork.ts';
import { provisionedSite } from './provisioned-site.ts';

const signal = new AbortController().signal;
const changedAt = '2026-01-01T00:00:00.000Z';
const arn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop/key-AbCdEf';

beforeAll(loadSdk);

async function inMemory() {
  const there = (store: SecretPlace['store'], name: string) =>
    ({ store, name, reading: { kind: 'there', arn, version: '1', changedAt } }) as const;
  const without = (name: string, deletedAt: string | null) =>
    ({ store: 'secretsmanager', name, reading: { kind: 'without-value', deletedAt } }) as const;
  const groundwork = memoryGroundwork({
    secrets: [
      ...Array.from({ length: 12 }, (_, index) => there('ssm', `/shop/${index}`)),
      there('secretsmanager', 'shop/key'),
      without('shop/leaving', changedAt),
      without('shop/empty', null),
    ],
    logGroups: ['/teal/test/web'],
    tables: ['test-api-posts'],
    roles: [],
    fargateCpus: 6,
    mostTargets: 1_000,
  });
  return { groundwork, logGroup: '/teal/test/web', soon: async <T>(promise: Promise<T>) => promise };
}

async function atAws() {
  const { aws, site, soon } = await provisionedSite();
  const [ssm, secrets] = [await aws.clients.ssm(), await aws.clients.secrets()];
  for (let index = 0; index < 12; index++)
    await soon(
      ssm.client.send(
        new ssm.sdk.PutParameterCommand({ Name: `/shop/${index}`, Type: 'SecureString', Value: 'sealed' }),
      ),
    );
  for (const Name of ['shop/key', 'shop/leaving'])
    await soon(secrets.client.send(new CreateSecretCommand({ Name, SecretString: 'sealed' })));
  await soon(secrets.client.send(new CreateSecretCommand({ Name: 'shop/empty' })));
  await soon(secrets.client.send(new DeleteSecretCommand({ SecretId: 'shop/leaving' })));
  return {
    groundwork: awsGroundwork(aws, awsAccountFacts(aws, site.environment.region, null)),
    logGroup: site.logGroup,
    soon,
  };
}

describe.each([
  ['in memory', inMemory],
  ['at AWS', atAws],
])('what a deployment rests on %s', (_, make) => {
  test('secrets of both stores are told in the order asked for, and never with their values', async () => {
    const { groundwork, soon } = await make();
    const places: readonly SecretPlace[] = [
      { store: 'secretsmanager', name: 'shop/key' },
      ...Array.from({ length: 13 }, (_, index): SecretPlace => ({ store: 'ssm', name: `/shop/${12 - index}` })),
      { store: 'secretsmanager', name: 'shop/none' },
      { store: 'secretsmanager', name: 'shop/leaving' },
      { store: 'secretsmanager', name: 'shop/empty' },
    ];
    const read = await soon(groundwork.secrets(places, signal));
    expect(read.map(({ kind }) => kind)).toEqual([
      'there',
      'missing',
      ...Array.from({ length: 12 }, () => 'there'),
      'missing',
      'without-value',
      'without-value',
    ]);
    const [key] = read;
    if (key?.kind !== 'there') throw new Error('it is there');
    expect(key.arn).toMatch(/^arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop\/key-\w{6}$/);
    expect(key.version).not.toBe('');
    expect(Date.parse(key.changedAt)).not.toBeNaN();
    const [leaving, empty] = read.slice(-2);
    expect(leaving?.kind === 'without-value' && leaving.deletedAt).toMatch(/^\d{4}-/);
    expect(empty).toEqual({ kind: 'without-value', deletedAt: null });
    expect(JSON.stringify(read)).not.toContain('sealed');
  });

  test('a log group is told from one whose name begins alike', async () => {
    const { groundwork, soon, logGroup } = await make();
    expect(await soon(groundwork.hasLogGroup(logGroup, signal))).toEqual({ ok: true, value: true });
    expect(await soon(groundwork.hasLogGroup(logGroup.slice(0, -1), signal))).toEqual({ ok: true, value: false });
  });

  test('a table is told from one that is not there', async () => {
    const { groundwork, soon } = await make();
    expect(await soon(groundwork.hasTable('test-api-posts', signal))).toEqual({ ok: true, value: true });
    expect(await soon(groundwork.hasTable('test-api-post', signal))).toEqual({ ok: true, value: false });
  });

  test('the quota of targets is a number', async () => {
    const { groundwork, soon } = await make();
    expect(await soon(groundwork.mostTargets(signal))).toEqual({ ok: true, value: 1_000 });
  });
});
