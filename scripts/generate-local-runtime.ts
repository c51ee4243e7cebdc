import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { services, type Timing, timings } from '../src/local/index.ts';
import { clientName, recordOf } from '../tests/conformance/suite.ts';

/** The page whose tables follow from the code of the local runtime. */
export const localRuntimePage = fileURLToPath(new URL('../docs/local-runtime.md', import.meta.url));

/** The page with its tables as the code has them today; a test compares it with what is committed. */
export function localRuntimeText(): string {
  const text = readFileSync(localRuntimePage, 'utf8');
  return replaceSection(replaceSection(text, 'operations', operationTables()), 'timings', timingTable());
}

const names: Readonly<Record<string, string>> = {
  sts: 'STS',
  ssm: 'SSM Parameter Store',
  dynamodb: 'DynamoDB',
  logs: 'CloudWatch Logs',
  elasticloadbalancing: 'Elastic Load Balancing v2',
  monitoring: 'CloudWatch',
  'application-autoscaling': 'Application Auto Scaling',
  ecr: 'ECR',
  secretsmanager: 'Secrets Manager',
  ecs: 'ECS',
};

/** What the last run of the conformance suite has shown, not what the code declares. */
function operationTables(): string {
  const of = services.map(({ name }) => {
    const record = recordOf(clientName(name)) ?? {};
    const rows = Object.entries(record).map(([operation, { level, cases, errors }]) => [
      operation,
      level,
      `${cases}`,
      errors.join(', '),
    ]);
    return `**${names[name] ?? name}**\n\n${table(['operation', 'level', 'cases', 'errors shown'], rows)}`;
  });
  return `\n${of.join('\n\n')}\n`;
}

const explained: Readonly<Record<Exclude<keyof Timing, 'name' | 'restartBackOff' | 'metricLag'>, string>> = {
  weightLag: 'from a write of weights until new requests follow it',
  trafficSettle: 'what teal allows for that and for slower nodes',
  provisioning: 'PROVISIONING',
  pending: 'PENDING',
  activating: 'ACTIVATING',
  deprovisioning: 'DEPROVISIONING',
  schedulerTick: "the service scheduler's tick",
  registration: 'from RegisterTargets to the first health check',
  imageLifecycle: "from one evaluation of ECR's lifecycle policies to the next",
  itemExpiry: "from an item's time to live until DynamoDB deletes it",
  settling: 'RUNNING until healthy, for a task without any health check',
  metricPeriod: 'between two points of a metric of load balancers and tasks',
  alarmEvaluation: 'between two evaluations of an alarm',
  scalingReaction: "from a scalable target's limits or a policy's alarm to the desired count",
};

function timingTable(): string {
  const { instant, 'aws-like': awsLike } = timings;
  const rows = Object.entries(explained).map(([key, words]) => {
    const of = (timing: Timing) => timeText(timing[key as keyof typeof explained]);
    return [words, of(instant), of(awsLike)];
  });
  const backOff = ({ restartBackOff }: Timing) =>
    `${timeText(restartBackOff.first)} to ${timeText(restartBackOff.most)}`;
  const lag = ({ metricLag: { least, most } }: Timing) =>
    least === most ? timeText(least) : `${timeText(least)} to ${timeText(most)}`;
  return table(
    ['', '`instant` (default)', '`aws-like`'],
    [
      ...rows,
      ["from the end of a metric's period until its point can be seen", lag(instant), lag(awsLike)],
      ['wait before a crashing task is started again', backOff(instant), backOff(awsLike)],
    ],
  );
}

const timeText = (ms: number): string => (ms > 0 && ms < 1_000 ? `${ms} ms` : `${ms / 1_000} s`);

/** Columns are aligned, as the formatter would. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((cells) => cells[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

function replaceSection(text: string, name: string, section: string): string {
  const begin = `<!-- generated: ${name} -->\n`;
  const end = `\n<!-- end: ${name} -->`;
  const from = text.indexOf(begin);
  const to = text.indexOf(end, from);
  if (from < 0 || to < 0) throw new Error(`${localRuntimePage} has no section "${name}"`);
  return `${text.slice(0, from + begin.length)}${section}${text.slice(to)}`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) writeFileSync(localRuntimePage, localRuntimeText());
