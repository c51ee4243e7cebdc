import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ECSClient, ListClustersCommand } from '@aws-sdk/client-ecs';
import {
  AddTagsToResourceCommand,
  DeleteParameterCommand,
  DeleteParametersCommand,
  DescribeParametersCommand,
  GetParameterCommand,
  GetParameterHistoryCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  ListTagsForResourceCommand,
  PutParameterCommand,
  RemoveTagsFromResourceCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { aLocalRuntime, awsEnvironment, clientOptions, has, type RuntimeUnderTest } from './local-runtime.ts';

const run = promisify(execFile);
let runtime: RuntimeUnderTest;
let ssm: SSMClient;
beforeAll(async () => {
  runtime = await aLocalRuntime();
  ssm = new SSMClient(runtime.client);
});
afterAll(async () => {
  await runtime[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await fetch(`${runtime.endpoint}/_teal/reset`, { method: 'POST' });
});

const put = (Name: string, Value: string, more: object = {}) =>
  ssm.send(new PutParameterCommand({ Name, Value, Type: 'String', ...more }));

describe('STS', () => {
  test('tells the account of the access key', async () => {
    const identityOf = (accessKeyId: string) =>
      new STSClient(clientOptions(runtime.endpoint, 'eu-west-1', accessKeyId)).send(new GetCallerIdentityCommand({}));
    expect(await identityOf('AKIAANY')).toMatchObject({
      Account: '000000000000',
      Arn: 'arn:aws:iam::000000000000:root',
    });
    expect(await identityOf('111122223333')).toMatchObject({ Account: '111122223333' });
  });

  test('gives credentials that act in the account of the role', async () => {
    const { Credentials, AssumedRoleUser } = await new STSClient(runtime.client).send(
      new AssumeRoleCommand({ RoleArn: 'arn:aws:iam::444455556666:role/path/deployer', RoleSessionName: 'ci' }),
    );
    expect(AssumedRoleUser?.Arn).toBe('arn:aws:sts::444455556666:assumed-role/deployer/ci');
    expect(Credentials?.Expiration).toBeInstanceOf(Date);
    const assumed = new STSClient(clientOptions(runtime.endpoint, 'us-east-1', Credentials?.AccessKeyId));
    expect(await assumed.send(new GetCallerIdentityCommand({}))).toMatchObject({ Account: '444455556666' });
  });

  test('refuses what is no role', async () => {
    const sts = new STSClient(runtime.client);
    await expect(sts.send(new AssumeRoleCommand({ RoleArn: 'nonsense', RoleSessionName: 'ci' }))).rejects.toMatchObject(
      { name: 'ValidationError', message: 'nonsense is invalid', $metadata: { httpStatusCode: 400 } },
    );
  });
});

describe('SSM (SSM-API/API_PutParameter, API_GetParameter)', () => {
  test('keeps values and counts versions', async () => {
    expect(await put('/a/b', 'one')).toMatchObject({ Version: 1, Tier: 'Standard' });
    expect(await put('/a/b', 'two', { Overwrite: true, Description: 'second' })).toMatchObject({ Version: 2 });
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: '/a/b' }));
    expect(Parameter).toMatchObject({
      Name: '/a/b',
      Value: 'two',
      Type: 'String',
      Version: 2,
      ARN: 'arn:aws:ssm:us-east-1:000000000000:parameter/a/b',
      DataType: 'text',
    });
    expect(Parameter?.LastModifiedDate).toBeInstanceOf(Date);
    const first = await ssm.send(new GetParameterCommand({ Name: '/a/b:1' }));
    expect(first.Parameter).toMatchObject({ Value: 'one', Selector: ':1' });
    const byArn = await ssm.send(new GetParameterCommand({ Name: 'arn:aws:ssm:us-east-1:000000000000:parameter/a/b' }));
    expect(byArn.Parameter?.Value).toBe('two');
    const history = await ssm.send(new GetParameterHistoryCommand({ Name: '/a/b' }));
    expect(history.Parameters?.map(({ Version, Value }) => [Version, Value])).toEqual([
      [1, 'one'],
      [2, 'two'],
    ]);
  });

  test.each([
    ['an existing name', '/x', 'v', {}, 'ParameterAlreadyExists', /^The parameter already exists\. To overwrite/],
    ['no type', '/new', 'v', { Type: undefined }, 'ValidationException', /^A parameter type is required/],
    ['a reserved name', 'aws-mine', 'v', {}, 'ValidationException', /can't be prefixed with "aws" or "ssm"/],
    ['a reserved path', '/aws/mine', 'v', {}, 'AccessDeniedException', /^No access to reserved parameter name/],
    ['a relative path', 'a/b', 'v', {}, 'ValidationException', /fully qualified name/],
    ['strange letters', '/ä', 'v', {}, 'ValidationException', /^Parameter name: can't be/],
    ['16 levels', '/a'.repeat(16), 'v', {}, 'HierarchyLevelLimitExceededException', /maximum of 15 levels/],
    ['over 4 KB', '/big', 'x'.repeat(4097), {}, 'ValidationException', /maximum parameter value of 4096 characters/],
    ['another type', '/x', 'v', { Type: 'SecureString', Overwrite: true }, 'HierarchyTypeMismatchException', /type/],
    [
      'a value against its pattern',
      '/p',
      'abc',
      { AllowedPattern: '^\\d+$' },
      'ParameterPatternMismatchException',
      /\\d/,
    ],
    [
      'tags with overwrite',
      '/x',
      'v',
      { Overwrite: true, Tags: [{ Key: 'a', Value: 'b' }] },
      'ValidationException',
      /tags and overwrite/,
    ],
  ])('refuses %s', async (_what, name, value, more, error, message) => {
    await put('/x', 'first');
    const refused = await put(name, value, more).catch((thrown: unknown) => thrown);
    expect(refused).toMatchObject({ name: error, message: expect.stringMatching(message) });
    expect(refused).toMatchObject({ $metadata: { httpStatusCode: 400 } });
  });

  test('does not find what is not there, in the ways of AWS', async () => {
    await expect(ssm.send(new GetParameterCommand({ Name: '/none' }))).rejects.toMatchObject({
      name: 'ParameterNotFound',
    });
    await put('/x', 'v');
    await expect(ssm.send(new GetParameterCommand({ Name: '/x:9' }))).rejects.toMatchObject({
      name: 'ParameterVersionNotFound',
      message: 'Systems Manager could not find version 9 of /x. Verify the version and try again.',
    });
    expect(await ssm.send(new GetParametersCommand({ Names: ['/x', '/none'] }))).toMatchObject({
      Parameters: [{ Name: '/x' }],
      InvalidParameters: ['/none'],
    });
    await expect(ssm.send(new DeleteParameterCommand({ Name: '/none' }))).rejects.toMatchObject({
      name: 'ParameterNotFound',
    });
    expect(await ssm.send(new DeleteParametersCommand({ Names: ['/x', '/none'] }))).toMatchObject({
      DeletedParameters: ['/x'],
      InvalidParameters: ['/none'],
    });
  });

  test('shows SecureStrings decrypted only, and keeps them from its files', async () => {
    await put('/secret', 'hunter2hunter2', { Type: 'SecureString' });
    const get = (WithDecryption: boolean) => ssm.send(new GetParameterCommand({ Name: '/secret', WithDecryption }));
    expect((await get(true)).Parameter?.Value).toBe('hunter2hunter2');
    expect((await get(false)).Parameter?.Value).not.toContain('hunter2');
    const { Parameters } = await ssm.send(new DescribeParametersCommand({}));
    expect(Parameters).toMatchObject([{ Type: 'SecureString', KeyId: 'alias/aws/ssm' }]);
    const state = join(runtime.dataDir, 'state');
    const files = readdirSync(state).map((name) => readFileSync(join(state, name), 'latin1'));
    expect(files.join('')).toContain('/secret');
    expect(files.join('')).not.toContain('hunter2');
    expect(runtime.log.join('')).not.toContain('hunter2');
  });

  test('lists by path, level by level and page by page', async () => {
    for (const name of ['/teal/a', '/teal/b', '/teal/c', '/teal/a/deep', '/tealish']) await put(name, name);
    const list = async (Recursive: boolean) => {
      const names: (string | undefined)[][] = [];
      let NextToken: string | undefined;
      do {
        const page = await ssm.send(
          new GetParametersByPathCommand({ Path: '/teal', Recursive, MaxResults: 2, NextToken }),
        );
        names.push(page.Parameters?.map(({ Name }) => Name) ?? []);
        NextToken = page.NextToken;
      } while (NextToken);
      return names;
    };
    expect(await list(false)).toEqual([['/teal/a', '/teal/b'], ['/teal/c']]);
    expect(await list(true)).toEqual([
      ['/teal/a', '/teal/a/deep'],
      ['/teal/b', '/teal/c'],
    ]);
    const described = await ssm.send(
      new DescribeParametersCommand({ ParameterFilters: [{ Key: 'Name', Option: 'BeginsWith', Values: ['/teal/'] }] }),
    );
    expect(described.Parameters).toHaveLength(4);
  });

  test('keeps tags until they or their parameter are removed', async () => {
    await put('/t', 'v', { Tags: [{ Key: 'a', Value: '1' }] });
    const of = { ResourceType: 'Parameter', ResourceId: '/t' } as const;
    await ssm.send(new AddTagsToResourceCommand({ ...of, Tags: [{ Key: 'b', Value: '2' }] }));
    await ssm.send(new RemoveTagsFromResourceCommand({ ...of, TagKeys: ['a'] }));
    expect((await ssm.send(new ListTagsForResourceCommand(of))).TagList).toEqual([{ Key: 'b', Value: '2' }]);
    await ssm.send(new DeleteParameterCommand({ Name: '/t' }));
    await expect(ssm.send(new ListTagsForResourceCommand(of))).rejects.toMatchObject({ name: 'InvalidResourceId' });
  });

  test('is apart per account and region', async () => {
    await put('/x', 'here');
    for (const elsewhere of [
      clientOptions(runtime.endpoint, 'eu-west-1'),
      clientOptions(runtime.endpoint, 'us-east-1', '111122223333'),
    ]) {
      const other = new SSMClient(elsewhere);
      await expect(other.send(new GetParameterCommand({ Name: '/x' }))).rejects.toMatchObject({
        name: 'ParameterNotFound',
      });
    }
  });
});

test.skipIf(!has('python3', '-c', 'import boto3'))(
  'boto3 keeps secrets, and their values stand in no file',
  async () => {
    const program = `
import boto3
sm = boto3.client('secretsmanager')
made = sm.create_secret(Name='app/db', SecretString='hunter3hunter3', ClientRequestToken='a' * 32)
assert made['VersionId'] == 'a' * 32, made
sm.put_secret_value(SecretId='app/db', SecretBinary=b'\\x00hunter4hunter4')
assert sm.get_secret_value(SecretId=made['ARN'])['SecretBinary'] == b'\\x00hunter4hunter4'
assert sm.get_secret_value(SecretId='app/db', VersionStage='AWSPREVIOUS')['SecretString'] == 'hunter3hunter3'
assert sm.get_resource_policy(SecretId='app/db').keys() == {'ARN', 'Name', 'ResponseMetadata'}
sm.delete_secret(SecretId='app/db', ForceDeleteWithoutRecovery=True)
try:
    while True: sm.describe_secret(SecretId='app/db')
except sm.exceptions.ResourceNotFoundException:
    print('done')
`;
    const { stdout } = await run('python3', ['-c', program], { env: awsEnvironment(runtime.endpoint) });
    expect(stdout).toContain('done');
    const state = join(runtime.dataDir, 'state');
    const files = readdirSync(state).map((name) => readFileSync(join(state, name), 'latin1'));
    expect(files.join('')).toContain('app/db');
    expect(files.join('')).not.toMatch(/hunter[34]|aHVudGVyNG|AGh1bnRlcj/);
  },
  60_000,
);

describe('the endpoint', () => {
  const statusOf = (headers: Record<string, string>, path = '/_teal/health') =>
    new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
      request(new URL(path, runtime.endpoint), { headers }, (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (text) => {
          body += text;
        });
        response.on('end', () => resolve({ status: response.statusCode, body }));
      })
        .on('error', reject)
        .end();
    });

  test('refuses web pages and foreign names, and says why', async () => {
    expect(await statusOf({ origin: 'https://example.com' })).toMatchObject({
      status: 403,
      body: expect.stringContaining('Requests of web pages are refused'),
    });
    expect(await statusOf({ origin: 'null' }, '/?Action=GetCallerIdentity&Version=2011-06-15')).toMatchObject({
      status: 403,
    });
    expect(await statusOf({ 'sec-fetch-site': 'cross-site' })).toMatchObject({ status: 403 });
    expect(await statusOf({ host: 'rebound.example.com:4566' })).toMatchObject({
      status: 403,
      body: expect.stringContaining('is not this machine'),
    });
    for (const host of ['localhost:1', '127.0.0.1', '[::1]:80', 'sts.localhost']) {
      expect(await statusOf({ host })).toMatchObject({ status: 200 });
    }
  });

  test('answers an unknown operation and an unknown path', async () => {
    const ecs = new ECSClient({ ...runtime.client, maxAttempts: 1 });
    ecs.middlewareStack.add(
      (next) => (args) => {
        Object.assign(Object(args.request).headers, { 'x-amz-target': 'AmazonEC2ContainerServiceV20141113.Nope' });
        return next(args);
      },
      { step: 'build' },
    );
    await expect(ecs.send(new ListClustersCommand({}))).rejects.toMatchObject({ name: 'UnknownOperationException' });
    expect(await statusOf({}, '/_teal/nope')).toMatchObject({ status: 404 });
  });

  test('tells who it is', async () => {
    const health = await (await fetch(`${runtime.endpoint}/_teal/health`)).json();
    expect(health).toMatchObject({
      name: 'teal',
      version: '0.0.0-test',
      timing: 'instant',
      driver: 'simulated',
      trafficSettleSeconds: 0,
      account: '000000000000',
      pid: process.pid,
      dataDir: runtime.dataDir,
    });
    expect(await (await fetch(`${runtime.endpoint}/_teal/listeners`)).json()).toEqual({
      listeners: [],
      certificateAuthority: null,
    });
  });
});

