import type { SchemaRef } from '@smithy/types';
import type { AnyService } from '../service.ts';
import type { Operation } from './protocol.ts';
import { type Shape, shapeOf } from './shape.ts';

/** Undefined where the model does not have it or nobody handles it. */
export function operationOf(service: AnyService, name: string): Operation | undefined {
  return Object.hasOwn(service.operations, name) ? modelledOperationOf(service, name) : undefined;
}

/** An operation that the model has, whether anybody handles it or not. */
export function modelledOperationOf(service: AnyService, name: string): Operation | undefined {
  return read(operations, service.sdk, name, readOperation);
}

/** An error of the model. AWS's query services have a code of their own beside the shape's name. */
export interface ErrorModel {
  readonly name: string;
  readonly queryCode: string;
  readonly shape: Shape;
}

/** By either name of the error; undefined where the model has no such error. */
export function errorOf(service: AnyService, code: string): ErrorModel | undefined {
  let ofSdk = errors.get(service.sdk);
  if (!ofSdk) {
    ofSdk = readErrors(service.sdk);
    errors.set(service.sdk, ofSdk);
  }
  return ofSdk.get(code);
}

/** By SDK module: models don't change, and every simulated run has a runtime of its own. */
type Known<T> = WeakMap<object, Map<string, T | undefined>>;
const operations: Known<Operation> = new WeakMap();
const errors = new WeakMap<object, ReadonlyMap<string, ErrorModel>>();

function read<T>(
  known: Known<T>,
  sdk: object,
  name: string,
  make: (name: string, schema: readonly unknown[]) => T | undefined,
): T | undefined {
  let ofSdk = known.get(sdk);
  if (!ofSdk) {
    ofSdk = new Map();
    known.set(sdk, ofSdk);
  }
  if (!ofSdk.has(name)) {
    const schema: unknown = new Map<string, unknown>(Object.entries(sdk)).get(`${name}$`);
    ofSdk.set(name, Array.isArray(schema) ? make(name, schema) : undefined);
  }
  return ofSdk.get(name);
}

/** A static operation schema: [9, namespace, name, traits, input, output]. */
const readOperation = (name: string, schema: readonly unknown[]): Operation | undefined =>
  schema[0] === 9 ? { name, input: shapeOf(deref(schema[4])), output: shapeOf(deref(schema[5])) } : undefined;

/** Static error schemas: [-3, namespace, name, traits, …], else as a structure's. */
function readErrors(sdk: object): ReadonlyMap<string, ErrorModel> {
  const found = Object.values(sdk).flatMap((schema: unknown): readonly ErrorModel[] => {
    if (!Array.isArray(schema) || schema[0] !== -3) return [];
    const [, , name, traits]: readonly unknown[] = schema;
    if (typeof name !== 'string') return [];
    return [{ name, queryCode: queryCodeIn(traits) ?? name, shape: shapeOf(deref(schema)) }];
  });
  const byCode = found.map((each) => [each.queryCode, each] as const);
  return new Map([...byCode, ...found.map((each) => [each.name, each] as const)]);
}

/** The trait `awsQueryError`: [code, HTTP status]. */
function queryCodeIn(traits: unknown): string | undefined {
  if (typeof traits !== 'object' || traits === null || !('awsQueryError' in traits)) return undefined;
  const code: unknown = Array.isArray(traits.awsQueryError) ? traits.awsQueryError[0] : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** The SDK's schemas name each other by functions; what they return is of its own type `SchemaRef`. */
const deref = (schema: unknown): SchemaRef => (typeof schema === 'function' ? schema() : schema) as SchemaRef;
