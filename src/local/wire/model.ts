import type { SchemaRef } from '@smithy/types';
import type { AnyService } from '../service.ts';
import type { Operation } from './protocol.ts';
import { type Shape, shapeOf } from './shape.ts';

/** Undefined where the model does not have it or nobody handles it. */
export function operationOf(service: AnyService, name: string): Operation | undefined {
  return Object.hasOwn(service.operations, name) ? read(operations, service.sdk, name, readOperation) : undefined;
}

/** The shape of an error by its code; undefined where the model has no such error. */
export function errorShapeOf(service: AnyService, code: string): Shape | undefined {
  return read(errors, service.sdk, code, readError);
}

/** By SDK module: models don't change, and every simulated run has a runtime of its own. */
type Known<T> = WeakMap<object, Map<string, T | undefined>>;
const operations: Known<Operation> = new WeakMap();
const errors: Known<Shape> = new WeakMap();

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

/** A static error schema: [-3, …], else as a structure's. */
const readError = (_name: string, schema: readonly unknown[]): Shape | undefined =>
  schema[0] === -3 ? shapeOf(deref(schema)) : undefined;

/** The SDK's schemas name each other by functions; what they return is of its own type `SchemaRef`. */
const deref = (schema: unknown): SchemaRef => (typeof schema === 'function' ? schema() : schema) as SchemaRef;
