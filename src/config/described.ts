import * as z from 'zod';

export type Described = z.core.JSONSchema.JSONSchema;

/** A schema as JSON Schema draft-07, as people write the value (durations are text). */
export function described(schema: z.ZodType): Described {
  return z.toJSONSchema(schema, {
    io: 'input',
    target: 'draft-07',
    // Zod leaves out the examples of what it transforms, taking them for the result's. Ours are what people write.
    override: ({ zodSchema, jsonSchema }) => {
      const examples = z.globalRegistry.get(zodSchema)?.examples;
      if (Array.isArray(examples) && examples.length > 0) jsonSchema.examples = examples;
    },
  });
}
