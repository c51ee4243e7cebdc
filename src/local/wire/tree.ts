import { AwsError } from '../aws-error.ts';
import type { Shape } from './shape.ts';

/** How a protocol writes what JSON has no type for. */
export interface Leaves {
  blob(value: unknown): Uint8Array;
  timestamp(value: unknown): Date;
}

/**
 * A parsed document as the SDK's types describe it. Members that the model does not know stay. `null` is as good as
 * absent.
 * @throws AwsError SerializationException where a value has another type than the model's.
 */
export function readTree(shape: Shape, value: unknown, leaves: Leaves): unknown {
  switch (shape.kind) {
    case 'struct': {
      if (!isRecord(value)) return mismatch(value, 'a structure');
      const out: Record<string, unknown> = {};
      for (const key of Object.keys(value)) {
        if (value[key] !== null && key !== '__proto__') out[key] = value[key];
      }
      for (const member of shape.members()) {
        const sent = out[member.name];
        if (sent !== undefined) out[member.name] = readTree(member.shape, sent, leaves);
      }
      return out;
    }
    case 'list': {
      if (!Array.isArray(value)) return mismatch(value, 'a list');
      const item = shape.item();
      return value.map((each: unknown) => (each === null ? null : readTree(item, each, leaves)));
    }
    case 'map': {
      if (!isRecord(value)) return mismatch(value, 'a map');
      const item = shape.value();
      return Object.fromEntries(
        Object.entries(value).map(([key, each]) => [key, each === null ? null : readTree(item, each, leaves)]),
      );
    }
    case 'string':
      return typeof value === 'string' ? value : mismatch(value, 'a string');
    case 'number':
      if (typeof value === 'number') return value;
      if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return Number(value);
      return mismatch(value, 'a number');
    case 'boolean':
      return typeof value === 'boolean' ? value : mismatch(value, 'a boolean');
    case 'blob':
      return leaves.blob(value);
    case 'timestamp':
      return leaves.timestamp(value);
    case 'document':
      return value;
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !isLeaf(value);

const isLeaf = (value: object): boolean => value instanceof Date || value instanceof Uint8Array;

/** @throws AwsError SerializationException always */
export function mismatch(value: unknown, wanted: string): never {
  throw new AwsError('SerializationException', `Expected ${wanted}, found ${found(value)}`);
}

function found(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (value instanceof Date) return 'a timestamp';
  if (value instanceof Uint8Array) return 'a blob';
  return typeof value === 'object' ? 'a structure' : `a ${typeof value}`;
}
