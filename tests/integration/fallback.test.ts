import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createSocketServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CloudWatchClient, PutDashboardCommand } from '@aws-sdk/client-cloudwatch';
import { ECSClient, ListClustersCommand } from '@aws-sdk/client-ecs';
import { CreateLoadBalancerCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { aLocalRuntime, awsEnvironment, has, type RuntimeUnderTest } from './local-runtime.ts';

const run = promisify(execFile);
const scope = (service: string, key = 'test') =>
  `AWS4-HMAC-SHA256 Credential=${key}/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Another server that answers as `answer` does, and a runtime that falls back to it. */
async function beside(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const seen: { head: string; headers: readonly string[] }[] = [];
  const server: Server = createServer((incoming, response) => {
    seen.push({ head: `${incoming.method} ${incoming.url}`, headers: incoming.rawHeaders });
    answer(incoming, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const runtime = await aLocalRuntime({ fallback: `http://127.0.0.1:${port}` });
  closing.push(() => runtime[Symbol.asyncDispose]());
  return { runtime, seen, server };
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

function send(
  runtime: RuntimeUnderTest,
  options: { method?: string; path?: string; headers?: Record<string, string>; body?: string | Buffer },
): Promise<Answer> {
  const { hostname, port } = new URL(runtime.endpoint);
  const { method = 'POST', path = '/', headers = {}, body } = options;
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, method, path, headers }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part) => parts.push(part));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) }),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const requestsOf = async (runtime: RuntimeUnderTest, query = '') => {
  const response = await fetch(`${runtime.endpoint}/_teal/requests${query}`);
  const answer: unknown = await response.json();
  if (typeof answer !== 'object' || answer === null || !('requests' in answer) || !Array.isArray(answer.requests)) {
    throw new Error('no list of requests');
  }
  return answer.requests;
};

const form = { 'content-type': 'application/x-www-form-urlencoded' };

