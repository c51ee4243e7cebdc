import { describeCheck, type Plan } from '../../deployment/index.ts';
import type { Change, PreflightCheck, Preview, SecretSeen } from '../../operations/index.ts';
import { refusalText } from '../refusal-text.ts';
import { counted, cut, durationWords, percentWords, shortDigest, wrap } from './words.ts';

const indent = ' '.repeat(18);

/** What a deployment would do, in the order in which it does it, and what a person would want to know before. */
export function planText(preview: Preview, verbose: boolean): string {
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
    ...checksText(preview, verbose),
    ...closingText(preview).map((line) => wrap(`  ${line}`, 80, '  ')),
    preview.checks.some(({ found }) => found.kind === 'ng')
      ? 'Nothing was changed. "teal deploy" is refused until no check is NG.'
      : `Nothing was changed. Run "teal deploy ${plan.site.service}${inEnvironment(plan)}" to do this.`,
  ].join('\n');
}

/** One line where all is well; a tree of what is not, and of everything where it is asked for. */
function checksText({ checks, plan }: Preview, verbose: boolean): string[] {
  if (checks.length === 0) return [];
  const about = { service: plan.site.service, environment: plan.site.environment.name };
  const of = (kind: PreflightCheck['found']['kind']) => checks.filter(({ found }) => found.kind === kind);
  const skipped = of('skip').map(({ name }) => name);
  const counts = [
    ...(of('ng').length > 0 ? [`${of('ng').length} NG`] : []),
    `${of('ok').length} OK`,
    ...(skipped.length > 0 ? [`${skipped.length} SKIP (${skipped.join(', ')})`] : []),
  ].join(', ');
  const shown = verbose ? checks : of('ng');
  const width = Math.max(0, ...shown.map(({ name }) => name.length));
  const tree = shown.flatMap(({ name, found }, index) => {
    const last = index === shown.length - 1;
    const [mark, said] = findingText(found, about);
    const rest = `  ${last ? ' ' : '│'}        ${' '.repeat(width)}`;
    return said
      .split('\n')
      .map((line, at) =>
        at === 0 ? `  ${last ? '└' : '├'}─ ${mark.padEnd(4)} ${name.padEnd(width)}  ${line}` : `${rest}  ${line}`,
      )
      .map((line) => wrap(line, 80, `${rest}  `));
  });
  return [wrap(`  Preflight: ${counts}.`, 80, '  '), ...tree];
}

function findingText(
  found: PreflightCheck['found'],
  about: Parameters<typeof refusalText>[1],
): readonly [mark: string, text: string] {
  switch (found.kind) {
    case 'ok':
      return ['OK', found.what];
    case 'skip':
      return ['SKIP', found.why];
    case 'ng':
      return ['NG', refusalText(found.refusal, about)];
  }
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

function changeLine(change: Change, width: number, secrets: readonly SecretSeen[]): string {
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
const secretLine = (secret: SecretSeen): string => `    secrets.${secret.name}  ${secret.from}, ${versionText(secret)}`;

const versionText = ({ version, changedAt }: SecretSeen): string =>
  version === null
    ? 'nothing there now'
    : `version ${version.slice(0, 8)}${changedAt === null ? '' : ` of ${changedAt.slice(0, 16)}Z`}`;

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
