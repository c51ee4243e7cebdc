import { AwsError } from '../aws-error.ts';
import { describeError } from './describe-error.ts';
import { readJson, writeJson } from './json-codec.ts';
import type { WireResponse } from './message.ts';
import type { Endpoint, Protocol } from './protocol.ts';

/** awsJson 1.0 and 1.1: the operation in X-Amz-Target, one JSON document each way. */
export const awsJson: Protocol = {
  recognise(request, endpoints) {
    const target = request.headers['x-amz-target'];
    if (target === undefined) return undefined;
    const dot = target.lastIndexOf('.');
    const prefix = target.slice(0, Math.max(0, dot));
    return {
      endpoint: endpoints.find(({ dialect }) => dialect.protocol === 'awsJson' && dialect.target === prefix),
      operation: target.slice(dot + 1),
    };
  },

  read(operation, request) {
    return readJson(operation.input, request.body.length === 0 ? {} : parse(request.body));
  },

  write(operation, endpoint, output, requestId) {
    return answer(200, writeJson(operation.output, output), endpoint, requestId);
  },

  writeError(error, endpoint, requestId) {
    const { document, shape, headers } = describeError(error, endpoint);
    const json = shape ? writeJson(shape, document) : JSON.stringify(document);
    return answer(error.status, json, endpoint, requestId, headers);
  },

  unknownOperation(request, asked) {
    const target = request.headers['x-amz-target'] ?? '';
    const of = asked.endpoint ? `${asked.endpoint.service.name} here` : 'a service that is imitated here';
    return new AwsError('UnknownOperationException', `${target} is not an operation of ${of}.`);
  },
};

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString());
  } catch {
    throw new AwsError('SerializationException', 'The request body is not JSON.');
  }
}

function answer(
  status: number,
  json: string,
  endpoint: Endpoint | undefined,
  requestId: string,
  more: Readonly<Record<string, string>> = {},
): WireResponse {
  const version = endpoint?.dialect.protocol === 'awsJson' ? endpoint.dialect.version : '1.1';
  return {
    status,
    headers: { 'content-type': `application/x-amz-json-${version}`, 'x-amzn-requestid': requestId, ...more },
    body: new Uint8Array(Buffer.from(json)),
  };
}
