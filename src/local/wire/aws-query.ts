import { AwsError } from '../aws-error.ts';
import { signatureScope } from './caller.ts';
import type { WireRequest, WireResponse } from './message.ts';
import { errorOf } from './model.ts';
import type { Protocol } from './protocol.ts';
import { readQuery } from './query-codec.ts';
import { escapeXml, writeXml } from './xml-codec.ts';

/** awsQuery: `Action` and `Version` in a form (or in the query string), XML back. */
export const awsQuery: Protocol = {
  recognise(request, endpoints) {
    if (request.headers['x-amz-target'] !== undefined) return undefined;
    const form = formOf(request);
    const operation = form.get('Action');
    if (operation === null) return undefined;
    const version = form.get('Version');
    const byVersion = endpoints.find(({ dialect }) => dialect.protocol === 'awsQuery' && dialect.version === version);
    const name = signatureScope(request)?.service;
    const byName = endpoints.find(({ service, dialect }) => dialect.protocol === 'awsQuery' && service.name === name);
    // A version is some other service's own where the signature names a service that is not imitated.
    return { endpoint: byVersion ?? (version === null ? byName : undefined), operation };
  },

  read(operation, request) {
    return readQuery(operation.input, formOf(request));
  },

  write(operation, endpoint, output, requestId) {
    const { name } = operation;
    const inner = writeXml(operation.output, output);
    const xmlns = endpoint.dialect.protocol === 'awsQuery' ? endpoint.dialect.xmlns : '';
    const result = inner === '' ? `<${name}Result/>` : `<${name}Result>${inner}</${name}Result>`;
    const metadata = `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`;
    return answer(200, `<${name}Response xmlns="${xmlns}">${result}${metadata}</${name}Response>`, requestId);
  },

  writeError(error, endpoint, requestId) {
    const type = error.status < 500 ? 'Sender' : 'Receiver';
    const xmlns = endpoint?.dialect.protocol === 'awsQuery' ? ` xmlns="${endpoint.dialect.xmlns}"` : '';
    const members = Object.entries(error.members)
      .map(([name, value]) => `<${name}>${escapeXml(String(value))}</${name}>`)
      .join('');
    const code = (endpoint && errorOf(endpoint.service, error.code)?.queryCode) ?? error.code;
    const detail = `<Type>${type}</Type><Code>${code}</Code><Message>${escapeXml(error.message)}</Message>`;
    return answer(
      error.status,
      `<ErrorResponse${xmlns}><Error>${detail}${members}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
      requestId,
    );
  },

  unknownOperation(request, asked) {
    const version = formOf(request).get('Version') ?? '';
    return new AwsError('InvalidAction', `Could not find operation ${asked.operation} for version ${version}`);
  },
};

/** A request is parsed when its protocol is recognised and again when it is read: remembered in between. */
const forms = new WeakMap<WireRequest, URLSearchParams>();

export function formOf(request: WireRequest): URLSearchParams {
  const known = forms.get(request);
  if (known) return known;
  const isForm = (request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');
  const text = isForm && request.body.length > 0 ? Buffer.from(request.body).toString() : request.query;
  const form = new URLSearchParams(text);
  forms.set(request, form);
  return form;
}

function answer(status: number, xml: string, requestId: string): WireResponse {
  return {
    status,
    headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
    body: new Uint8Array(Buffer.from(xml)),
  };
}
