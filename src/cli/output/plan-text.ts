import { describeCheck, type Plan } from '../../deployment/index.ts';
import type { Change, Preview, SecretNow } from '../../operations/index.ts';
import { counted, cut, durationWords, percentWords, shortDigest, wrap } from './words.ts';

const indent = ' '.repeat(18);

/** What a deployment would do, in the order in which it does it, and what a person would want to know before. */
export function planText(preview: Preview): string {
  const { plan } = preview;
  const phases = [
    ...(preview.makes ? [phase('make', [makesText(plan)])] : []),
    phase('prepare', prepareText(preview)),
    phase('provision', [provisionText(preview)]),
    phase('verify', verifyText(plan)),
    phase('shift', shiftText(plan)),
    phase('bake', [bakeText(plan)]),
    ...(plan.first ? [] : [phase('keep warm', [warmText(preview)])]),
  ];
  return [
    ...headText(preview),
    '',
    ...phases.flatMap(([label, lines], index) =>
      lines.map((line, at) =>
        wrap(`  ${at === 0 ? `${index + 1}  ${label}`.padEnd(16) : ' '.repeat(16)}${line}`, 80, `${indent}  `),
      ),
    ),
    '',
    ...closingText(preview).map((line) => wrap(`  ${line}`, 80, '  ')),
    `Nothing was changed. Run "teal deploy ${plan.site.service}${inEnvironment(plan)}" to do this.`,
  ].join('\n');
}

type PhaseText = readonly [label: string, lines: readonly string[]];

const phase = (label: string, lines: readonly string[]): PhaseText => [label, lines];

const inEnvironment = ({ site }: Plan): string =>
  site.environment.name === 'local' ? '' : ` --env ${site.environment.name}`;

function headText({ plan, names }: Preview): string[] {
  const left = `${plan.site.service} → ${plan.site.environment.name}`;
  const live = plan.first ? 'nothing is live' : `live: ${names[plan.from] ?? 'unknown'}, ${plan.from}`;
  const right = `${plan.revision.id}  ${shortDigest(plan.revision.digest)}  (${live})`;
  return left.length + right.length + 2 <= 80
    ? [`${left}${' '.repeat(80 - left.length - right.length)}${right}`]
    : [left, `  ${right}`];
}

const makesText = ({ site }: Plan): string =>
  `what ${site.service} needs in ${site.environment.name}: load balancer, rules, target groups, ECS services, log group, journal`;

function prepareText({ changes, secrets, plan }: Preview): string[] {
  if (plan.first) return ['register the first task definition', ...secrets.map(secretLine)];
  const count = (kind: Change['kind']): number => changes.filter((change) => change.kind === kind).length;
  const kinds = [
    [count('changed'), 'differs', 'differ'],
    [count('added'), 'added', 'added'],
    [count('removed'), 'removed', 'removed'],
  ] as const;
  const told = kinds
    .filter(([many]) => many > 0)
    .map(([many, one, more], index) => `${index === 0 ? counted(many, 'setting') : many} ${many === 1 ? one : more}`);
  const head = `register the task definition; ${told.length > 0 ? told.join(', ') : 'nothing differs from what is live'}`;
  const width = Math.min(30, Math.max(0, ...changes.map((change) => change.path.length)));
  const lines = changes.map((change) => changeLine(change, width, secrets));
  const named = new Set(changes.map((change) => change.path));
  return [head, ...lines, ...secrets.filter(({ name }) => !named.has(`secrets.${name}`)).map(secretLine)];
}

function changeLine(change: Change, width: number, secrets: readonly SecretNow[]): string {
  const path = change.path.padEnd(width);
  const value = (text: string): string =>
    change.path === 'image' ? `${text.replace('sha256:', '').slice(0, 12)}…` : cut(text, 30);
  const secret = secrets.find(({ name }) => change.path === `secrets.${name}`);
  const version = secret ? `, ${versionText(secret)}` : '';
  switch (change.kind) {
    case 'added':
      return `  + ${path}  ${value(change.after)}${version}`;
    case 'removed':
      return `  - ${path}  ${value(change.before)}`;
    case 'changed':
      return `  ~ ${path}  ${value(change.before)} → ${value(change.after)}${version}`;
  }
}

/** A secret whose setting stays the same: only its value may have changed. */
const secretLine = (secret: SecretNow): string =>
  `    secrets.${secret.name}  ssm:${secret.parameter}, ${versionText(secret)}`;

const versionText = ({ version, changedAt }: SecretNow): string =>
  version === null
    ? 'no such parameter now'
    : `version ${version}${changedAt === null ? '' : ` of ${changedAt.slice(0, 16)}Z`}`;

