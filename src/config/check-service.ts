import * as z from 'zod';
import { awsCron } from './aws-cron.ts';
import { deploymentFields } from './deployment-schema.ts';
import { type Diagnostic, diagnosticAt, nearest } from './diagnostic.ts';
import { durationText } from './duration.ts';
import { fargateProblem } from './fargate.ts';
import { type JsonFile, type JsonPath, keySpanOf, pathText, spanOf, valueAt } from './json-file.ts';
import { tableVariable } from './names.ts';
import {
  containerHealthCheckFields,
  routeFields,
  scalingFields,
  scheduleFields,
  serviceFields,
  targetHealthCheckFields,
} from './service-schema.ts';

/** A problem that concerns several fields together, which the schema cannot see. */
interface Finding {
  readonly path: JsonPath;
  readonly message: string;
  /** Point at the field's name, not at its value. */
  readonly name?: true;
}

/**
 * The rules between the fields of one service. They look at each field that is right by itself, so that they
 * speak in the same run as the schema does about the others.
 */
export function checkService(file: JsonFile): Diagnostic[] {
  const raw = file.value;
  const service = rightFields(serviceFields, raw);
  const findings = [
    ...checkKind(raw, service.kind),
    ...checkSize(raw, service),
    ...checkImage(service.image),
    ...checkVariables(service),
    ...checkTables(service.uses),
    ...checkTargetHealthCheck(rightFields(targetHealthCheckFields, valueAt(raw, ['targetHealthCheck']))),
    ...checkContainerHealthCheck(raw),
    ...checkScaling(raw),
    ...checkHealthTimeout(raw, service),
    ...checkSteps(rightFields(deploymentFields, valueAt(raw, ['deployment'])).strategy),
  ];
  return findings.map(({ path, message, name }) =>
    diagnosticAt(file, name ? keySpanOf(file, path) : spanOf(file, path), {
      path: pathText(path),
      message,
      ...(valueAt(raw, path) === undefined ? { missing: true } : {}),
    }),
  );
}

/** The routes of a service whose own fields are right, each with its index. */
export function rightRoutes(raw: unknown): readonly { readonly index: number; readonly route: RouteFile }[] {
  const routes = valueAt(raw, ['routes']);
  if (!Array.isArray(routes)) return [];
  return routes.flatMap((item: unknown, index) => {
    const route = routeSchema.safeParse(item);
    return route.success ? [{ index, route: route.data }] : [];
  });
}

/** Made once: making a schema takes longer than a hundred uses of it. */
const routeSchema = z.strictObject(routeFields);

type RouteFile = z.output<typeof routeSchema>;

type RightFields<Fields extends z.ZodRawShape> = { readonly [Name in keyof Fields]?: z.output<Fields[Name]> };

/** Each field that is right by itself, defaults included; the wrong ones are absent. */
function rightFields<Fields extends z.ZodRawShape>(fields: Fields, raw: unknown): RightFields<Fields> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, schema]) => {
      const parsed = z.safeParse(schema, valueAt(raw, [name]));
      return parsed.success && parsed.data !== undefined ? [[name, parsed.data]] : [];
    }),
  ) as RightFields<Fields>;
}

const webOnly = [
  'port',
  'routes',
  'targetHealthCheck',
  'loadBalancer',
  'protocol',
  'stickiness',
  'deregistrationDelay',
  'gracePeriod',
];

function checkKind(raw: unknown, kind: 'web' | 'worker' | undefined): Finding[] {
  const given = (name: string) => valueAt(raw, [name]) !== undefined;
  if (kind === 'worker') {
    return webOnly
      .filter(given)
      .map((name) => ({ path: [name], message: 'belongs to a web service; this one is a worker', name: true }));
  }
  if (kind === undefined) return [];
  return [
    ...(given('port')
      ? []
      : [{ path: ['port'], message: '"port" is missing: a whole number, where the container listens' }]),
    ...(given('routes')
      ? []
      : [
          {
            path: ['routes'],
            message: '"routes" is missing: a web service has at least one, such as [{ "path": "/*", "priority": 10 }]',
          },
        ]),
  ];
}

