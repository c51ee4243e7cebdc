import { described } from './described.ts';
import { environmentSchema } from './environment-schema.ts';
import { projectSchema } from './project-schema.ts';
import { serviceSchema } from './service-schema.ts';

export interface JsonSchemaFile {
  /** `service.schema.json`: what `$schema` names. */
  readonly name: string;
  readonly content: string;
}

/** The schemas for editors, draft-07, which is what VS Code and IntelliJ know best. */
export function jsonSchemas(): readonly JsonSchemaFile[] {
  return Object.entries({ project: projectSchema, service: serviceSchema, environment: environmentSchema }).map(
    ([name, schema]) => ({
      name: `${name}.schema.json`,
      content: `${JSON.stringify(described(schema), null, 2)}\n`,
    }),
  );
}
