import * as dynamoSdk from '@aws-sdk/client-dynamodb';
import * as ecsSdk from '@aws-sdk/client-ecs';
import * as elbSdk from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../../base/index.ts';
import { AwsError } from '../aws-error.ts';
import type { Place } from './caller.ts';
import { createWire } from './handle.ts';
import type { WireRequest } from './message.ts';

const scope = (service: string, key = 'AKIAEXAMPLE', region = 'eu-west-1') =>
  `AWS4-HMAC-SHA256 Credential=${key}/20260101/${region}/${service}/aws4_request, SignedHeaders=host, Signature=0`;

/** A wire on which one handler, `answer`, stands for every operation listed. */
function aWire(answer: (input: unknown) => unknown) {
  const seen: { at: Place; operation: string; input: unknown }[] = [];
  const bugs: unknown[] = [];
  const never = () => ({});
  const wire = createWire({
    services: [
      { name: 'ecs', sdk: ecsSdk, create: never, operations: { CreateService: never, DescribeServices: never } },
      {
        name: 'elasticloadbalancing',
        sdk: elbSdk,
        create: never,
        operations: { ModifyRule: never, CreateTargetGroup: never, DescribeTargetHealth: never, AddTags: never },
      },
    ],
    defaultAccount: '000000000000',
    random: createRandom('wire'),
    invoke: (at, _service, operation, input) => {
      seen.push({ at, operation, input });
      return answer(input);
    },
    onBug: (error) => bugs.push(error),
  });
  const send = (request: Partial<WireRequest>) => {
    const response = wire({
      method: 'POST',
      path: '/',
      query: '',
      headers: {},
      body: new Uint8Array(),
      ...request,
    });
    return { ...response, text: Buffer.from(response.body).toString() };
  };
  const json = (target: string, body: string, authorization = scope('ecs')) =>
    send({ headers: { 'x-amz-target': target, authorization }, body: Buffer.from(body) });
  const query = (form: string, authorization = scope('elasticloadbalancing')) =>
    send({
      headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8', authorization },
      body: Buffer.from(form),
    });
  return { seen, bugs, send, json, query };
}

const ecs = 'AmazonEC2ContainerServiceV20141113';
const elb = 'Version=2015-12-01';