describe('what is passed on', () => {
  test('is what the runtime does not imitate: by service, then by operation', async () => {
    const { runtime, seen } = await beside((_request, response) => response.end('{"there":true}'));
    const there = async (headers: Record<string, string>, body = '{}') =>
      (await send(runtime, { headers, body })).body.toString() === '{"there":true}';
    const target = (name: string) => ({ 'x-amz-target': name });
    expect(await there({ ...target('AWSKMS.DescribeKey'), authorization: scope('kms') })).toBe(true);
    expect(await there(target('AmazonEC2ContainerServiceV20141113.ListClusters'))).toBe(false);
    expect(await there(target('AmazonEC2ContainerServiceV20141113.CreateExpressGatewayService'))).toBe(true);
    const ec2 = { ...form, authorization: scope('ec2') };
    expect(await there(ec2, 'Action=DescribeVpcs&Version=2016-11-15')).toBe(true);
    const elb = { ...form, authorization: scope('elasticloadbalancing') };
    expect(await there(elb, 'Action=DescribeLoadBalancers&Version=2015-12-01')).toBe(false);
    expect(await there(elb, 'Action=DescribeLoadBalancers&Version=2012-06-01')).toBe(true);
    expect(await there({ ...form, authorization: scope('sts') }, 'Action=GetCallerIdentity&Version=2011-06-15')).toBe(
      false,
    );
    expect(seen).toHaveLength(4);
  });

  test('keeps method, path, query, headers, host and bytes, both ways, and tells whose call it is', async () => {
    const echoed = Buffer.from([0, 255, 13, 10, 128]);
    const { runtime, seen } = await beside((incoming, response) => {
      const parts: Buffer[] = [];
      incoming.on('data', (part) => parts.push(part));
      incoming.on('end', () => {
        response.writeHead(206, { 'x-amz-meta-a': 'B', etag: '"1"', 'content-type': 'text/html' });
        response.end(Buffer.concat(parts));
      });
    });
    const path = '//a%2Fb/../c%20d?list-type=2&x=%2F&marker=';
    const answer = await send(runtime, {
      method: 'PUT',
      path,
      headers: {
        host: 'bucket.localhost:4566',
        authorization: scope('s3', '111122223333'),
        'X-Amz-Meta-Mixed': 'a  B',
        'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
        'content-encoding': 'aws-chunked',
        'transfer-encoding': 'chunked',
        expect: '100-continue',
      },
      body: echoed,
    });
    expect(answer).toMatchObject({ status: 206, headers: { 'x-amz-meta-a': 'B', etag: '"1"' }, body: echoed });
    const [first] = seen;
    expect(first?.head).toBe(`PUT ${path}`);
    const headers = first?.headers ?? [];
    const value = (name: string) => headers[headers.indexOf(name) + 1];
    expect([value('host'), value('X-Amz-Meta-Mixed'), value('x-moto-account-id'), value('content-encoding')]).toEqual([
      'bucket.localhost:4566',
      'a  B',
      '111122223333',
      'aws-chunked',
    ]);
    expect(headers).not.toContain('expect');
    expect(await requestsOf(runtime)).toMatchObject([
      {
        service: 's3',
        operation: 'PUT //a%2Fb/../c%20d',
        members: ['list-type', 'x', 'marker'],
        answeredBy: 'fallback',
      },
    ]);
  });

  test('streams: the first bytes of an upload arrive before its last are sent', async () => {
    let arrived: (text: string) => void = () => {};
    const first = new Promise<string>((resolve) => {
      arrived = resolve;
    });
    const { runtime } = await beside((incoming, response) => {
      incoming.on('data', (part) => arrived(String(part)));
      incoming.on('end', () => response.end('all'));
    });
    const { hostname, port } = new URL(runtime.endpoint);
    const answered = new Promise<string>((resolve) => {
      const upload = request(
        { hostname, port, method: 'PUT', path: '/bucket/key', headers: { authorization: scope('s3') } },
        (response) => response.on('data', (part) => resolve(String(part))),
      );
      upload.write('begins');
      void first.then(() => upload.end('ends'));
    });
    expect(await first).toBe('begins');
    expect(await answered).toBe('all');
  });

  test('is refused to web pages as everything is', async () => {
    const { runtime, seen } = await beside((_request, response) => response.end());
    const headers = { authorization: scope('s3'), origin: 'https://example.com' };
    expect(await send(runtime, { method: 'GET', headers })).toMatchObject({ status: 403 });
    expect(seen).toEqual([]);
  });

  test('is not passed on for ever when it leads back here', async () => {
    const { runtime } = await beside((incoming, response) => {
      const { hostname, port } = new URL(runtime.endpoint);
      const back = request({ hostname, port, path: incoming.url, headers: incoming.headers }, (answer) =>
        answer.pipe(response.writeHead(answer.statusCode ?? 0)),
      );
      back.end();
    });
    const answer = await send(runtime, { method: 'GET', headers: { authorization: scope('s3') } });
    expect([answer.status, answer.body.toString()]).toEqual([
      400,
      expect.stringContaining('<Code>FallbackLoop</Code>'),
    ]);
  });
});