function checkSize(raw: unknown, { cpu, memory }: RightFields<typeof serviceFields>): Finding[] {
  const problem = cpu !== undefined && memory !== undefined && fargateProblem(cpu, memory);
  if (!problem) return [];
  if (valueAt(raw, ['memory']) !== undefined) return [{ path: ['memory'], message: problem }];
  return [{ path: ['cpu'], message: `${problem}; "memory" is ${memory} unless given` }];
}

function checkImage(image: RightFields<typeof serviceFields>['image']): Finding[] {
  if (typeof image !== 'object' || !/^([/\\~]|[A-Za-z]:)/.test(image.build)) return [];
  return [
    { path: ['image', 'build'], message: 'must be relative to this file, so that it is the same folder for everyone' },
  ];
}

function checkVariables({ environment = {}, secrets = {} }: RightFields<typeof serviceFields>): Finding[] {
  return Object.keys(secrets)
    .filter((name) => Object.hasOwn(environment, name))
    .map((name) => ({
      path: ['secrets', name],
      message: 'is in "environment" too; ECS accepts a name once',
      name: true,
    }));
}

/** What a task is told a table's name in, each in a variable of its own. An attribute has one type in all keys of its table. */
function checkTables(uses: RightFields<typeof serviceFields>['uses']): Finding[] {
  const tables = Object.entries(uses?.tables ?? {});
  const alike = tables.flatMap(([name], index): Finding[] => {
    const former = tables.slice(0, index).find(([other]) => tableVariable(other) === tableVariable(name));
    const message = `is told to tasks in ${tableVariable(name)}, as "${former?.[0]}" is: give it another name`;
    return former ? [{ path: ['uses', 'tables', name], message, name: true }] : [];
  });
  const typed = tables.flatMap(([name, { keys, indexes }]) =>
    Object.entries(indexes).flatMap(([index, other]) =>
      Object.entries(other.keys).flatMap(([attribute, type]): Finding[] => {
        const known = [keys, ...Object.values(indexes).map((one) => one.keys)].find((one) => attribute in one);
        if (known?.[attribute] === type) return [];
        const message = `is of type "${known?.[attribute]}" elsewhere in this table: an attribute has one type`;
        return [{ path: ['uses', 'tables', name, 'indexes', index, 'keys', attribute], message }];
      }),
    ),
  );
  return [...alike, ...typed];
}

function checkTargetHealthCheck({ interval, timeout }: RightFields<typeof targetHealthCheckFields>): Finding[] {
  if (interval === undefined || timeout === undefined || timeout < interval) return [];
  return [
    {
      path: ['targetHealthCheck', 'timeout'],
      message: `must be shorter than the interval (${durationText(interval)}), is ${durationText(timeout)}`,
    },
  ];
}

function checkContainerHealthCheck(raw: unknown): Finding[] {
  const check = valueAt(raw, ['healthCheck']);
  if (check === undefined) return [];
  const { interval, timeout } = rightFields(containerHealthCheckFields, check);
  if (interval === undefined || timeout === undefined || timeout <= interval) return [];
  return [
    {
      path: ['healthCheck', 'timeout'],
      message: `must not be longer than the interval (${durationText(interval)}), is ${durationText(timeout)}`,
    },
  ];
}

