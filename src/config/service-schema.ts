import * as z from 'zod';
import { defaults } from './defaults.ts';
import { deploymentSchema } from './deployment-schema.ts';
import { duration } from './duration.ts';
import { group, optional, required, withDefault } from './field.ts';

const text = z.string().min(1, { error: 'is empty' });

/** ECS refuses two entries of one name; `TEAL_…` and `PORT` are set by teal. */
const variableName = z.string().regex(/^(?!TEAL_|PORT$)[A-Za-z_][A-Za-z0-9_]*$/, {
  error:
    'not a name for a variable: letters, digits and _, not beginning with a digit; teal itself sets PORT and TEAL_…',
});

const imageReference = z
  .string()
  .regex(/^[a-z0-9][a-zA-Z0-9._/:-]*(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}|@sha256:[0-9a-f]{64})$/, {
    error: 'not an image: "name:tag", "name@sha256:…" (64 hex digits) or { "build": "folder" }',
  })
  .meta({ title: '"name:tag"' });

const secret = z.strictObject({
  from: required(
    z.string().regex(/^(teal|ssm:[A-Za-z0-9/_+=.@-]+|secretsmanager:[A-Za-z0-9/_+=.@-]+(:[A-Za-z0-9/_+=.@-]+)?)$/, {
      error:
        'not the place of a secret: "ssm:/name" (Parameter Store) or "secretsmanager:name", with ":key" for one member of a JSON object, or "teal" for one of its own in each environment',
    }),
    {
      description:
        "Where the value is kept: Parameter Store (`ssm:`) or Secrets Manager (`secretsmanager:`, and after the name a `:` and the member to take of a JSON object). `teal`: one of the service's own in each environment, which Terraform makes without a value in the store of `settings.secretsStore`, and `teal secret` gives one.",
      examples: ['teal', 'ssm:/items/database-url', 'secretsmanager:api/key', 'secretsmanager:api/login:password'],
    },
  ),
  fetch: withDefault(z.boolean(), defaults.fetch, {
    description: "Pass only the secret's name; the application fetches the value itself.",
  }),
});

const tableKeys = () =>
  required(
    z
      .record(text.max(255), z.enum(['S', 'N', 'B']))
      .refine((keys) => Object.keys(keys).length >= 1 && Object.keys(keys).length <= 2, {
        error: 'must name the partition key and, if there is one, the sort key: one or two names',
      }),
    {
      description: 'The partition key and, second, the sort key, each with its type: `S` text, `N` number, `B` bytes.',
      examples: [{ post_id: 'S', author: 'S' }],
    },
  );

const tableFields = {
  keys: tableKeys(),
  indexes: withDefault(
    z.record(
      z.string().regex(/^[A-Za-z0-9_.-]{3,255}$/, {
        error: 'not a name for an index: 3 to 255 letters, digits, `_`, `.` and `-`',
      }),
      z.strictObject({ keys: tableKeys() }),
    ),
    defaults.indexes,
    {
      description: 'Global secondary indexes, by name: other keys to find whole items by.',
      examples: [{ 'by-author': { keys: { author: 'S', post_id: 'S' } } }],
    },
  ),
  capacity: optional(
    z.strictObject({
      read: required(z.int().min(1).max(40_000), { description: 'Read capacity units.', examples: [5] }),
      write: required(z.int().min(1).max(40_000), { description: 'Write capacity units.', examples: [5] }),
    }),
    {
      description:
        'Capacity that is provisioned, for the table and for each of its indexes alike. Without it: billed by request.',
      examples: [{ read: 10, write: 5 }],
    },
  ),
};

export const containerHealthCheckFields = {
  command: required(
    z
      .array(z.string())
      .min(2, { error: 'needs "CMD" or "CMD-SHELL" and what to run' })
      .refine(([first]) => first === 'CMD' || first === 'CMD-SHELL', {
        error: 'must begin with "CMD" (run directly) or "CMD-SHELL" (run by the shell)',
      }),
    { description: 'What ECS runs inside the container.', examples: [['CMD-SHELL', 'node health.js']] },
  ),
  interval: withDefault(duration({ min: 5, max: 300, whole: true }), defaults.containerHealthCheck.interval, {
    description: 'From one check to the next.',
  }),
  timeout: withDefault(duration({ min: 2, max: 60, whole: true }), defaults.containerHealthCheck.timeout, {
    description: 'How long one check may take.',
  }),
  retries: withDefault(z.int().min(1).max(10), defaults.containerHealthCheck.retries, {
    description: 'Failed checks in a row that make the container unhealthy.',
  }),
  startPeriod: withDefault(duration({ min: 0, max: 300, whole: true }), defaults.containerHealthCheck.startPeriod, {
    description: 'How long after the start failures do not count.',
  }),
};

