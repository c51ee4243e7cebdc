import * as z from 'zod';
import { defaults } from './defaults.ts';
import { group, optional, required, withDefault } from './field.ts';
import { nameSchema } from './names.ts';

const domain = z.string().regex(/^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/, {
  error: 'not a domain such as "example.com" (lower case)',
});

/** The fields of `environments/<name>.json`. */
const environmentFields = {
  $schema: optional(z.string(), {
    description: 'Where editors find this schema.',
    examples: ['../.teal/environment.schema.json'],
  }),
  account: required(z.string().regex(/^\d{12}$/, { error: 'not an AWS account: 12 digits, in quotes' }), {
    description: 'The AWS account. Nothing is changed in any other.',
    examples: ['123456789012'],
  }),
  region: required(z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, { error: 'not a region such as "eu-west-1"' }), {
    description: 'The AWS region.',
    examples: ['eu-west-1'],
  }),
  size: withDefault(z.enum(['frugal', 'production']), defaults.size, {
    title: 'a size',
    description: 'What is made around the services: `frugal` is cheap, `production` bears the loss of a zone.',
  }),
  protected: withDefault(z.boolean(), defaults.protected, {
    description: 'Whether commands that take things away ask twice.',
  }),
  allowEndpoint: withDefault(z.boolean(), defaults.allowEndpoint, {
    description: 'Whether an endpoint override (`AWS_ENDPOINT_URL`) is accepted.',
  }),
  stateScope: withDefault(z.enum(['all', 'service']), defaults.stateScope, {
    title: 'a scope of Terraform state',
    description: 'One Terraform state for all services, or one for each.',
  }),
  network: group(
    z.strictObject({
      mode: withDefault(z.enum(['create']), defaults.networkMode, {
        title: 'a mode',
        description: 'Whether the environment gets a network of its own.',
      }),
      zones: withDefault(z.int().min(2).max(3), defaults.zones, { description: 'Availability zones.' }),
    }),
    { description: 'Where the tasks run.' },
  ),
  loadBalancers: withDefault(
    z
      .record(
        nameSchema('a load balancer', 20),
        z.strictObject({
          domain: optional(domain, {
            description: 'Its domain. Without it: the name that AWS gives it.',
            examples: ['example.com'],
          }),
        }),
      )
      .refine((all) => Object.keys(all).length > 0, { error: 'is empty: web services need one' }),
    defaults.loadBalancers,
    { description: 'Load balancers, by name.', examples: [{ main: { domain: 'example.com' } }] },
  ),
  database: optional(
    z.strictObject({
      engine: required(z.enum(['postgres']), {
        title: 'an engine',
        description: 'The database engine.',
        examples: ['postgres'],
      }),
      major: required(z.int().min(13).max(18), { description: 'Its major version.', examples: [17] }),
    }),
    { description: 'A database for the services. Without it: none.' },
  ),
  notify: group(
    z.strictObject({
      email: withDefault(z.array(z.email({ error: 'not an e-mail address' })), defaults.email, {
        description: 'E-mail addresses.',
        examples: [['team@example.com']],
      }),
      webhook: withDefault(
        z.array(z.url({ protocol: /^https$/, error: 'not an https:// address' })),
        defaults.webhook,
        {
          description: 'HTTPS addresses.',
          examples: [['https://chat.example.com/hooks/teal']],
        },
      ),
    }),
    { description: 'Who is told of outcomes.' },
  ),
};

export const environmentSchema = z.strictObject(environmentFields).meta({
  title: 'an environment',
  description:
    'environments/<name>.json: which account and region, and what is made there. The environment "local" is built in and has no file.',
});

export type EnvironmentFile = z.output<typeof environmentSchema>;
