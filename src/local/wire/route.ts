import { AwsError } from '../aws-error.ts';
import type { AnyService } from '../service.ts';
import { uncompressed } from './body.ts';
import { signatureScope } from './caller.ts';
import { type ForeignCall, recogniseForeign } from './foreign.ts';
import type { WireRequest } from './message.ts';
import { modelledOperationOf, operationOf } from './model.ts';
import type { Asked, Endpoint, Protocol } from './protocol.ts';
import { endpointsOf, protocols } from './protocols.ts';
import { sentMembers } from './sent-members.ts';

/** Whose call a request is, by the service in its signature's scope, then by its operation. */
export type Route =
  | { readonly to: 'runtime' }
  | { readonly to: 'elsewhere'; readonly call: ForeignCall }
  /** The head alone does not tell: ask again with the body. Only for protocols whose bodies are short. */
  | { readonly to: 'undecided' };

/** `body` is undefined while it has not been read. */
export type HeadedRequest = Omit<WireRequest, 'body'> & { readonly body: Uint8Array | undefined };

export function createRouter(services: readonly AnyService[]): (request: HeadedRequest) => Route {
  const endpoints = endpointsOf(services);
  const imitated = new Set(services.map(({ name }) => name));
  return (sent) => {
    const { body } = sent;
    if (body === undefined && isShort(sent)) return { to: 'undecided' };
    const request = uncompressed({ ...sent, body: body ?? new Uint8Array() });
    // The runtime says what is wrong with it.
    if (request instanceof AwsError) return { to: 'runtime' };
    const signed = signatureScope(request)?.service;
    if (signed !== undefined && !imitated.has(signed)) return elsewhere(signed, request);
    for (const protocol of protocols) {
      const asked = protocol.recognise(request, endpoints);
      if (!asked) continue;
      const { endpoint, operation } = asked;
      if (endpoint && operationOf(endpoint.service, operation)) return { to: 'runtime' };
      return endpoint
        ? { to: 'elsewhere', call: ofImitatedService(protocol, endpoint, asked, request) }
        : elsewhere(signed, request);
    }
    // Unsigned and without an operation's name: S3 reads, for example.
    return signed === undefined ? elsewhere(signed, request) : { to: 'runtime' };
  };
}

/** JSON, forms and CBOR come whole; S3 and its like stream. */
const isShort = ({ headers, query }: HeadedRequest): boolean =>
  headers['x-amz-target'] !== undefined ||
  headers['smithy-protocol'] !== undefined ||
  (headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded') ||
  new URLSearchParams(query).has('Action');

const elsewhere = (service: string | undefined, request: WireRequest): Route => ({
  to: 'elsewhere',
  call: recogniseForeign(service ?? '', request),
});

/** An operation of a service that is imitated, that nobody imitates: its model may still tell its members. */
function ofImitatedService(protocol: Protocol, endpoint: Endpoint, asked: Asked, request: WireRequest): ForeignCall {
  return {
    service: endpoint.service.name,
    operation: asked.operation,
    members: modelledMembers(protocol, endpoint, asked, request),
    unknownOperation: protocol.unknownOperation(request, asked),
    refuse: (error, requestId) => protocol.writeError(error, endpoint, requestId),
  };
}

function modelledMembers(
  protocol: Protocol,
  endpoint: Endpoint,
  asked: Asked,
  request: WireRequest,
): readonly string[] {
  const operation = modelledOperationOf(endpoint.service, asked.operation);
  if (!operation) return [];
  try {
    return sentMembers(operation.input, protocol.read(operation, request));
  } catch {
    // Whoever answers the call says what is wrong with it.
    return [];
  }
}
