import * as z from 'zod';
import { err, ok, type Result } from '../base/index.ts';

const tableKey = z.object({ name: z.string(), type: z.string() });

const service = z.object({
  schema: z.literal(1),
  name: z.string(),
  kind: z.enum(['web', 'worker']),
  loadBalancer: z.string().optional(),
  protocol: z.string().optional(),
  routes: z
    .array(z.object({ key: z.string(), host: z.string().nullable(), path: z.string(), priority: z.number() }))
    .default([]),
  deployment: z.object({ controller: z.string() }),
  secrets: z.record(z.string(), z.object({ own: z.boolean().default(false) })),
  uses: z.object({ tables: z.record(z.string(), z.object({ partitionKey: tableKey, sortKey: tableKey.nullable() })) }),
});

const tombstone = z.object({ schema: z.literal(1), service: z.string(), retired: z.literal(true) });

const environment = z.object({
  schema: z.literal(1),
  name: z.string(),
  account: z.string(),
  region: z.string(),
  stateScope: z.enum(['all', 'service']),
  settings: z.object({ secretsStore: z.enum(['ssm', 'secretsmanager']) }),
});

/** What `teal sync` wrote of a service before, as far as it bears on what it may write now. */
export type SyncedService = z.output<typeof service>;

export type Synced =
  | { readonly kind: 'service'; readonly service: SyncedService }
  /** The service is to be taken away, or is gone. */
  | { readonly kind: 'tombstone' };

export type SyncedEnvironment = z.output<typeof environment>;

/** Reads a file that `teal sync` or `teal retire` wrote of a service; the error says in words what is wrong. */
export function parseSynced(text: string): Result<Synced, string> {
  const read = parse(z.union([tombstone, service]), text);
  if (!read.ok) return read;
  return ok('retired' in read.value ? { kind: 'tombstone' } : { kind: 'service', service: read.value });
}

/** The same for an environment. */
export const parseSyncedEnvironment = (text: string): Result<SyncedEnvironment, string> => parse(environment, text);

function parse<Schema extends z.ZodType>(schema: Schema, text: string): Result<z.output<Schema>, string> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    return err(`not JSON: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
  const { data } = schema.safeParse(value);
  return data === undefined ? err('not as teal writes it') : ok(data);
}
