import type { Shape } from './shape.ts';
import { mismatch, readTree } from './tree.ts';

/**
 * What a JSON client sent, as the SDK's types describe it: timestamps are Dates, blobs are bytes.
 * @throws AwsError SerializationException where a value has another type than the model's.
 */
export const readJson = (shape: Shape, value: unknown): unknown => readTree(shape, value, { blob, timestamp });

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

const blob = (value: unknown): Uint8Array =>
  typeof value === 'string' ? new Uint8Array(Buffer.from(value, 'base64')) : mismatch(value, 'a blob');

function timestamp(value: unknown): Date {
  const at =
    typeof value === 'number'
      ? new Date(Math.round(value * 1000))
      : typeof value === 'string'
        ? new Date(/^-?\d+(\.\d+)?$/.test(value) ? Math.round(Number(value) * 1000) : value)
        : undefined;
  return at && !Number.isNaN(at.getTime()) ? at : mismatch(value, 'a timestamp');
}
