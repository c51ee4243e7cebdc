import { NormalizedSchema } from '@smithy/core/schema';
import type { SchemaRef } from '@smithy/types';

/** One shape of a service's model, walked once and remembered: what the codecs of all protocols need to know. */
export type Shape =
  | {
      readonly kind: 'struct';
      readonly name: string;
      readonly members: () => readonly Member[];
      readonly required: number;
    }
  | { readonly kind: 'list'; readonly item: () => Shape; readonly itemName: string; readonly flat: boolean }
  | {
      readonly kind: 'map';
      readonly value: () => Shape;
      readonly keyName: string;
      readonly valueName: string;
      readonly flat: boolean;
    }
  | { readonly kind: 'string' | 'number' | 'boolean' | 'blob' | 'document' }
  | { readonly kind: 'timestamp'; readonly format: TimestampFormat };

/** `default` is the protocol's own: seconds in JSON, ISO 8601 in XML. */
export type TimestampFormat = 'default' | 'date-time' | 'http-date' | 'epoch-seconds';

export interface Member {
  readonly name: string;
  /** The element's name in XML and in query strings. */
  readonly xmlName: string;
  readonly shape: Shape;
}

/** The shape of an operation's input, output or error, from the schemas that the SDK's modules export. */
export function shapeOf(schema: SchemaRef): Shape {
  return compile(NormalizedSchema.of(schema));
}

const structs = new WeakMap<object, Shape>();
const simple = {
  string: { kind: 'string' },
  number: { kind: 'number' },
  boolean: { kind: 'boolean' },
  blob: { kind: 'blob' },
  document: { kind: 'document' },
} as const satisfies Record<string, Shape>;
const timestamps: Readonly<Record<number, Shape>> = {
  4: { kind: 'timestamp', format: 'default' },
  5: { kind: 'timestamp', format: 'date-time' },
  6: { kind: 'timestamp', format: 'http-date' },
  7: { kind: 'timestamp', format: 'epoch-seconds' },
};
const unit: Shape = { kind: 'struct', name: '', members: () => [], required: 0 };

function compile(schema: NormalizedSchema): Shape {
  const raw = schema.getSchema();
  if (schema.isUnitSchema()) return unit;
  if (schema.isStructSchema()) {
    if (typeof raw !== 'object') return unit;
    const known = structs.get(raw);
    if (known) return known;
    const made = compileStruct(schema, raw);
    structs.set(raw, made);
    return made;
  }
  if (schema.isListSchema()) {
    const item = schema.getValueSchema();
    return {
      kind: 'list',
      item: once(() => compile(item)),
      itemName: item.getMergedTraits().xmlName ?? 'member',
      flat: Boolean(schema.getMergedTraits().xmlFlattened),
    };
  }
  if (schema.isMapSchema()) {
    const value = schema.getValueSchema();
    return {
      kind: 'map',
      value: once(() => compile(value)),
      keyName: schema.getKeySchema().getMergedTraits().xmlName ?? 'key',
      valueName: value.getMergedTraits().xmlName ?? 'value',
      flat: Boolean(schema.getMergedTraits().xmlFlattened),
    };
  }
  if (schema.isBooleanSchema()) return simple.boolean;
  if (schema.isNumericSchema() || schema.isBigIntegerSchema() || schema.isBigDecimalSchema()) return simple.number;
  if (schema.isBlobSchema()) return simple.blob;
  if (schema.isDocumentSchema()) return simple.document;
  if (schema.isTimestampSchema() && typeof raw === 'number') return timestamps[raw] ?? simple.string;
  return simple.string;
}

function compileStruct(schema: NormalizedSchema, raw: object): Shape {
  const members = once(() =>
    [...schema.structIterator()].map(
      ([name, member]): Member => ({
        name,
        xmlName: member.getMergedTraits().xmlName ?? name,
        shape: compile(member),
      }),
    ),
  );
  // A static structure schema lists its required members first and ends with their number.
  const required: unknown = Array.isArray(raw) ? raw[6] : 0;
  return {
    kind: 'struct',
    name: schema.getName() ?? '',
    members,
    required: typeof required === 'number' ? required : 0,
  };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
