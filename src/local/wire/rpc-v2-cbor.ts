import { AwsError } from '../aws-error.ts';
import { CborError, decodeCbor, encodeCbor } from './cbor.ts';
import { describeError } from './describe-error.ts';
import type { WireResponse } from './message.ts';
import type { Protocol } from './protocol.ts';
import { mismatch, readTree } from './tree.ts';

/** Smithy's RPC v2 over CBOR: service and operation in the path, one CBOR document each way. */
export const rpcV2Cbor: Protocol = {
  recognise(request, endpoints) {
    if (request.headers['smithy-protocol'] !== 'rpc-v2-cbor') return undefined;
    const [, target, operation] = /\/service\/([^/]+)\/operation\/([^/]+)$/.exec(request.path) ?? [];
    if (target === undefined || operation === undefined) return undefined;
    return {
      endpoint: endpoints.find(({ dialect }) => dialect.protocol === 'rpcV2Cbor' && dialect.target === target),
      operation,
    };
  },

  read(operation, request) {
    return readTree(operation.input, request.body.length === 0 ? {} : parse(request.body), { blob, timestamp });
  },

  write(_operation, _endpoint, output, requestId) {
    return answer(200, output ?? {}, requestId);
  },

  writeError(error, endpoint, requestId) {
    const { document, headers } = describeError(error, endpoint);
    return answer(error.status, document, requestId, headers);
  },

  unknownOperation(request, asked) {
    const of = asked.endpoint ? `${asked.endpoint.service.name} here` : 'a service that is imitated here';
    return new AwsError('UnknownOperationException', `${request.path} is not an operation of ${of}.`);
  },
};

function parse(body: Uint8Array): unknown {
  try {
    return decodeCbor(body);
  } catch (error) {
    if (!(error instanceof CborError)) throw error;
    throw new AwsError('SerializationException', `The request body is not CBOR: ${error.message}.`);
  }
}

const blob = (value: unknown): Uint8Array => (value instanceof Uint8Array ? value : mismatch(value, 'a blob'));

const timestamp = (value: unknown): Date =>
  value instanceof Date && !Number.isNaN(value.getTime()) ? value : mismatch(value, 'a timestamp');

function answer(
  status: number,
  document: unknown,
  requestId: string,
  more: Readonly<Record<string, string>> = {},
): WireResponse {
  return {
    status,
    headers: {
      'content-type': 'application/cbor',
      'smithy-protocol': 'rpc-v2-cbor',
      'x-amzn-requestid': requestId,
      ...more,
    },
    body: encodeCbor(document),
  };
}
