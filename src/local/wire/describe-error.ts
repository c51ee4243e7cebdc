import type { AwsError } from '../aws-error.ts';
import { errorOf } from './model.ts';
import type { Endpoint } from './protocol.ts';
import type { Shape } from './shape.ts';

/** An error as the protocols with documents tell it: JSON and CBOR. */
export interface ErrorDescription {
  readonly document: Readonly<Record<string, unknown>>;
  /** Undefined for an error that the model does not have. */
  readonly shape: Shape | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * `__type` is the shape's name; a query-compatible service adds the code by which its query clients know the error,
 * in a header. Source: Smithy's `awsQueryCompatible` trait.
 */
export function describeError(error: AwsError, endpoint: Endpoint | undefined): ErrorDescription {
  const dialect = endpoint?.dialect;
  const documented = dialect !== undefined && dialect.protocol !== 'awsQuery' ? dialect : undefined;
  const model = endpoint && errorOf(endpoint.service, error.code);
  const name = model?.name ?? error.code;
  const fault = error.status < 500 ? 'Sender' : 'Receiver';
  return {
    document: { __type: `${documented?.errorPrefix ?? ''}${name}`, message: error.message, ...error.members },
    shape: model?.shape,
    headers: documented?.queryCompatible ? { 'x-amzn-query-error': `${model?.queryCode ?? error.code};${fault}` } : {},
  };
}