describe('JSON calls', () => {
  test('give the handler what the SDK types say, and keep members that the model does not know', () => {
    const { json, seen } = aWire(() => ({}));
    json(`${ecs}.CreateService`, '{"serviceName":"a","desiredCount":2,"cluster":null,"brandNew":{"x":1}}');
    expect(seen[0]).toEqual({
      at: { account: '000000000000', region: 'eu-west-1' },
      operation: 'CreateService',
      input: { serviceName: 'a', desiredCount: 2, brandNew: { x: 1 } },
    });
  });

  test('answer with timestamps as seconds, unknown members, and without undefined ones', () => {
    const { json } = aWire(() => ({
      service: { createdAt: new Date(1_767_225_600_123), status: undefined, brandNew: 1, events: [] },
    }));
    const { status, headers, text } = json(`${ecs}.CreateService`, '{}');
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('application/x-amz-json-1.1');
    expect(headers['x-amzn-requestid']).toMatch(/^[0-9a-f-]{36}$/);
    expect(text).toBe('{"service":{"createdAt":1767225600.123,"brandNew":1,"events":[]}}');
  });

  test.each([
    ['{"desiredCount":"2"}', 'Expected a number, found a string'],
    ['{"tags":{}}', 'Expected a list, found a structure'],
    ['{"serviceName":', 'The request body is not JSON.'],
  ])('with %s are refused as AWS does', (body, message) => {
    const { json, seen } = aWire(() => ({}));
    const { status, text } = json(`${ecs}.CreateService`, body);
    expect([status, JSON.parse(text)]).toEqual([400, { __type: 'SerializationException', message }]);
    expect(seen).toEqual([]);
  });

  test('carry an error with its members', () => {
    const { json } = aWire(() => {
      throw new AwsError('ClusterNotFoundException', 'Cluster not found.', 400, { hint: 1 });
    });
    const { status, text } = json(`${ecs}.DescribeServices`, '{"services":[]}');
    expect([status, JSON.parse(text)]).toEqual([
      400,
      { __type: 'ClusterNotFoundException', message: 'Cluster not found.', hint: 1 },
    ]);
  });

  test('carry an error with bytes and dates in its members', () => {
    const wire = createWire({
      services: [{ name: 'dynamodb', sdk: dynamoSdk, create: () => ({}), operations: { PutItem: () => ({}) } }],
      defaultAccount: '000000000000',
      random: createRandom('wire'),
      invoke: () => {
        const members = { Item: { id: { B: new Uint8Array([1, 2, 255]) } } };
        throw new AwsError('ConditionalCheckFailedException', 'The conditional request failed', 400, members);
      },
      onBug: () => {},
    });
    const headers = { 'x-amz-target': 'DynamoDB_20120810.PutItem' };
    const body = Buffer.from('{"TableName":"t","Item":{"id":{"B":"AQL/"}}}');
    const answer = wire({ method: 'POST', path: '/', query: '', headers, body });
    expect(answer.headers['content-type']).toBe('application/x-amz-json-1.0');
    expect(JSON.parse(Buffer.from(answer.body).toString())).toEqual({
      __type: 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException',
      message: 'The conditional request failed',
      Item: { id: { B: 'AQL/' } },
    });
  });

  test.each([`${ecs}.Frobnicate`, `${ecs}.RunTask`, `${ecs}.toString`, 'Nobody_2020.Do', 'nonsense'])(
    'for the unknown operation %s get the error of AWS',
    (target) => {
      const { json } = aWire(() => ({}));
      const { status, text } = json(target, '{}');
      expect(status).toBe(400);
      expect(JSON.parse(text)).toMatchObject({ __type: 'UnknownOperationException' });
    },
  );

  test('that hit a bug tell the client a request id and nothing else', () => {
    const { json, bugs } = aWire(() => {
      throw new TypeError('secret detail');
    });
    const { status, text } = json(`${ecs}.DescribeServices`, '{"services":[]}');
    expect([status, JSON.parse(text)]).toMatchObject([500, { __type: 'InternalFailure' }]);
    expect(text).not.toContain('secret');
    expect(bugs).toHaveLength(1);
  });
});