export const routeFields = {
  host: optional(
    z
      .string()
      .max(128)
      .regex(/^[A-Za-z0-9*?.-]+$/, { error: 'not a host name (`*` and `?` may stand for parts of it)' }),
    {
      description: 'The host name; `*` and `?` may stand for parts of it. Without it: any host.',
      examples: ['api.example.com'],
    },
  ),
  path: withDefault(
    z
      .string()
      .max(128)
      .regex(/^\/[A-Za-z0-9_.$/~"'@:+&*?-]*$/, { error: 'not a path pattern such as "/*" or "/api/*"' }),
    defaults.path,
    { description: 'The path pattern, case-sensitive, without the query.', examples: ['/*', '/api/*'] },
  ),
  priority: required(z.int().min(1).max(25_000), {
    description:
      "Which route is asked first: the lowest. The load balancer's rules get 2 × priority (production) and 2 × priority − 1 (test).",
    examples: [10],
  }),
};

const httpPath = z
  .string()
  .max(1024)
  .regex(/^\/\S*$/, { error: 'not a path such as "/health"' });

export const targetHealthCheckFields = {
  path: withDefault(httpPath, defaults.targetHealthCheck.path, {
    description: 'What the load balancer asks each task for.',
  }),
  matcher: withDefault(
    z.string().regex(/^[2-4]\d\d([,-][2-4]\d\d)*$/, {
      error: 'not a list of status codes from 200 to 499: "200", "200,204" or "200-299"',
    }),
    defaults.targetHealthCheck.matcher,
    { description: 'Status codes that count as healthy.', examples: ['200', '200,204', '200-299'] },
  ),
  interval: withDefault(duration({ min: 5, max: 300, whole: true }), defaults.targetHealthCheck.interval, {
    description: 'From one check to the next.',
  }),
  timeout: withDefault(duration({ min: 2, max: 120, whole: true }), defaults.targetHealthCheck.timeout, {
    description: 'How long an answer may take; shorter than the interval.',
  }),
  healthyThreshold: withDefault(z.int().min(2).max(10), defaults.targetHealthCheck.healthyThreshold, {
    description: 'Good answers in a row that make an unhealthy target healthy again.',
  }),
  unhealthyThreshold: withDefault(z.int().min(2).max(10), defaults.targetHealthCheck.unhealthyThreshold, {
    description: 'Bad answers in a row that make a target unhealthy.',
  }),
};

const retentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

const taskCount = z.int().min(1).max(5000);

export const scheduleFields = {
  cron: required(
    z.string().regex(/^[0-9*,/?LW#A-Z-]+( [0-9*,/?LW#A-Z-]+){4}$/, {
      error: 'not a schedule of five fields (minute, hour, day of month, month, day of week) such as "0 7 * * MON-FRI"',
    }),
    { description: 'When: minute, hour, day of month, month, day of week.', examples: ['0 7 * * MON-FRI'] },
  ),
  timezone: withDefault(text, defaults.timezone, { description: 'An IANA time zone.', examples: ['Europe/Berlin'] }),
  min: optional(taskCount, { description: 'The least number of tasks from then on.', examples: [4] }),
  max: optional(taskCount, { description: 'The greatest number of tasks from then on.', examples: [20] }),
};

export const scalingFields = {
  min: withDefault(taskCount, defaults.minimumTasks, { description: 'The least number of tasks of the live colour.' }),
  max: optional(taskCount, {
    description: 'The greatest number of tasks. Without it: as many as `min`, always.',
    examples: [10],
  }),
  cpuPercent: optional(z.int().min(1).max(100), {
    description: 'Keeps the average CPU load near this, between `min` and `max` tasks.',
    examples: [60],
  }),
  memoryPercent: optional(z.int().min(1).max(100), {
    description: 'Keeps the average memory in use near this, between `min` and `max` tasks.',
    examples: [70],
  }),
  requestsPerTarget: optional(z.int().min(1).max(10_000_000), {
    description: 'Keeps the requests that each task gets in a minute near this, between `min` and `max` tasks.',
    examples: [1000],
  }),
  schedules: withDefault(z.array(z.strictObject(scheduleFields)), defaults.schedules, {
    description: 'Other limits at certain times.',
    examples: [[{ cron: '0 7 * * MON-FRI', timezone: 'Europe/Berlin', min: 4 }]],
  }),
};

/** The fields of `services/<name>.json`. */
export const serviceFields = {
  $schema: optional(z.string(), {
    description: 'Where editors find this schema.',
    examples: ['../.teal/service.schema.json'],
  }),
  kind: withDefault(z.enum(['web', 'worker']), defaults.kind, {
    title: 'a kind of service',
    description: '`web` answers requests and has routes; `worker` has none.',
  }),
  image: required(
    z.union([
      z.strictObject({
        build: required(text, {
          description: 'A folder with a Dockerfile, seen from this file.',
          examples: ['../app'],
        }),
      }),
      imageReference,
    ]),
    {
      title: 'an image',
      description: 'What runs: a folder to build, a tag (resolved once, in the plan), or a digest.',
      examples: [{ build: '../app' }, 'registry.example.com/api:1.4.2'],
    },
  ),
  port: optional(z.int().min(1).max(65_535), {
    description:
      'The port the container listens on. On the local runtime each task gets a free one in `$PORT`. A web service must have it.',
    examples: [8080],
  }),
  cpu: withDefault(z.literal([256, 512, 1024, 2048, 4096, 8192, 16_384, 32_768]), defaults.cpu, {
    title: 'a number of CPU units that Fargate has',
    description: 'CPU units; 1024 are one vCPU.',
  }),
  memory: withDefault(z.int().min(512).max(249_856), defaults.memory, {
    description: 'MiB. Fargate allows certain pairs with `cpu` only.',
  }),
  architecture: withDefault(z.enum(['X86_64', 'ARM64']), defaults.architecture, {
    title: 'an architecture',
    description: 'What the image is built for.',
  }),
  command: optional(z.array(z.string()).min(1, { error: 'is empty' }), {
    description: "Replaces the image's CMD.",
    examples: [['node', 'server.js']],
  }),
  environment: withDefault(z.record(variableName, z.string()), defaults.environment, {
    description: 'Environment variables.',
    examples: [{ LOG_LEVEL: 'info' }],
  }),
  secrets: withDefault(z.record(variableName, secret), defaults.secrets, {
    description: 'Environment variables whose values are kept in a store.',
    examples: [{ DATABASE_URL: { from: 'ssm:/items/database-url' } }],
  }),
  uses: group(
    z.strictObject({
      tables: withDefault(
        z.record(
          z.string().regex(/^[A-Za-z0-9_.-]{3,190}$/, {
            error: 'not a name for a table: 3 to 190 letters, digits, `_`, `.` and `-`',
          }),
          z.strictObject(tableFields),
        ),
        defaults.tables,
        {
          description:
            'DynamoDB tables, by name. In DynamoDB a table is `<environment>-<service>-<name>`, which the tasks are told in `TEAL_TABLE_<NAME>`.',
          examples: [{ posts: { keys: { post_id: 'S', author: 'S' } } }],
        },
      ),
    }),
    { description: 'What the service needs besides itself.' },
  ),
  healthCheck: optional(z.strictObject(containerHealthCheckFields), {
    description: "The container's own health check. Without it: none.",
  }),
  routes: optional(
    z.array(z.strictObject(routeFields)).min(1, { error: 'is empty: a web service has at least one route' }),
    {
      description: 'Which requests come here. A web service must have one.',
      examples: [[{ host: 'api.example.com', path: '/*', priority: 10 }]],
    },
  ),
  targetHealthCheck: group(z.strictObject(targetHealthCheckFields), {
    description: "The load balancer's check of each task.",
  }),
  loadBalancer: withDefault(text, defaults.loadBalancer, { description: "One of the environment's load balancers." }),
  protocol: withDefault(z.enum(['HTTP1', 'HTTP2', 'GRPC']), defaults.protocol, {
    title: 'a protocol',
    description: 'What the load balancer speaks to the tasks.',
  }),
  stickiness: optional(
    z.strictObject({
      duration: required(duration({ min: 1, max: 604_800, whole: true }), {
        description: 'How long a client stays with its colour.',
        examples: ['1h'],
      }),
    }),
    { description: 'Keeps a client at the colour that answered it first. Without it: each request is drawn anew.' },
  ),
  gracePeriod: withDefault(duration({ min: 0, max: 2_147_483_647, whole: true }), defaults.gracePeriod, {
    description: "How long after a task's start ECS ignores failing health checks.",
  }),
  stopTimeout: withDefault(duration({ min: 2, max: 120, whole: true }), defaults.stopTimeout, {
    description: 'From SIGTERM to SIGKILL.',
  }),
  deregistrationDelay: withDefault(duration({ min: 0, max: 3600, whole: true }), defaults.deregistrationDelay, {
    description: 'How long requests in flight may go on when a task is taken out.',
  }),
  logs: group(
    z.strictObject({
      retentionDays: withDefault(z.literal([...retentionDays]), defaults.retentionDays, {
        title: 'a number of days that CloudWatch Logs allows',
        description: 'How long logs are kept.',
      }),
    }),
    { description: 'The logs of the tasks.' },
  ),
  scaling: group(z.strictObject(scalingFields), { description: 'How many tasks run.' }),
  deployment: group(deploymentSchema, { description: 'How a new revision is made live.' }),
  local: group(
    z.strictObject({
      build: withDefault(z.array(text), defaults.build, {
        description: "What is run in a copy of the image's folder in place of the Dockerfile's RUN lines.",
        examples: [['npm ci', 'npm run build']],
      }),
    }),
    { description: 'What only the local runtime looks at.' },
  ),
};

export const serviceSchema = z.strictObject(serviceFields).meta({
  title: 'a service',
  description: 'services/<name>.json: what one service is, and how it is deployed.',
});

export type ServiceFile = z.output<typeof serviceSchema>;
