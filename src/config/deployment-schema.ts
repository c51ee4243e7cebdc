import * as z from 'zod';
import { defaults } from './defaults.ts';
import { duration } from './duration.ts';
import { group, optional, required, withDefault } from './field.ts';

const inTenths = (value: number) => Math.abs(value * 10 - Math.round(value * 10)) < 1e-9;
const day = 86_400;

const weight = (max: number) =>
  z
    .number()
    .min(0.1)
    .max(max)
    .refine(inTenths, { error: 'finer than tenths of a percent, which is as fine as weights are' });

const httpPath = z
  .string()
  .max(1024)
  .regex(/^\/\S*$/, { error: 'not a path such as "/health"' });

const strategy = z.union([
  z.literal('all-at-once'),
  z.strictObject({
    canary: required(
      z.strictObject({
        weight: required(weight(99.9), {
          description: 'Percent of the requests that the new colour gets first.',
          examples: [10],
        }),
        bake: withDefault(duration({ min: 0, max: 7 * day }), defaults.deployment.canaryBake, {
          description: 'How long it is watched there before it gets all.',
        }),
      }),
      { description: 'Some percent first, then all.' },
    ),
  }),
  z.strictObject({
    linear: required(
      z.strictObject({
        weight: required(weight(99.9), {
          description: 'Percent that each step adds. The first step is taken at once.',
          examples: [10],
        }),
        every: withDefault(duration({ min: 0, max: 7 * day }), defaults.deployment.linearEvery, {
          description: 'From one step to the next.',
        }),
      }),
      { description: 'The same number of percent, again and again, up to 100.' },
    ),
  }),
  z.strictObject({
    steps: required(
      z
        .array(
          z.strictObject({
            weight: required(weight(100), {
              description: 'Percent of the requests that the new colour gets.',
              examples: [20],
            }),
            hold: optional(
              z.strictObject({
                bake: required(duration({ min: 0, max: 7 * day }), {
                  description: 'How long it is watched at this weight.',
                  examples: ['10m'],
                }),
              }),
              { description: 'What must hold before the next step. Every step but the last has it.' },
            ),
          }),
        )
        .min(1, { error: 'is empty: the last step is { "weight": 100 }' }),
      {
        description: 'Steps of your own; the last has weight 100.',
        examples: [[{ weight: 20, hold: { bake: '10m' } }, { weight: 100 }]],
      },
    ),
  }),
]);

const identity = z.union([
  z.strictObject({
    path: required(httpPath, { description: 'Where the application tells its revision.', examples: ['/version'] }),
    json: required(
      z.string().regex(/^\$(\.[A-Za-z_][A-Za-z0-9_-]*|\[\d+\])+$/, { error: 'not a JSON path such as "$.version"' }),
      { description: 'Where in the JSON answer.', examples: ['$.version'] },
    ),
  }),
  z.strictObject({
    header: required(z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}$/, { error: 'not the name of a header' }), {
      description: 'The response header that tells it.',
      examples: ['x-revision'],
    }),
  }),
]);

const verification = z.union([
  z.strictObject({
    http: required(httpPath, { description: 'A path to GET from the new colour.', examples: ['/health'] }),
    status: withDefault(z.int().min(200).max(599), defaults.deployment.status, {
      description: 'The status it must answer.',
    }),
    contains: optional(z.string().min(1, { error: 'is empty' }), {
      description: 'Text that the body must contain.',
      examples: ['ok'],
    }),
    maxLatency: optional(duration({ min: 0.001, max: 60 }), {
      description: 'The longest the answer may take.',
      examples: ['500ms'],
    }),
  }),
  z.strictObject({
    command: required(z.array(z.string()).min(1, { error: 'is empty' }), {
      description: 'A command that must end with 0. It runs in the project’s folder, where teal runs.',
      examples: [['npm', 'run', 'smoke']],
    }),
    timeout: withDefault(duration({ min: 1, max: 3600 }), defaults.deployment.commandTimeout, {
      description: 'How long it may take; then it is ended, and has failed.',
    }),
  }),
]);