describe('query calls', () => {
  test('give the handler nested structures, lists, numbers and booleans', () => {
    const { query, seen } = aWire(() => ({}));
    query(
      `Action=ModifyRule&${elb}&RuleArn=arn%3Ar&Actions.member.1.Type=forward&Actions.member.1.ForwardConfig.TargetGroups.member.1.TargetGroupArn=a&Actions.member.1.ForwardConfig.TargetGroups.member.1.Weight=100&Actions.member.1.ForwardConfig.TargetGroups.member.2.TargetGroupArn=b&Actions.member.1.ForwardConfig.TargetGroups.member.2.Weight=0&Actions.member.1.ForwardConfig.TargetGroupStickinessConfig.Enabled=false&Conditions=`,
    );
    expect(seen[0]?.input).toEqual({
      RuleArn: 'arn:r',
      Conditions: [],
      Actions: [
        {
          Type: 'forward',
          ForwardConfig: {
            TargetGroups: [
              { TargetGroupArn: 'a', Weight: 100 },
              { TargetGroupArn: 'b', Weight: 0 },
            ],
            TargetGroupStickinessConfig: { Enabled: false },
          },
        },
      ],
    });
  });

  test('keep the order of more than nine items', () => {
    const { query, seen } = aWire(() => ({}));
    const keys = Array.from({ length: 12 }, (_, at) => `Tags.member.${at + 1}.Key=k${at + 1}`).join('&');
    query(`Action=AddTags&${elb}&ResourceArns.member.1=a&${keys}`);
    expect(seen[0]?.input).toMatchObject({
      Tags: Array.from({ length: 12 }, (_, at) => ({ Key: `k${at + 1}` })),
    });
  });

  test('are answered in the envelope of AWS, escaped, with empty lists as empty elements', () => {
    const { query } = aWire(() => ({
      TargetHealthDescriptions: [
        { Target: { Id: '10.0.0.1', Port: 80 }, TargetHealth: { State: 'unhealthy', Description: '<5 & "x"' } },
      ],
    }));
    const { status, headers, text } = query(`Action=DescribeTargetHealth&${elb}&TargetGroupArn=a`);
    expect([status, headers['content-type']]).toEqual([200, 'text/xml']);
    expect(text.replace(/[0-9a-f-]{36}/, 'ID')).toBe(
      '<DescribeTargetHealthResponse xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/"><DescribeTargetHealthResult><TargetHealthDescriptions><member><Target><Id>10.0.0.1</Id><Port>80</Port></Target><TargetHealth><State>unhealthy</State><Description>&lt;5 &amp; &quot;x&quot;</Description></TargetHealth></member></TargetHealthDescriptions></DescribeTargetHealthResult><ResponseMetadata><RequestId>ID</RequestId></ResponseMetadata></DescribeTargetHealthResponse>',
    );
    expect(aWire(() => ({ Rules: [] })).query(`Action=ModifyRule&${elb}&RuleArn=a`).text).toContain(
      '<ModifyRuleResult><Rules/></ModifyRuleResult>',
    );
  });

  test('may stand in the query string of a GET', () => {
    const { send, seen } = aWire(() => ({}));
    send({ method: 'GET', query: `Action=DescribeTargetHealth&${elb}&TargetGroupArn=a` });
    expect(seen[0]).toMatchObject({ operation: 'DescribeTargetHealth', at: { region: 'us-east-1' } });
  });

  test.each([
    [`Action=Frobnicate&${elb}`, 'InvalidAction', 'Could not find operation Frobnicate for version 2015-12-01'],
    [
      'Action=RunInstances&Version=2016-11-15',
      'InvalidAction',
      'Could not find operation RunInstances for version 2016-11-15',
    ],
    [`Action=CreateTargetGroup&${elb}&Name=a&Port=eighty`, 'MalformedInput', 'Invalid Argument'],
    [
      `Action=CreateTargetGroup&${elb}`,
      'ValidationError',
      '1 validation error detected: Value null at &#39;name&#39; failed to satisfy constraint: Member must not be null',
    ],
    [
      `Action=AddTags&${elb}&ResourceArns.member.1=a&Tags.member.1.Value=b`,
      'ValidationError',
      '1 validation error detected: Value null at &#39;tags.1.member.key&#39; failed to satisfy constraint: Member must not be null',
    ],
  ])('%s is refused with %s', (form, code, message) => {
    const { query, seen } = aWire(() => ({}));
    const { status, text } = query(form);
    expect(status).toBe(400);
    expect(text).toContain(`<Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error>`);
    expect(seen).toEqual([]);
  });
});