describe('an answer that AWS would not give', () => {
  const crashes = (response: ServerResponse) =>
    response.writeHead(500, { 'content-type': 'text/html' }).end('<h1>Oops');

  test('becomes the unknown-operation error of the service, in its own form', async () => {
    const { runtime } = await beside((_request, response) => crashes(response));
    const text = async (headers: Record<string, string>, body = '', path = '/') => {
      const answer = await send(runtime, { headers, body, path });
      return `${answer.status} ${answer.body.toString().replace(/[0-9a-f]{8}-[0-9a-f-]{27}/, 'ID')}`;
    };
    expect(await text({ 'x-amz-target': 'AWSKMS.Nope', authorization: scope('kms') }, '{}')).toContain(
      '400 {"__type":"UnknownOperationException","message":"AWSKMS.Nope is not',
    );
    expect(await text({ ...form, authorization: scope('ec2') }, 'Action=Nope&Version=2016-11-15')).toBe(
      '400 <Response><Errors><Error><Code>InvalidAction</Code><Message>The action Nope is not valid for this web service.</Message></Error></Errors><RequestID>ID</RequestID></Response>',
    );
    expect(await text({ ...form, authorization: scope('iam') }, 'Action=Nope&Version=2010-05-08')).toContain(
      '<Code>InvalidAction</Code><Message>Could not find operation Nope for version 2010-05-08</Message>',
    );
    expect(await text({ authorization: scope('s3') }, '', '/bucket')).toBe(
      '400 <Error><Code>NotImplemented</Code><Message>POST /bucket is not implemented.</Message><RequestId>ID</RequestId></Error>',
    );
    expect(await text({ authorization: scope('lambda') }, '', '/2015-03-31/functions')).toContain(
      '400 {"__type":"NotImplemented"',
    );
    expect((await requestsOf(runtime)).map(({ status, error }) => `${status} ${error}`)).toEqual([
      '400 UnknownOperationException',
      '400 InvalidAction',
      '400 InvalidAction',
      '400 NotImplemented',
      '400 NotImplemented',
    ]);
    expect(runtime.log.join()).toContain('answered 500 to ec2 Nope: <h1>Oops');
    runtime.log.length = 0;
  });

  test('is read as such by SDK clients, at the first attempt', async () => {
    const { runtime, seen } = await beside((_request, response) => crashes(response));
    const cloudWatch = new CloudWatchClient(runtime.client);
    await expect(
      cloudWatch.send(new PutDashboardCommand({ DashboardName: 'a', DashboardBody: '{}' })),
    ).rejects.toMatchObject({ name: 'UnknownOperationException', $metadata: { httpStatusCode: 400, attempts: 1 } });
    expect(seen).toHaveLength(1);
    runtime.log.length = 0;
  });

  test('is told from what a fallback only calls a page', async () => {
    const { runtime } = await beside((incoming, response) => {
      const missing = incoming.method === 'HEAD';
      response.writeHead(missing ? 404 : 400, { 'content-type': 'text/html; charset=utf-8' });
      response.end(missing ? '' : '<?xml version="1.0"?><Error><Code>BucketNotEmpty</Code></Error>');
    });
    const headers = { authorization: scope('s3') };
    expect(await send(runtime, { method: 'HEAD', path: '/bucket/none', headers })).toMatchObject({ status: 404 });
    const answer = await send(runtime, { method: 'DELETE', path: '/bucket', headers });
    expect([answer.status, answer.body.toString()]).toEqual([400, expect.stringContaining('BucketNotEmpty')]);
    expect(await requestsOf(runtime)).toMatchObject([{ error: '404' }, { error: 'BucketNotEmpty' }]);
  });

  test('does not keep a page that is an object of S3 from its reader', async () => {
    const { runtime } = await beside((_request, response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end('<p>mine'),
    );
    const headers = { authorization: scope('s3') };
    expect((await send(runtime, { method: 'GET', path: '/bucket/index.html', headers })).body.toString()).toBe(
      '<p>mine',
    );
  });
});

test('a fallback that is not there is named, and what the runtime imitates goes on', async () => {
  const { runtime, server } = await beside(() => {});
  server.close();
  const answer = await send(runtime, {
    headers: { ...form, authorization: scope('ec2') },
    body: 'Action=DescribeVpcs&Version=2016-11-15',
  });
  expect(answer.status).toBe(400);
  expect(answer.body.toString()).toMatch(
    /<Code>FallbackUnreachable<\/Code><Message>The local runtime does not imitate ec2 DescribeVpcs, and its fallback http:\/\/127\.0\.0\.1:\d+ does not answer: connect ECONNREFUSED/,
  );
  await new ECSClient(runtime.client).send(new ListClustersCommand({}));
  const elb = new ElasticLoadBalancingV2Client(runtime.client);
  const made = await elb.send(
    new CreateLoadBalancerCommand({ Name: 'a', Subnets: ['subnet-00000001', 'subnet-00000002'] }),
  );
  expect(made.LoadBalancers).toHaveLength(1);
  expect(runtime.log.join()).toContain('asking the fallback for a subnet');
  runtime.log.length = 0;
});

describe.skipIf(!has('moto_server', '--help'))('with moto behind it', () => {
  let moto: ChildProcess;
  let runtime: RuntimeUnderTest;
  let folder: string;
  beforeAll(async () => {
    const port = await freePort();
    moto = spawn('moto_server', ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
    await vi.waitFor(() => fetch(`http://127.0.0.1:${port}/moto-api/data.json`), { timeout: 110_000, interval: 200 });
    runtime = await aLocalRuntime({ fallback: `http://127.0.0.1:${port}` });
    folder = mkdtempSync(join(tmpdir(), 'teal-s3-'));
  }, 120_000);
  afterAll(async () => {
    moto.kill();
    await runtime[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
    expect(runtime.log).toEqual([]);
  });

  test.skipIf(!has('python3', '-c', 'import boto3'))(
    'boto3 finds one account: S3, IAM and subnets there, a load balancer in them here, with their zones and VPC',
    async () => {
      const program = `
import boto3, hashlib, os
from botocore.exceptions import ClientError
s3 = boto3.client('s3')
s3.create_bucket(Bucket='things')
for name, size in (('a b/small', 10), ('in parts', 20_000_000)):
    data = os.urandom(size)
    open('there', 'wb').write(data)
    s3.upload_file('there', 'things', name)
    assert s3.head_object(Bucket='things', Key=name)['ContentLength'] == size
    s3.download_file('things', name, 'back')
    assert open('back', 'rb').read() == data, name
assert [o['Key'] for o in s3.list_objects_v2(Bucket='things')['Contents']] == ['a b/small', 'in parts']
for missing, code in (
    (lambda: s3.head_object(Bucket='things', Key='none'), '404'),
    (lambda: s3.get_object(Bucket='things', Key='none'), 'NoSuchKey'),
    (lambda: s3.delete_bucket(Bucket='things'), 'BucketNotEmpty'),
):
    try:
        missing()
        raise AssertionError('should have been refused')
    except ClientError as error:
        assert error.response['Error']['Code'] == code, error
account = boto3.client('sts').get_caller_identity()['Account']
role = boto3.client('iam').create_role(RoleName='task', AssumeRolePolicyDocument='{"Version":"2012-10-17","Statement":[]}')
assert role['Role']['Arn'] == f'arn:aws:iam::{account}:role/task', role
ec2 = boto3.client('ec2')
vpc = ec2.create_vpc(CidrBlock='10.1.0.0/16')['Vpc']['VpcId']
subnets = [ec2.create_subnet(VpcId=vpc, CidrBlock=block, AvailabilityZone=zone)['Subnet']['SubnetId']
           for zone, block in (('us-east-1d', '10.1.1.0/24'), ('us-east-1b', '10.1.2.0/24'))]
group = ec2.create_security_group(GroupName='lb', Description='x', VpcId=vpc)['GroupId']
elb = boto3.client('elbv2')
elb.create_load_balancer(Name='main', SecurityGroups=[group], Subnets=subnets)
made = elb.describe_load_balancers(Names=['main'])['LoadBalancers'][0]
assert made['VpcId'] == vpc and made['SecurityGroups'] == [group], made
assert [z['ZoneName'] for z in made['AvailabilityZones']] == ['us-east-1d', 'us-east-1b'], made
boto3.client('cloudwatch').put_dashboard(DashboardName='main', DashboardBody='{"widgets":[]}')
print('done')
`;
      const { stdout } = await run('python3', ['-c', program], { env: awsEnvironment(runtime.endpoint), cwd: folder });
      expect(stdout).toContain('done');
      const told = await requestsOf(runtime, '?service=ec2&operation=CreateSubnet&userAgent=Boto3');
      expect(told).toHaveLength(2);
      expect(told[0]).toMatchObject({ members: ['VpcId', 'CidrBlock', 'AvailabilityZone'], answeredBy: 'fallback' });
    },
    120_000,
  );

  test.skipIf(!has('aws', '--version'))(
    'the AWS CLI copies a file into S3 and back',
    async () => {
      const aws = (...args: readonly string[]) => run('aws', [...args], { env: awsEnvironment(runtime.endpoint) });
      const file = join(folder, 'of the cli');
      writeFileSync(file, randomFillSync(Buffer.alloc(100_000)));
      await aws('s3', 'mb', 's3://copies');
      await aws('s3', 'cp', file, 's3://copies/a/of the cli');
      await aws('s3', 'cp', 's3://copies/a/of the cli', `${file}.back`);
      expect(readFileSync(`${file}.back`).equals(readFileSync(file))).toBe(true);
    },
    120_000,
  );
});

async function freePort(): Promise<number> {
  const server = createSocketServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
