import * as z from 'zod';
import { err, ok, type Result } from '../base/index.ts';

const schema = z.literal(1);
const text = z.string().min(1);
const arn = z.string().regex(/^arn:[a-z-]+:/);
const place = z.union([z.object({ rule: arn }), z.object({ listener: arn })]);
const color = z.object({ service: text, targetGroup: arn });

const environmentDiscovery = z.object({
  schema,
  account: z.string().regex(/^\d{12}$/),
  region: text,
  cluster: text,
  journalTable: text,
  trafficSettleSeconds: z.number().min(0),
  testToken: text,
});

const places = z.tuple([place], place);

const serviceDocument = z.object({
  schema,
  terraformHash: z.string().regex(/^[0-9a-f]{64}$/),
  places,
  /** One for each route. */
  testPlaces: places.optional(),
  /** Of a document that was written for one place. */
  testPlace: place.optional(),
  colors: z.object({ blue: color, green: color }),
  roles: z.object({ execution: arn, task: arn }),
  logGroup: text,
  wanted: z.object({
    subnets: z.array(text),
    securityGroups: z.array(text),
    assignPublicIp: z.boolean(),
    stickiness: z.object({ durationSeconds: z.int().min(1).max(604_800) }).nullable(),
    capacityProviders: z.array(z.object({ provider: text, weight: z.int().min(0), base: z.int().min(0) })),
    execute: z.boolean(),
  }),
  /** What DynamoDB calls the tables of \`uses.tables\`. */
  tables: z.record(text, text).default({}),
  /** Whether both colours have scalable targets. */
  scalable: z.boolean().default(false),
});

const serviceDiscovery = serviceDocument.transform(({ testPlace, testPlaces, ...document }, { addIssue }) => {
  const test = testPlaces ?? (testPlace && ([testPlace] as const));
  if (test) return { ...document, testPlaces: test };
  addIssue({ code: 'custom', path: ['testPlaces'], message: 'is missing' });
  return z.NEVER;
});

/** What provisioning published about an environment, in `/teal/<environment>`. */
export type EnvironmentDiscovery = DeepReadonly<z.output<typeof environmentDiscovery>>;

/** What provisioning published about a service, in `/teal/<environment>/<service>`. */
export type ServiceDiscovery = DeepReadonly<z.output<typeof serviceDiscovery>>;

type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;

/** Members that a later release added are passed over; the error says in words what is wrong. */
export function parseEnvironmentDiscovery(json: string): Result<EnvironmentDiscovery, string> {
  return parse(environmentDiscovery, json);
}

/** As for an environment. */
export function parseServiceDiscovery(json: string): Result<ServiceDiscovery, string> {
  return parse(serviceDiscovery, json);
}

function parse<Schema extends z.ZodType>(document: Schema, json: string): Result<z.output<Schema>, string> {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    return err(`not JSON: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
  const { data, error } = document.safeParse(value);
  if (data !== undefined) return ok(data);
  return err(
    error?.issues.map(({ path, message }) => `${path.join('.') || 'the document'}: ${message}`).join('; ') ?? '',
  );
}
