import type { AwsError } from '../aws-error.ts';
import type { AnyService } from '../service.ts';
import type { WireRequest, WireResponse } from './message.ts';
import type { Shape } from './shape.ts';

/** How a service is spoken to; facts of its model that the SDK's modules do not export. */
export type Dialect =
  | {
      readonly protocol: 'awsJson';
      readonly version: '1.0' | '1.1';
      /** Before the dot of X-Amz-Target. */
      readonly target: string;
      /** Before the name of an error in `__type`. */
      readonly errorPrefix: string;
      /** A service that clients have spoken to as a query service tells its errors under those codes, too. */
      readonly queryCompatible?: true;
    }
  | { readonly protocol: 'awsQuery'; readonly version: string; readonly xmlns: string }
  | {
      readonly protocol: 'rpcV2Cbor';
      /** In the path: `/service/<target>/operation/<operation>`. */
      readonly target: string;
      readonly errorPrefix: string;
      readonly queryCompatible?: true;
    };

/** A service with one of its dialects. */
export interface Endpoint {
  readonly service: AnyService;
  readonly dialect: Dialect;
}

/** An operation of the model, with the shapes of both its sides. */
export interface Operation {
  readonly name: string;
  readonly input: Shape;
  readonly output: Shape;
}

/**
 * What a request asks for. `endpoint` is undefined where no service is known by what the request says,
 * and `operation` may be one that the service does not have.
 */
export interface Asked {
  readonly endpoint: Endpoint | undefined;
  readonly operation: string;
}

/** One of AWS's protocols, seen from the server. Errors of reading are AwsErrors. */
export interface Protocol {
  /** Undefined when the request speaks another protocol. */
  recognise(request: WireRequest, endpoints: readonly Endpoint[]): Asked | undefined;
  read(operation: Operation, request: WireRequest): unknown;
  write(operation: Operation, endpoint: Endpoint, output: unknown, requestId: string): WireResponse;
  writeError(error: AwsError, endpoint: Endpoint | undefined, requestId: string): WireResponse;
  /** AWS's error for an operation that the service does not have. */
  unknownOperation(request: WireRequest, asked: Asked): AwsError;
}