describe.skipIf(!has('aws', '--version'))('the AWS CLI', () => {
  const aws = async (...args: readonly string[]): Promise<unknown> =>
    JSON.parse((await run('aws', [...args, '--output', 'json'], { env: awsEnvironment(runtime.endpoint) })).stdout);

  test('reads and writes', async () => {
    expect(await aws('sts', 'get-caller-identity')).toMatchObject({ Account: '000000000000' });
    expect(await aws('ssm', 'put-parameter', '--name', '/cli', '--value', 'v', '--type', 'SecureString')).toEqual({
      Version: 1,
      Tier: 'Standard',
    });
    expect(await aws('ssm', 'get-parameter', '--name', '/cli', '--with-decryption')).toMatchObject({
      Parameter: { Value: 'v', Type: 'SecureString' },
    });
  });

  test('shows errors as it does for AWS', async () => {
    await expect(aws('ssm', 'get-parameter', '--name', '/none')).rejects.toMatchObject({
      stderr: expect.stringContaining('An error occurred (ParameterNotFound) when calling the GetParameter operation'),
    });
  });
});

test.skipIf(!has('python3', '-c', 'import boto3'))('boto3 reads and writes', async () => {
  const program = `
import boto3, datetime
ssm = boto3.client('ssm')
ssm.put_parameter(Name='/boto', Value='v', Type='String', Tags=[{'Key': 'a', 'Value': 'b'}])
got = ssm.get_parameter(Name='/boto')['Parameter']
assert got['Value'] == 'v' and isinstance(got['LastModifiedDate'], datetime.datetime), got
assert [p['Name'] for p in ssm.get_paginator('get_parameters_by_path').paginate(Path='/').build_full_result()['Parameters']] == ['/boto']
try:
    ssm.put_parameter(Name='/boto', Value='v', Type='String')
    raise AssertionError('should have been refused')
except ssm.exceptions.ParameterAlreadyExists:
    pass
role = boto3.client('sts').assume_role(RoleArn='arn:aws:iam::111122223333:role/x', RoleSessionName='me')
assert isinstance(role['Credentials']['Expiration'], datetime.datetime), role
print('done')
`;
  const { stdout } = await run('python3', ['-c', program], { env: awsEnvironment(runtime.endpoint) });
  expect(stdout).toContain('done');
});