function checkScaling(raw: unknown): Finding[] {
  const { min, max, ...others } = rightFields(scalingFields, valueAt(raw, ['scaling']));
  const findings: Finding[] = [];
  if (min !== undefined && max !== undefined && max < min) {
    findings.push({ path: ['scaling', 'max'], message: `must not be less than "min", which is ${min}` });
  }
  for (const name of ['cpuPercent', 'memoryPercent', 'requestsPerTarget'] as const) {
    if (others[name] === undefined || min === undefined || (max ?? min) !== min) continue;
    findings.push({
      path: ['scaling', name],
      message: `needs a "max" above "min" (${min}): there is nothing to choose`,
    });
  }
  if (others.requestsPerTarget !== undefined && valueAt(raw, ['kind']) === 'worker')
    findings.push({
      path: ['scaling', 'requestsPerTarget'],
      message: 'belongs to a web service; this one is a worker',
    });
  const schedules = valueAt(raw, ['scaling', 'schedules']);
  return [...findings, ...(Array.isArray(schedules) ? schedules : []).flatMap(checkSchedule)];
}

function checkSchedule(raw: unknown, index: number): Finding[] {
  const path = ['scaling', 'schedules', index];
  const { min, max, timezone, cron } = rightFields(scheduleFields, raw);
  const findings: Finding[] = [];
  if (cron !== undefined && awsCron(cron) === undefined) {
    findings.push({
      path: [...path, 'cron'],
      message: 'names both a day of month and a day of week: AWS takes one of them, and "*" or "?" for the other',
    });
  }
  if (valueAt(raw, ['min']) === undefined && valueAt(raw, ['max']) === undefined) {
    findings.push({ path, message: 'changes nothing: it needs "min", "max" or both' });
  }
  if (min !== undefined && max !== undefined && max < min) {
    findings.push({ path: [...path, 'max'], message: `must not be less than "min", which is ${min}` });
  }
  if (timezone !== undefined && !isTimezone(timezone)) {
    const near = nearest(timezone, Intl.supportedValuesOf('timeZone'));
    findings.push({
      path: [...path, 'timezone'],
      message: `not an IANA time zone such as "Europe/Berlin"${near === undefined ? '' : `. Did you mean "${near}"?`}`,
    });
  }
  return findings;
}

function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/**
 * ECS reports a deployment over a warm colour as completed only when the old tasks are drained and stopped: a shorter
 * time-out would always end it.
 */
function checkHealthTimeout(raw: unknown, service: RightFields<typeof serviceFields>): Finding[] {
  const { healthTimeout } = rightFields(deploymentFields, valueAt(raw, ['deployment']));
  const { deregistrationDelay, stopTimeout } = service;
  if (healthTimeout === undefined || deregistrationDelay === undefined || stopTimeout === undefined) return [];
  if (healthTimeout > deregistrationDelay + stopTimeout) return [];
  const needed = `${durationText(deregistrationDelay + stopTimeout)} (deregistrationDelay + stopTimeout), which is what it takes to replace the tasks of a warm colour`;
  if (valueAt(raw, ['deployment', 'healthTimeout']) !== undefined) {
    return [{ path: ['deployment', 'healthTimeout'], message: `must be longer than ${needed}` }];
  }
  const message = `deployment.healthTimeout, which is ${durationText(healthTimeout)} unless given, must be longer than ${needed}`;
  return [{ path: ['deregistrationDelay'], message }];
}

function checkSteps(strategy: RightFields<typeof deploymentFields>['strategy']): Finding[] {
  if (typeof strategy !== 'object' || !('steps' in strategy)) return [];
  const { steps } = strategy;
  return steps.flatMap(({ weight, hold }, index) => {
    const path = ['deployment', 'strategy', 'steps', index];
    const before = steps[index - 1]?.weight ?? 0;
    const last = index === steps.length - 1;
    const findings: Finding[] = [];
    if (weight <= before)
      findings.push({ path: [...path, 'weight'], message: `must be above the step before, ${before}` });
    if (last && weight !== 100)
      findings.push({ path: [...path, 'weight'], message: 'must be 100: it is the last step' });
    if (last && hold !== undefined) {
      findings.push({
        path: [...path, 'hold'],
        message: 'is what "deployment.bake" says for the last step',
        name: true,
      });
    }
    if (!last && hold === undefined) {
      findings.push({ path, message: '"hold" is missing, such as { "bake": "5m" }: every step but the last has it' });
    }
    return findings;
  });
}
