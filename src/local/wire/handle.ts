import type { Random } from '../../base/index.ts';
import { AwsError } from '../aws-error.ts';
import type { AnyService, Call } from '../service.ts';
import { awsJson } from './aws-json.ts';
import { uncompressed } from './body.ts';
import { type Place, placeOf, sessionTokenOf, signatureScope } from './caller.ts';
import type { WireRequest, WireResponse } from './message.ts';
import { operationOf } from './model.ts';
import { endpointsOf, protocols } from './protocols.ts';
import { checkRequired } from './required.ts';
import { sentMembers } from './sent-members.ts';

export interface WireOptions {
  readonly services: readonly AnyService[];
  readonly defaultAccount: string;
  /** For request ids. */
  readonly random: Random;
  /** Runs a call in the world of its account and region. */
  readonly invoke: (at: Place, service: AnyService, operation: string, input: unknown, call: Call) => unknown;
  /** Told of an exception that is not AWS's: a bug of a handler. */
  readonly onBug: (error: unknown, what: string) => void;
  /** Told of each call once it is answered. */
  readonly onAnswered?: (call: AnsweredCall) => void;
}

/** What a request log may tell of a call: names, never values. */
export interface AnsweredCall {
  /** As in the credential scope. */
  readonly service: string;
  readonly operation: string;
  /** See `sentMembers`. */
  readonly members: readonly string[];
  readonly userAgent: string;
  readonly status: number;
  /** Undefined for a call that succeeded. */
  readonly errorCode: string | undefined;
}

/** The whole of the wire: bytes in, bytes out, synchronously and without I/O. */
export function createWire(options: WireOptions): (request: WireRequest) => WireResponse {
  const endpoints = endpointsOf(options.services);
  return (sent) => {
    const requestId = uuidFrom(options.random);
    const call = { service: signatureScope(sent)?.service ?? '', operation: `${sent.method} ${sent.path}` };
    const answered = (response: WireResponse, members: readonly string[], errorCode: string | undefined) => {
      const userAgent = sent.headers['user-agent'] ?? '';
      options.onAnswered?.({ ...call, members, userAgent, status: response.status, errorCode });
      return response;
    };
    const request = uncompressed(sent);
    if (request instanceof AwsError) {
      return answered(awsJson.writeError(request, undefined, requestId), [], request.code);
    }
    for (const protocol of protocols) {
      const asked = protocol.recognise(request, endpoints);
      if (!asked) continue;
      const { endpoint } = asked;
      call.operation = asked.operation;
      if (endpoint) call.service = endpoint.service.name;
      let members: readonly string[] = [];
      try {
        const operation = endpoint && operationOf(endpoint.service, asked.operation);
        if (!endpoint || !operation) throw protocol.unknownOperation(request, asked);
        const input = protocol.read(operation, request);
        if (options.onAnswered) members = sentMembers(operation.input, input);
        checkRequired(endpoint, operation.input, input);
        const output = options.invoke(
          placeOf(request, options.defaultAccount),
          endpoint.service,
          operation.name,
          input,
          { requestId, host: request.headers.host ?? 'localhost', sessionToken: sessionTokenOf(request) },
        );
        return answered(protocol.write(operation, endpoint, output, requestId), members, undefined);
      } catch (error) {
        const failure = error instanceof AwsError ? error : internalFailure;
        if (failure === internalFailure) {
          options.onBug(error, `${endpoint?.service.name}:${asked.operation} (request ${requestId})`);
        }
        return answered(protocol.writeError(failure, endpoint, requestId), members, failure.code);
      }
    }
    const foreign = signatureScope(request)?.service;
    if (foreign !== undefined && !options.services.some(({ name }) => name === foreign))
      return answered(notImitated(foreign, options.services, requestId), [], 'NotImplemented');
    const what = `${request.method} ${request.path} names no operation: X-Amz-Target or Action is missing.`;
    const error = new AwsError('UnknownOperationException', what, 404);
    return answered(awsJson.writeError(error, undefined, requestId), [], error.code);
  };
}

const internalFailure = new AwsError(
  'InternalFailure',
  'The request processing has failed because of an unknown error.',
  500,
);

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
