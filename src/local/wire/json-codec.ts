import { AwsError } from '../aws-error.ts';
import type { Shape } from './shape.ts';

/**
 * What a JSON client sent, as the SDK's types describe it: timestamps are Dates, blobs are bytes. Members that the
 * model does not know stay. `null` is as good as absent.
 * @throws AwsError SerializationException where a value has another type than the model's.
 */
export function readJson(shape: Shape, value: unknown): unknown {
  switch (shape.kind) {
    case 'struct': {
      if (!isRecord(value)) return mismatch(value, 'a structure');
      const out: Record<string, unknown> = {};
      for (const key of Object.keys(value)) {
        if (value[key] !== null && key !== '__proto__') out[key] = value[key];
      }
      for (const member of shape.members()) {
        const sent = out[member.name];
        if (sent !== undefined) out[member.name] = readJson(member.shape, sent);
      }
      return out;
    }
    case 'list': {
      if (!Array.isArray(value)) return mismatch(value, 'a list');
      const item = shape.item();
      return value.map((each: unknown) => (each === null ? null : readJson(item, each)));
    }
    case 'map': {
      if (!isRecord(value)) return mismatch(value, 'a map');
      const item = shape.value();
      return Object.fromEntries(
        Object.entries(value).map(([key, each]) => [key, each === null ? null : readJson(item, each)]),
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
      return typeof value === 'string' ? new Uint8Array(Buffer.from(value, 'base64')) : mismatch(value, 'a blob');
    case 'timestamp':
      return readTimestamp(value);
    case 'document':
      return value;
  }
}

/** What a JSON client is to get; `undefined` members are left out, members that the model does not know stay. */
export function writeJson(shape: Shape, value: unknown): string {
  return JSON.stringify(plain(shape, value) ?? {});
}

/** Copies only where something below a value needs another form in JSON. */
function plain(shape: Shape, value: unknown): unknown {
  if (value === undefined || value === null || !needsForm(shape)) return value;
  switch (shape.kind) {
    case 'struct': {
      const out: Record<string, unknown> = { ...value };
      for (const member of shape.members()) {
        const held = out[member.name];
        if (held !== undefined) out[member.name] = plain(member.shape, held);
      }
      return out;
    }
    case 'list': {
      const item = shape.item();
      return Array.isArray(value) ? value.map((each: unknown) => plain(item, each)) : value;
    }
    case 'map': {
      const item = shape.value();
      return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(item, each)]));
    }
    case 'blob':
      return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value;
    case 'timestamp':
      return value instanceof Date ? writeTimestamp(shape.format, value) : value;
    default:
      return value;
  }
}

const forms = new WeakMap<Shape, boolean>();

/** Whether a timestamp or a blob can occur in the shape. A shape that contains itself counts by its other members. */
function needsForm(shape: Shape): boolean {
  const known = forms.get(shape);
  if (known !== undefined) return known;
  const needs = reachesForm(shape, new Set());
  forms.set(shape, needs);
  return needs;
}

function reachesForm(shape: Shape, seen: Set<Shape>): boolean {
  if (seen.has(shape)) return false;
  seen.add(shape);
  switch (shape.kind) {
    case 'blob':
    case 'timestamp':
      return true;
    case 'struct':
      return shape.members().some((member) => reachesForm(member.shape, seen));
    case 'list':
      return reachesForm(shape.item(), seen);
    case 'map':
      return reachesForm(shape.value(), seen);
    default:
      return false;
  }
}

function writeTimestamp(format: string, value: Date): string | number {
  if (format === 'date-time') return value.toISOString();
  if (format === 'http-date') return value.toUTCString();
  return value.getTime() / 1000;
}

function readTimestamp(value: unknown): Date {
  const at =
    typeof value === 'number'
      ? new Date(Math.round(value * 1000))
      : typeof value === 'string'
        ? new Date(/^-?\d+(\.\d+)?$/.test(value) ? Math.round(Number(value) * 1000) : value)
        : undefined;
  return at && !Number.isNaN(at.getTime()) ? at : mismatch(value, 'a timestamp');
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function mismatch(value: unknown, wanted: string): never {
  const found = Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'a structure' : `a ${typeof value}`;
  throw new AwsError('SerializationException', `Expected ${wanted}, found ${found}`);
}
