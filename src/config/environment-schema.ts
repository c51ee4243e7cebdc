import * as z from 'zod';
import { defaults } from './defaults.ts';
import { group, optional, required, withDefault } from './field.ts';
import { nameSchema } from './names.ts';

const domain = z.string().regex(/^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/, {
  error: 'not a domain such as "example.com" (lower case)',
});

const cidr = z.string().regex(/^(\d{1,3}\.){3}\d{1,3}\/\d{1,2}$/, { error: 'not a range such as "10.0.0.0/16"' });
const network16 = z.string().regex(/^(\d{1,3}\.){2}0\.0\/16$/, { error: 'not a range such as "10.0.0.0/16"' });
const zoneName = z.string().regex(/^[a-z0-9-]+$/, { error: 'not a zone such as "use1-az3"' });
const portNumber = z.int().min(1).max(65_535);
const resourceId = (kind: 'vpc' | 'subnet') =>
  z.string().regex(new RegExp(`^${kind}-[0-9a-f]{8,17}$`), { error: `not an id such as "${kind}-0a1b2c3d4e5f60718"` });

/** Which CloudWatch Logs knows (CWL-API/API_PutRetentionPolicy). */
const retentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

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
    z
      .strictObject({
        mode: withDefault(z.enum(['create', 'existing', 'default']), defaults.networkMode, {
          title: 'a mode',
          description:
            "`create` makes a network, `existing` takes the one whose ids are given, `default` the account's default VPC.",
        }),
        zones: optional(z.int().min(2).max(3), {
          description: 'Availability zones of a network that is made. Without it: what the size says.',
          examples: [2],
        }),
        excludedZones: withDefault(z.array(zoneName), defaults.excludedZones, {
          description: 'Availability zones that nothing is put into, by name or id.',
          examples: [['use1-az3']],
        }),
        cidr: withDefault(network16, defaults.cidr, { description: 'Addresses of a network that is made: a /16.' }),
        outbound: optional(z.enum(['nat', 'endpoints', 'public']), {
          title: 'a way out',
          description:
            'How tasks reach what is outside: through NAT gateways, through VPC endpoints to AWS alone, or with public addresses of their own. Without it: what the size says.',
          examples: ['nat'],
        }),
        natPerZone: optional(z.boolean(), {
          description: 'A NAT gateway in each zone, or one for all. Without it: what the size says.',
          examples: [true],
        }),
        outboundPorts: withDefault(z.array(portNumber), defaults.outboundPorts, {
          description: 'TCP ports on which tasks may reach the internet, where there is a way to it.',
        }),
        vpc: optional(resourceId('vpc'), {
          description: 'Of an existing network.',
          examples: ['vpc-0a1b2c3d4e5f60718'],
        }),
        publicSubnets: withDefault(z.array(resourceId('subnet')), defaults.subnets, {
          description: 'Of an existing network: where internet-facing load balancers stand.',
          examples: [['subnet-0a1b2c3d4e5f60718']],
        }),
        taskSubnets: withDefault(z.array(resourceId('subnet')), defaults.subnets, {
          description: 'Of an existing network: where tasks run; none where they run in the public ones.',
          examples: [['subnet-0a1b2c3d4e5f60719']],
        }),
        databaseSubnets: withDefault(z.array(resourceId('subnet')), defaults.subnets, {
          description: 'Of an existing network: where the database is.',
          examples: [['subnet-0a1b2c3d4e5f6071a']],
        }),
      })
      .refine(({ mode, vpc }) => (mode === 'existing') === (vpc !== undefined), {
        path: ['vpc'],
        error: 'goes with mode "existing", which needs it',
      })
      .refine(({ mode, publicSubnets }) => mode !== 'existing' || publicSubnets.length >= 2, {
        path: ['publicSubnets'],
        error: 'mode "existing" needs two of them, in two zones: AWS makes no load balancer with fewer',
      })
      .refine(({ mode, outbound }) => mode !== 'default' || outbound === undefined || outbound === 'public', {
        path: ['outbound'],
        error: 'is "public" in the default VPC, which has no other subnets',
      }),
    { description: 'Where the tasks run.' },
  ),
  loadBalancers: withDefault(
    z
      .record(
        nameSchema('a load balancer', 20),
        z
          .strictObject({
            domain: optional(domain, {
              description: 'Its domain. Without it: the name that AWS gives it, and HTTP.',
              examples: ['example.com'],
            }),
            zone: optional(domain, {
              description: 'The Route 53 zone of the domain, where it is not named like it.',
              examples: ['example.com'],
            }),
            certificate: optional(
              z.string().regex(/^arn:[\w-]+:acm:/, { error: 'not the ARN of an ACM certificate' }),
              {
                description:
                  'A certificate that exists. With it, no Route 53 zone is touched: the DNS records are yours to make.',
                examples: ['arn:aws:acm:eu-west-1:123456789012:certificate/0a1b2c3d-1111-2222-3333-444455556666'],
              },
            ),
            internal: withDefault(z.boolean(), defaults.internal, {
              description: 'Whether it is reached from inside of the network only.',
            }),
            routing: optional(
              z
                .strictObject({
                  policy: required(z.enum(['latency', 'failover']), {
                    title: 'a policy',
                    description: 'By the distance of the client, or to one while it is healthy.',
                    examples: ['failover'],
                  }),
                  role: optional(z.enum(['primary', 'secondary']), {
                    title: 'a role',
                    description: 'Of this environment in a failover.',
                    examples: ['primary'],
                  }),
                  healthPath: optional(z.string().regex(/^\/\S*$/, { error: 'not a path such as "/health"' }), {
                    description: 'What is asked for to learn whether it is healthy. A route without host must take it.',
                    examples: ['/health'],
                  }),
                })
                .refine(({ policy, role }) => (policy === 'failover') === (role !== undefined), {
                  path: ['role'],
                  error: 'goes with policy "failover", which needs it',
                })
                .refine(({ role, healthPath }) => role !== 'primary' || healthPath !== undefined, {
                  path: ['healthPath'],
                  error: 'is what the primary fails over by',
                }),
              {
                description: 'Where several environments answer for one domain. Without it: this one alone.',
                examples: [{ policy: 'latency' }],
              },
            ),
            testListener: optional(
              z.strictObject({
                port: withDefault(portNumber, defaults.testPort, { description: 'Its port.' }),
                from: required(
                  z.array(cidr.refine((range) => !range.endsWith('/0'), { error: 'is the whole internet' })).min(1),
                  {
                    description: 'Addresses that may reach it.',
                    examples: [['198.51.100.0/24']],
                  },
                ),
              }),
              {
                description: 'A listener for the colour under test, closed to the internet. Without it: none.',
                examples: [{ port: 9000, from: ['198.51.100.0/24'] }],
              },
            ),
          })
          .refine(({ domain: own, certificate }) => certificate === undefined || own !== undefined, {
            path: ['certificate'],
            error: 'goes with a domain',
          })
          .refine(({ domain: own, certificate, routing }) => routing === undefined || (own && !certificate), {
            path: ['routing'],
            error: 'goes with a domain in a Route 53 zone',
          })
          .refine(({ domain: own, zone }) => zone === undefined || own === zone || own?.endsWith(`.${zone}`), {
            path: ['zone'],
            error: 'is not the zone of the domain',
          }),
      )
      .refine((all) => Object.keys(all).length > 0, { error: 'is empty: web services need one' }),
    defaults.loadBalancers,
    { description: 'Load balancers, by name.', examples: [{ main: { domain: 'example.com' } }] },
  ),
  repositories: withDefault(
    z.record(
      z.string().regex(/^(?=.{2,256}$)[a-z0-9]+([._/-][a-z0-9]+)*$/, {
        error: 'not a name for a repository such as "shop/api" (lower case)',
      }),
      z.strictObject({
        keep: withDefault(z.int().min(1).max(1000), defaults.keptImages, {
          description: 'How many images stay that no deployment named.',
        }),
      }),
    ),
    defaults.repositories,
    {
      description:
        'ECR repositories that are made here, by name. Environments of one account may share them: then one of them makes them.',
      examples: [{ 'shop/api': {} }],
    },
  ),
  database: optional(
    z.strictObject({
      engine: required(z.enum(['postgres', 'aurora-postgres']), {
        title: 'an engine',
        description: 'RDS for PostgreSQL, or Aurora PostgreSQL serverless.',
        examples: ['postgres'],
      }),
      major: required(z.int().min(13).max(18), { description: 'Its major version.', examples: [17] }),
      instanceClass: optional(
        z.string().regex(/^db\.[a-z0-9]+\.[a-z0-9]+$/, { error: 'not a class such as "db.t4g.micro"' }),
        {
          description: 'Of RDS. Without it: what the size says.',
          examples: ['db.t4g.medium'],
        },
      ),
      storageGib: optional(z.int().min(20).max(16_384), {
        description: 'Of RDS: GiB. Without it: what the size says.',
        examples: [50],
      }),
      multiZone: optional(z.boolean(), {
        description: 'A standby in another zone. Without it: what the size says.',
        examples: [true],
      }),
      readReplica: optional(z.boolean(), {
        description: 'A replica to read from. Without it: what the size says.',
        examples: [false],
      }),
      backupDays: optional(z.int().min(1).max(35), {
        description: 'How long backups are kept. Without it: what the size says.',
        examples: [14],
      }),
      rotationDays: optional(z.int().min(1).max(1000), {
        description: 'How often its password is replaced. Without it: what the size says.',
        examples: [30],
      }),
      passwordVersion: withDefault(z.int().min(1), defaults.passwordVersion, {
        description: 'Of RDS with a read replica, whose password AWS does not manage: raise it for another.',
      }),
      capacity: optional(
        z
          .strictObject({
            min: required(z.number().min(0).max(256).multipleOf(0.5), { description: 'At rest.', examples: [0.5] }),
            max: required(z.number().min(1).max(256).multipleOf(0.5), { description: 'Under load.', examples: [4] }),
          })
          .refine(({ min, max }) => min <= max, { path: ['max'], error: 'is below min' }),
        {
          description: 'Of Aurora: ACUs. Without it: what the size says.',
          examples: [{ min: 0.5, max: 4 }],
        },
      ),
    }),
    { description: 'A database for the services. Without it: none.' },
  ),
  settings: group(
    z.strictObject({
      deletionProtection: optional(z.boolean(), {
        description: 'Whether load balancers, the journal and the database can be deleted only after this was lifted.',
        examples: [true],
      }),
      retentionDays: optional(
        z
          .int()
          .min(1)
          .max(3653)
          .refine((days) => retentions.includes(days), { error: `not one of ${retentions.join(', ')}` }),
        {
          description: "Days for which the platform's own logs are kept.",
          examples: [90],
        },
      ),
      secretsStore: optional(z.enum(['ssm', 'secretsmanager']), {
        title: 'a store',
        description: 'Where `teal secret` keeps values.',
        examples: ['secretsmanager'],
      }),
      ownKey: optional(z.boolean(), {
        description: "A KMS key of the environment's own, or AWS's.",
        examples: [true],
      }),
      containerInsights: optional(z.boolean(), {
        description: 'Metrics of each task, at a price.',
        examples: [true],
      }),
      accessLogs: optional(z.boolean(), {
        description: 'A log of each request that a load balancer had, in S3.',
        examples: [true],
      }),
    }),
    { description: 'What the size decides, decided otherwise.' },
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