const limitFields = {
  failurePercent: withDefault(z.number().min(0).max(100), defaults.limits.failurePercent, {
    description: 'The greatest share of failed answers, in percent.',
  }),
  p99: optional(duration({ min: 0.001, max: 60 }), {
    description: 'The longest that 99 % of the answers may take. Without it: latency is shown, not judged.',
    examples: ['800ms'],
  }),
  window: withDefault(duration({ min: 5, max: 600 }), defaults.limits.window, {
    description: 'The time that is looked at.',
  }),
  minimumAnswers: withDefault(z.int().min(1).max(100_000), defaults.limits.minimumAnswers, {
    description: 'Answers within the window below which nothing is judged.',
  }),
  noData: withDefault(z.enum(['hold', 'rollback']), defaults.limits.noData, {
    title: 'a way to go on without data',
    description: 'What to do with too few answers: stay at the step, or take the deployment back.',
  }),
};

/** The fields of `deployment`. */
export const deploymentFields = {
  controller: withDefault(z.enum(['teal', 'ecs', 'codedeploy']), defaults.deployment.controller, {
    title: 'a controller',
    description: 'Who moves the traffic: teal, ECS itself, or CodeDeploy.',
  }),
  strategy: withDefault(strategy, defaults.deployment.strategy, {
    title: 'a strategy',
    description: 'How the new colour gets the traffic.',
    examples: ['all-at-once', { canary: { weight: 10, bake: '5m' } }, { linear: { weight: 10, every: '1m' } }],
  }),
  healthTimeout: withDefault(duration({ min: 10, max: 7200 }), defaults.deployment.healthTimeout, {
    description: 'How long the new colour may take to become healthy. More than `deregistrationDelay` + `stopTimeout`.',
  }),
  bake: withDefault(duration({ min: 0, max: 7 * day }), defaults.deployment.bake, {
    description: 'How long the new colour is watched after the last step, the old one ready to take over again.',
  }),
  keepWarm: withDefault(
    z.union([
      duration({ min: 0, max: 30 * day }).meta({ title: 'a duration such as "15m"' }),
      z.literal(0),
      z.literal('always'),
    ]),
    defaults.deployment.keepWarm,
    {
      title: 'a time to keep warm',
      description: 'How long the old colour then stays at full capacity: a duration, `0`, or `always`.',
      examples: ['15m', 0, 'always'],
    },
  ),
  onInterrupt: withDefault(z.enum(['rollback', 'leave']), defaults.deployment.onInterrupt, {
    title: 'an answer to an interrupt',
    description:
      'What a deployment without a terminal does on SIGINT or SIGTERM: go back, or leave all as it is for `teal resume`.',
  }),
  identity: optional(identity, {
    title: 'an identity',
    description:
      'What tells which revision gave an answer: a response header, or a path and a JSON path. Without it the switch is not measured.',
    examples: [{ path: '/version', json: '$.version' }, { header: 'x-revision' }],
  }),
  verification: withDefault(z.array(verification.meta({ title: 'a check' })), defaults.deployment.verification, {
    description: 'Checks of the new colour before it gets any traffic.',
    examples: [[{ http: '/health', status: 200, contains: 'ok', maxLatency: '500ms' }]],
  }),
  limits: group(z.strictObject(limitFields), {
    description: "What teal's own probes may find before the deployment is taken back.",
  }),
  alarms: withDefault(z.array(z.string().min(1).max(255)), defaults.deployment.alarms, {
    description:
      "CloudWatch alarms that take the deployment back; `{environment}` stands for the environment's name. Terraform makes two of each service: `teal-<environment>-<service>-errors` and `-latency`.",
    examples: [['teal-{environment}-api-errors', 'teal-{environment}-api-latency']],
  }),
};

export const deploymentSchema = z.strictObject(deploymentFields);

export type DeploymentFile = z.output<typeof deploymentSchema>;
