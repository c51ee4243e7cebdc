import * as z from 'zod';
import { optional, required } from './field.ts';
import { nameSchema } from './names.ts';

/** The fields of `teal.json`. */
export const projectSchema = z
  .strictObject({
    $schema: optional(z.string(), {
      description: 'Where editors find this schema.',
      examples: ['./.teal/project.schema.json'],
    }),
    name: required(nameSchema('a project', 40), { description: 'What the project is called.', examples: ['items'] }),
  })
  .meta({ title: 'a project', description: 'teal.json: marks the root of a project.' });
