import { gzipSync } from 'node:zlib';
import * as sdk from '@aws-sdk/client-cloudwatch';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../../base/index.ts';
import { AwsError } from '../aws-error.ts';
import { decodeCbor, encodeCbor } from './cbor.ts';
import { type AnsweredCall, createWire } from './handle.ts';
import type { WireResponse } from './message.ts';

const at = new Date('2026-11-21T04:00:00.500Z');
const input = {
  Namespace: 'shop',
  MetricData: [{ MetricName: 'orders', Timestamp: at, Value: 1.5, Dimensions: [{ Name: 'a', Value: 'b' }] }],
  Brand: { New: ['x', 'y'] },
};

/** CloudWatch, spoken to in each of its dialects. */
function cloudWatch(answer: () => unknown) {
  const seen: unknown[] = [];
  const calls: AnsweredCall[] = [];
  const never = () => ({});
  const wire = createWire({
    services: [{ name: 'monitoring', sdk, create: never, operations: { PutMetricData: never, DescribeAlarms: never } }],
    defaultAccount: '000000000000',
    random: createRandom('dialects'),
    invoke: (_at, _service, _operation, sent) => {
      seen.push(sent);
      return answer();
    },
    onBug: (error) => {
      throw error;
    },
    onAnswered: (call) => calls.push(call),
  });
  const post = (path: string, headers: Record<string, string>, body: Uint8Array) =>
    wire({ method: 'POST', path, query: '', headers: { 'user-agent': 'a client', ...headers }, body });
  const json = (operation: string, body: object, headers = {}, pack = (text: Uint8Array) => text) =>
    post(
      '/',
      { 'x-amz-target': `GraniteServiceVersion20100801.${operation}`, ...headers },
      pack(Buffer.from(JSON.stringify(body))),
    );
  const cbor = (operation: string, body: object) =>
    post(
      `/service/GraniteServiceVersion20100801/operation/${operation}`,
      { 'smithy-protocol': 'rpc-v2-cbor', 'content-type': 'application/cbor' },
      encodeCbor(body),
    );
  const query = (operation: string, form: Record<string, string>) =>
    post(
      '/',
      { 'content-type': 'application/x-www-form-urlencoded' },
      Buffer.from(new URLSearchParams({ Action: operation, Version: '2010-08-01', ...form }).toString()),
    );
  return { seen, calls, json, cbor, query };
}

const asForm = {
  Namespace: 'shop',
  'MetricData.member.1.MetricName': 'orders',
  'MetricData.member.1.Timestamp': at.toISOString(),
  'MetricData.member.1.Value': '1.5',
  'MetricData.member.1.Dimensions.member.1.Name': 'a',
  'MetricData.member.1.Dimensions.member.1.Value': 'b',
  'Brand.New.member.1': 'x',
  'Brand.New.member.2': 'y',
};
const asJson = { ...input, MetricData: [{ ...input.MetricData[0], Timestamp: at.getTime() / 1000 }] };
const text = ({ body }: WireResponse) => Buffer.from(body).toString();

describe('a service with several dialects', () => {
  test('gives its handlers the same input whichever is spoken, members that no model knows too', () => {
    const { seen, calls, json, cbor, query } = cloudWatch(() => ({}));
    const answers = [
      json('PutMetricData', asJson),
      cbor('PutMetricData', input),
      query('PutMetricData', asForm),
      json('PutMetricData', asJson, { 'content-encoding': 'gzip' }, gzipSync),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(seen).toEqual([input, input, input, input]);
    expect(new Set(calls.map(({ members }) => members.join(' ')))).toEqual(
      new Set([
        'Namespace MetricData MetricData.0.MetricName MetricData.0.Dimensions MetricData.0.Dimensions.0.Name MetricData.0.Dimensions.0.Value MetricData.0.Timestamp MetricData.0.Value Brand',
      ]),
    );
  });

  test('answers each in its own form, members that no model knows too', () => {
    const output = {
      MetricAlarms: [{ AlarmName: 'a&b', Threshold: 0.5, StateUpdatedTimestamp: at, Brand: { New: 1 } }],
    };
    const { json, cbor, query } = cloudWatch(() => output);
    expect(JSON.parse(text(json('DescribeAlarms', {})))).toEqual({
      MetricAlarms: [{ ...output.MetricAlarms[0], StateUpdatedTimestamp: at.getTime() / 1000 }],
    });
    const binary = cbor('DescribeAlarms', {});
    expect(binary.headers).toMatchObject({ 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' });
    expect(decodeCbor(binary.body)).toEqual(output);
    expect(text(query('DescribeAlarms', {}))).toContain(
      '<DescribeAlarmsResult><MetricAlarms><member><AlarmName>a&amp;b</AlarmName><StateUpdatedTimestamp>2026-11-21T04:00:00.500Z</StateUpdatedTimestamp><Threshold>0.5</Threshold><Brand><New>1</New></Brand></member></MetricAlarms></DescribeAlarmsResult>',
    );
  });

  // Smithy's awsQueryCompatible trait: clients of the newer protocols read the query code in a header.
  test.each(['LimitExceededFault', 'LimitExceeded'])(
    'tells the error %s by its shape and by its query code',
    (code) => {
      const { json, cbor, query } = cloudWatch(() => {
        throw new AwsError(code, 'Too many.');
      });
      const document = { __type: 'com.amazonaws.cloudwatch#LimitExceededFault', message: 'Too many.' };
      for (const { status, headers } of [json('DescribeAlarms', {}), cbor('DescribeAlarms', {})]) {
        expect([status, headers['x-amzn-query-error']]).toEqual([400, 'LimitExceeded;Sender']);
      }
      expect(JSON.parse(text(json('DescribeAlarms', {})))).toEqual(document);
      expect(decodeCbor(cbor('DescribeAlarms', {}).body)).toEqual(document);
      expect(text(query('DescribeAlarms', {}))).toContain('<Code>LimitExceeded</Code><Message>Too many.</Message>');
    },
  );

  test('refuses an unknown operation and a broken body in each', () => {
    const { json, cbor, query, calls } = cloudWatch(() => ({}));
    json('PutDashboard', {});
    cbor('PutDashboard', {});
    query('PutDashboard', {});
    json('PutMetricData', {}, { 'content-encoding': 'gzip' });
    cbor('PutMetricData', { Namespace: 1 });
    expect(calls.map(({ status, errorCode }) => `${status} ${errorCode}`)).toEqual([
      '400 UnknownOperationException',
      '400 UnknownOperationException',
      '400 InvalidAction',
      '400 SerializationException',
      '400 SerializationException',
    ]);
  });
});