function provisionText({ plan, tasks, givesUp }: Preview): string {
  const why = plan.first
    ? ''
    : tasks.wanted > plan.minimumTasks || tasks.wanted === tasks.live
      ? ` (as many as ${plan.from} runs now)`
      : ' (scaling.min)';
  if (givesUp) {
    const wait =
      givesUp.waitSeconds > 0
        ? `, once nothing follows it any more: in ${durationWords(givesUp.waitSeconds * 1000)}`
        : '';
    return `${plan.to}: ${tasks.wanted} new tasks${why} in place of ${givesUp.tasks} warm ones${wait}`;
  }
  return `${plan.to}: ${tasks.idle} → ${counted(tasks.wanted, 'task')}${why}`;
}

function verifyText(plan: Plan): string[] {
  if (plan.verification.length === 0) return [`${plan.to} answers over the test rule; no check is configured`];
  return plan.verification.map((check, index) => `${describeCheck(check)}${index === 0 ? ', over the test rule' : ''}`);
}

const shiftText = (plan: Plan): string[] =>
  plan.steps.map(
    ({ weight, bakeSeconds }) =>
      `${percentWords(weight)} ${plan.to}${bakeSeconds > 0 ? `, watch ${durationWords(bakeSeconds * 1000)}` : ''}`,
  );

function bakeText(plan: Plan): string {
  if (plan.bakeSeconds === 0) return plan.first ? 'not on a first deployment, unless --bake asks for it' : 'not at all';
  const { failurePercent, p99Seconds } = plan.limits;
  const slow = p99Seconds === null ? '' : ` or p99 > ${Math.round(p99Seconds * 1000)} ms`;
  const back = plan.route ? `, rolls back above ${failurePercent} % failures${slow}` : '';
  return `${durationWords(plan.bakeSeconds * 1000)}${back}`;
}

function warmText({ plan, tasks }: Preview): string {
  const warm = `${plan.from} stays at ${counted(tasks.live, 'task')}`;
  if (plan.keepWarmSeconds === 'always') return `${warm}, always`;
  if (plan.keepWarmSeconds === 0) return `not at all: ${plan.from} is scaled down at once`;
  return `${warm} for ${durationWords(plan.keepWarmSeconds * 1000)}, then 0`;
}

function closingText(preview: Preview): string[] {
  const { plan, estimate, tasks, names, givesUp, secrets } = preview;
  const about = durationWords(Math.round(estimate.aboutSeconds) * 1000);
  const most = durationWords(Math.round(estimate.mostSeconds) * 1000);
  const warmSeconds = plan.keepWarmSeconds === 'always' ? null : plan.keepWarmSeconds;
  const back =
    plan.first || warmSeconds === 0
      ? ''
      : ` Rollback at any point: one call${warmSeconds === null ? '' : `, until ${durationWords(warmSeconds * 1000)} after the end; later its tasks are started first`}.`;
  const lines = [`About ${about}; at most ${most}.${back}`];
  if (!plan.first) {
    const upTo =
      warmSeconds === null
        ? 'from then on'
        : `for up to ${durationWords(1000 * Math.round(estimate.mostSeconds + warmSeconds))}`;
    lines.push(
      `${counted(tasks.live + tasks.wanted, 'task')} instead of ${tasks.live} ${upTo}; both colours do background work meanwhile.`,
    );
  }
  if (givesUp) {
    const what = names[givesUp.color];
    lines.push(`Given up: ${givesUp.color} is still warm${what ? ` with ${what}` : ''}.`);
  }
  if (plan.scaling) {
    const { min, max } = plan.scaling.after;
    lines.push(
      `Autoscaling takes nothing from either colour meanwhile, and no schedule takes place; then ${plan.to} scales between ${min} and ${max} tasks.`,
    );
  }
  lines.push(measuredText(plan));
  for (const { name, parameter, version } of secrets)
    if (version === null && !preview.makes)
      lines.push(`Missing: parameter ${parameter} for ${name} does not exist, so no task can start.`);
  const stale = secrets.filter((secret) => secret.newerThanLive).map(({ name }) => name);
  if (stale.length > 0)
    lines.push(
      `${stale.join(', ')} changed after ${plan.from} started: a rollback starts its tasks anew first, so that they get the new value.`,
    );
  return lines;
}

function measuredText({ route, identity }: Plan): string {
  if (!route) return 'Not measured: anything; no probe reaches the load balancer from here.';
  if (!identity)
    return 'Not measured: the switch, because answers do not tell their version (deployment.identity). Probes of the new colour go over the test rule.';
  const how = identity.kind === 'header' ? `header ${identity.header}` : `GET ${identity.path} ${identity.json}`;
  return `Not measured: nothing. (identity: ${how})`;
}
