import { AwsError } from '../aws-error.ts';
import { awsJson } from './aws-json.ts';
import { awsQuery, formOf } from './aws-query.ts';
import type { WireRequest, WireResponse } from './message.ts';
import { rpcV2Cbor } from './rpc-v2-cbor.ts';
import { escapeXml } from './xml-codec.ts';

/** A call that the runtime does not imitate. */
export interface ForeignCall {
  readonly service: string;
  readonly operation: string;
  readonly members: readonly string[];
  /** AWS's error for an operation that the service does not have. */
  readonly unknownOperation: AwsError;
  /** An error as clients of this service read it. */
  refuse(error: AwsError, requestId: string): WireResponse;
}

/** A call to a service of which nothing is known here but what the request itself says. */
export function recogniseForeign(service: string, request: WireRequest): ForeignCall {
  const protocol = [awsJson, rpcV2Cbor, awsQuery].find((each) => each.recognise(request, []) !== undefined);
  const operation = protocol?.recognise(request, [])?.operation;
  if (!protocol || operation === undefined) return recogniseRest(service, request);
  const ec2 = service === 'ec2';
  return {
    service,
    operation,
    members: protocol === awsQuery ? formMembers(request) : documentMembers(request),
    unknownOperation: ec2
      ? new AwsError('InvalidAction', `The action ${operation} is not valid for this web service.`)
      : protocol.unknownOperation(request, { endpoint: undefined, operation }),
    refuse: (error, requestId) => (ec2 ? ec2Error(error, requestId) : protocol.writeError(error, undefined, requestId)),
  };
}

/** Services whose operations are method and path: their errors are XML or JSON, by the service. */
function recogniseRest(service: string, request: WireRequest): ForeignCall {
  const parameters = [...new URLSearchParams(request.query).keys()].filter((name) => !name.startsWith('X-Amz-'));
  return {
    service,
    operation: `${request.method} ${request.path}`,
    members: [...new Set(parameters)],
    unknownOperation: new AwsError('NotImplemented', `${request.method} ${request.path} is not implemented.`),
    refuse: (error, requestId) => {
      // S3 is the one service that may be read without a signature.
      if (service === 's3' || service === '') return restXmlError(error, requestId, '', '');
      if (xmlServices.has(service)) return restXmlError(error, requestId, '<ErrorResponse>', '</ErrorResponse>');
      const { status, headers, body } = awsJson.writeError(error, undefined, requestId);
      return {
        status,
        headers: { ...headers, 'content-type': 'application/json', 'x-amzn-errortype': error.code },
        body,
      };
    },
  };
}

/** Services with REST and XML, beside S3. */
const xmlServices: ReadonlySet<string> = new Set(['route53', 'cloudfront', 's3control']);

/** EC2 (ec2Query) has an envelope of its own. */
function ec2Error({ status, code, message }: AwsError, requestId: string): WireResponse {
  const error = `<Error><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error>`;
  return xml(status, `<Response><Errors>${error}</Errors><RequestID>${requestId}</RequestID></Response>`, requestId);
}

function restXmlError(error: AwsError, requestId: string, before: string, after: string): WireResponse {
  const { status, code, message } = error;
  const inner = `<Code>${code}</Code><Message>${escapeXml(message)}</Message>`;
  const id = `<RequestId>${requestId}</RequestId>`;
  const body = before === '' ? `<Error>${inner}${id}</Error>` : `${before}<Error>${inner}</Error>${id}${after}`;
  return xml(status, body, requestId);
}

const xml = (status: number, text: string, requestId: string): WireResponse => ({
  status,
  headers: { 'content-type': 'application/xml', 'x-amz-request-id': requestId, 'x-amzn-requestid': requestId },
  body: new Uint8Array(Buffer.from(text)),
});

/** `TagSpecification.1.Tag.2.Key` is the same member as with `member.1`, and the first item is 0. */
function formMembers(request: WireRequest): readonly string[] {
  const names = [...formOf(request).keys()].filter(
    (name) => name !== 'Action' && name !== 'Version' && !name.startsWith('X-Amz-'),
  );
  return [
    ...new Set(
      names.map((name) => name.replace(/\.(?:(?:member|entry)\.)?(\d+)/g, (_all, item) => `.${Number(item) - 1}`)),
    ),
  ];
}

/** What lies deeper may be a map's key, and so a value: it is not told. */
function documentMembers(request: WireRequest): readonly string[] {
  try {
    const document: unknown = JSON.parse(Buffer.from(request.body).toString());
    return typeof document === 'object' && document !== null && !Array.isArray(document) ? Object.keys(document) : [];
  } catch {
    return [];
  }
}