describe('both kinds of call carry bytes, maps, dates and documents within documents', () => {
  // As an SDK module exports them: [kind, namespace, name, traits, …], 21 is a blob, 4 a timestamp, 5 one as text.
  const tree = [3, 'test', 'Tree', 0, ['name', 'bytes', 'at', 'day', 'below', 'labels', 'flat'], [] as unknown[]];
  const below = [1, 'test', 'Trees', 0, () => tree];
  const labels = [2, 'test', 'Labels', 0, 0, 0];
  tree[5] = [0, 21, 4, 5, () => below, () => labels, [64, { xmlFlattened: 1 }]];
  const operation = [9, 'test', 'Grow', 0, () => tree, () => tree];
  const value = {
    name: 'root',
    bytes: new Uint8Array([1, 2, 255]),
    at: new Date(1_767_225_600_500),
    day: new Date(1_767_225_600_000),
    below: [{ name: 'leaf', below: [{ name: 'bud' }] }],
    labels: { a: '1', 'b c': '<2>' },
    flat: ['x', 'y'],
  };
  const growing = (name: string) => {
    const seen: unknown[] = [];
    const wire = createWire({
      services: [{ name, sdk: { Grow$: operation }, create: () => ({}), operations: { Grow: () => ({}) } }],
      defaultAccount: '000000000000',
      random: createRandom('wire'),
      invoke: (_at, _service, _operation, input) => {
        seen.push(input);
        return value;
      },
      onBug: (error) => {
        throw error;
      },
    });
    const send = (headers: Record<string, string>, body: string) =>
      Buffer.from(wire({ method: 'POST', path: '/', query: '', headers, body: Buffer.from(body) }).body).toString();
    return { seen, send };
  };

  test('as JSON', () => {
    const { seen, send } = growing('ssm');
    const text =
      '{"name":"root","bytes":"AQL/","at":1767225600.5,"day":"2026-01-01T00:00:00.000Z","below":[{"name":"leaf","below":[{"name":"bud"}]}],"labels":{"a":"1","b c":"<2>"},"flat":["x","y"]}';
    expect(send({ 'x-amz-target': 'AmazonSSM.Grow' }, text)).toBe(text);
    expect(seen).toEqual([value]);
  });

  test('as a form and XML', () => {
    const { seen, send } = growing('sts');
    const form = new URLSearchParams({
      Action: 'Grow',
      Version: '2011-06-15',
      name: 'root',
      bytes: 'AQL/',
      at: '2026-01-01T00:00:00.500Z',
      day: '2026-01-01T00:00:00Z',
      'below.member.1.name': 'leaf',
      'below.member.1.below.member.1.name': 'bud',
      'labels.entry.1.key': 'a',
      'labels.entry.1.value': '1',
      'labels.entry.2.key': 'b c',
      'labels.entry.2.value': '<2>',
      'flat.1': 'x',
      'flat.2': 'y',
    });
    const xml = send({ 'content-type': 'application/x-www-form-urlencoded' }, form.toString());
    expect(seen).toEqual([value]);
    expect(/<GrowResult>(.*)<\/GrowResult>/.exec(xml)?.[1]).toBe(
      '<name>root</name><bytes>AQL/</bytes><at>2026-01-01T00:00:00.500Z</at><day>2026-01-01T00:00:00.000Z</day><below><member><name>leaf</name><below><member><name>bud</name></member></below></member></below><labels><entry><key>a</key><value>1</value></entry><entry><key>b c</key><value>&lt;2&gt;</value></entry></labels><flat>x</flat><flat>y</flat>',
    );
  });
});

test('an access key of twelve digits is the account, one of AssumeRole carries it', () => {
  const { json, seen } = aWire(() => ({}));
  for (const key of ['111122223333', 'ASIA444455556666BEEF', 'AKIAIOSFODNN7EXAMPLE']) {
    json(`${ecs}.DescribeServices`, '{}', scope('ecs', key, 'us-west-2'));
  }
  expect(seen.map(({ at }) => at)).toEqual([
    { account: '111122223333', region: 'us-west-2' },
    { account: '444455556666', region: 'us-west-2' },
    { account: '000000000000', region: 'us-west-2' },
  ]);
});

test('a request that names no operation is told so', () => {
  const { send } = aWire(() => ({}));
  const { status, text } = send({ method: 'GET', path: '/bucket/key' });
  expect(status).toBe(404);
  expect(text).toContain('GET /bucket/key names no operation');
});

describe('a service that is not imitated', () => {
  test('is named to an S3 client in its XML', () => {
    const { send } = aWire(() => ({}));
    const { status, headers, text } = send({ method: 'GET', headers: { authorization: scope('s3') } });
    expect([status, headers['content-type']]).toEqual([501, 'application/xml']);
    expect(text).toContain(
      '<Error><Code>NotImplemented</Code><Message>The local runtime does not imitate the service s3, only ecs, elasticloadbalancing.</Message>',
    );
  });

  test('is named to other clients in JSON', () => {
    const { send } = aWire(() => ({}));
    const { text } = send({
      method: 'GET',
      path: '/2015-03-31/functions',
      headers: { authorization: scope('lambda') },
    });
    expect(JSON.parse(text)).toMatchObject({
      __type: 'NotImplemented',
      message: 'The local runtime does not imitate the service lambda, only ecs, elasticloadbalancing.',
    });
  });
});
