import * as z from 'zod';
import type { Default } from './defaults.ts';

/** What editors and the docs say about a field. */
export interface About {
  /** What kind of thing a value is, with its article, for messages: "a strategy". */
  readonly title?: string;
  readonly description: string;
  readonly examples?: readonly unknown[];
}

/** A field that must be given. */
export function required<Schema extends z.ZodType>(schema: Schema, about: About): Schema {
  return schema.meta({ ...about, examples: [...(about.examples ?? [])] });
}

/** A field that may be left out, and then is absent: there is no default to fill in. */
export function optional<Schema extends z.ZodType>(schema: Schema, about: About) {
  return told(schema.optional(), { ...about, examples: [...(about.examples ?? [])] });
}

/** A field that may be left out and then takes its default. */
export function withDefault<Schema extends z.ZodType>(
  schema: Schema,
  { value, because }: Default<z.core.util.NoUndefined<z.input<Schema>>>,
  about: About,
) {
  return told(schema.prefault(value), {
    ...about,
    description: `${about.description} Default ${inWords(value)}${because === 'none' ? '' : `: ${because}`}.`,
    examples: [...(about.examples ?? [value])],
  });
}

/** An object whose every field may be left out: leaving out the object is leaving out all of them. */
export function group<Schema extends z.ZodType>(schema: Schema, about: About) {
  return told(schema.prefault({} as z.core.util.NoUndefined<z.input<Schema>>), about);
}

/** Tells of a schema that was made just now. `meta` would make a copy of it first, and a schema takes time to make. */
function told<Schema extends z.ZodType>(schema: Schema, about: About): Schema {
  const every: z.ZodType = schema;
  z.globalRegistry.add(every, { ...about });
  return schema;
}

function inWords(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value) || (typeof value === 'object' && value !== null && Object.keys(value).length === 0)) {
    return 'none';
  }
  return JSON.stringify(value);
}
