import type { Random } from '../../base/index.ts';
import { AwsError } from '../aws-error.ts';
import type { AnyService, Call } from '../service.ts';
import { awsJson } from './aws-json.ts';
import { awsQuery } from './aws-query.ts';
import { accountOf, signatureScope } from './caller.ts';
import { dialects } from './dialects.ts';
import type { WireRequest, WireResponse } from './message.ts';
import { operationOf } from './model.ts';
import type { Endpoint, Protocol } from './protocol.ts';
import { checkRequired } from './required.ts';

export interface WireOptions {
  readonly services: readonly AnyService[];
  readonly defaultAccount: string;
  /** For request ids. */
  readonly random: Random;
  /** Runs a call in the world of its account and region. */
  readonly invoke: (at: Place, service: AnyService, operation: string, input: unknown, call: Call) => unknown;
  /** Told of an exception that is not AWS's: a bug of a handler. */
  readonly onBug: (error: unknown, what: string) => void;
}

export interface Place {
  readonly account: string;
  readonly region: string;
}

/** One more file and one more entry here is one more protocol. */
const protocols: readonly Protocol[] = [awsJson, awsQuery];

/** The whole of the wire: bytes in, bytes out, synchronously and without I/O. */
export function createWire(options: WireOptions): (request: WireRequest) => WireResponse {
  const endpoints = options.services.map((service): Endpoint => {
    const dialect = dialects[service.name];
    if (!dialect) throw new Error(`no protocol is known for the service ${service.name}: see dialects.ts`);
    return { service, dialect };
  });
  return (request) => {
    const requestId = uuidFrom(options.random);
    for (const protocol of protocols) {
      const asked = protocol.recognise(request, endpoints);
      if (!asked) continue;
      const { endpoint } = asked;
      try {
        const operation = endpoint && operationOf(endpoint.service, asked.operation);
        if (!endpoint || !operation) throw protocol.unknownOperation(request, asked);
        const input = protocol.read(operation, request);
        checkRequired(endpoint, operation.input, input);
        const scope = signatureScope(request);
        const output = options.invoke(
          {
            account: accountOf(scope?.accessKeyId ?? '', options.defaultAccount),
            region: scope?.region ?? 'us-east-1',
          },
          endpoint.service,
          operation.name,
          input,
          { requestId, host: request.headers.host ?? 'localhost' },
        );
        return protocol.write(operation, endpoint, output, requestId);
      } catch (error) {
        if (error instanceof AwsError) return protocol.writeError(error, endpoint, requestId);
        options.onBug(error, `${endpoint?.service.name}:${asked.operation} (request ${requestId})`);
        const failure = new AwsError(
          'InternalFailure',
          'The request processing has failed because of an unknown error.',
          500,
        );
        return protocol.writeError(failure, endpoint, requestId);
      }
    }
    const foreign = signatureScope(request)?.service;
    if (foreign !== undefined && !options.services.some(({ name }) => name === foreign))
      return notImitated(foreign, options.services, requestId);
    const what = `${request.method} ${request.path} names no operation: X-Amz-Target or Action is missing.`;
    return awsJson.writeError(new AwsError('UnknownOperationException', what, 404), undefined, requestId);
  };
}

/** S3 has no operation's name in its requests and reads an XML error; the other such services read JSON. */
function notImitated(name: string, services: readonly AnyService[], requestId: string): WireResponse {
  const imitated = services.map((service) => service.name).join(', ');
  const error = new AwsError(
    'NotImplemented',
    `The local runtime does not imitate the service ${name}, only ${imitated}.`,
    501,
  );
  if (name !== 's3') return awsJson.writeError(error, undefined, requestId);
  const xml = `<Error><Code>${error.code}</Code><Message>${error.message}</Message><RequestId>${requestId}</RequestId></Error>`;
  return {
    status: error.status,
    headers: { 'content-type': 'application/xml', 'x-amz-request-id': requestId },
    body: new Uint8Array(Buffer.from(xml)),
  };
}

/** Cheaper than `random.uuid()`: one is made for every call. */
function uuidFrom(random: Random): string {
  const word = () =>
    random
      .int(2 ** 32)
      .toString(16)
      .padStart(8, '0');
  const [a, b, c] = [word(), word(), word()];
  return `${word()}-${a.slice(0, 4)}-4${a.slice(5)}-a${b.slice(1, 4)}-${b.slice(4)}${c}`;
}
