import {
  type Color,
  colors,
  type Outcome,
  otherColor,
  type Plan,
  type Reason,
  shareOf,
  type Weights,
} from '../../deployment/index.ts';
import type { Report } from '../../operations/index.ts';
import { nameOf } from './event-text.ts';
import { reasonText } from './reason-text.ts';
import { tellingLine } from './telling-line.ts';
import { counted, durationWords, groups, percentWords, shortId, timeOfDay, wrap } from './words.ts';

/** What the last words about a deployment are made of. */
export interface Told {
  readonly plan: Plan;
  readonly outcome: Outcome;
  readonly report: Report;
  /** The folder that holds the evidence; null where nothing went wrong. */
  readonly evidence: string | null;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** The last words about a deployment: what happened, why, what to do; the last line tells where traffic is now. */
export function outcomeText(told: Told): string {
  switch (told.outcome.name) {
    case 'succeeded':
      return succeededText(told);
    case 'rolled-back':
      return wentWrong(told, told.outcome.because, [
        `rolled back, ${named(told, told.plan.from)} is live on ${told.plan.from}, 100 %.`,
        hadText(told),
      ]);
    case 'failed':
      return wentWrong(told, told.outcome.because, [
        `${named(told, told.plan.to)} failed before it had traffic.`,
        told.plan.first ? 'Nothing of it is left running.' : '',
      ]);
    case 'halted':
      return wentWrong(told, told.outcome.because, [
        'halted: a person is needed, nothing is changed any more.',
        hadText(told),
      ]);
  }
}

/** The last words of a driver that leaves its deployment to another. */
export function leftText(plan: Plan, report: Report): string {
  const { service } = plan.site;
  const { outline } = report;
  const name = outline ? nameOf(outline, plan.to) : plan.revision.id;
  return [
    `${service}: ${name} is left without a driver in ${outline?.phase ?? plan.kind}.`,
    `  Next      "teal resume ${service}" drives it on, "teal abort ${service}" takes it back`,
    report.weights ? weightsLine(report.weights) : `Traffic: as before, on ${plan.from}.`,
  ].join('\n');
}

function succeededText(told: Told): string {
  const { plan, report, now } = told;
  const { service, environment } = plan.site;
  const verb = { deploy: '', switch: 'switched: ', rollback: 'rolled back: ', repair: 'repaired: ' }[plan.kind];
  const took = report.tookMs === null ? '' : ` ${durationWords(report.tookMs)}${probedText(report)}.`;
  const head = `${service}: ${verb}${named(told, plan.to)} is live on ${plan.to}, 100 %.${took}`;
  const where = `Traffic: ${plan.to} 100 %.`;
  if (plan.first || plan.kind === 'repair') return [head, where].join('\n');
  const former = `${plan.from}${bracketed(named(told, plan.from))}`;
  const at = environment.name === 'local' ? '' : ` --env ${environment.name}`;
  const back = `Back in one call: teal rollback ${service}${at} --to ${plan.from}`;
  if (plan.keepWarmSeconds === 0) return [head, `${former} is scaled down next: "teal sweep".`, where].join('\n');
  const warm =
    plan.keepWarmSeconds === 'always'
      ? `${former} stays warm.`
      : `${former} stays warm for ${durationWords(plan.keepWarmSeconds * 1000)}, until ${timeOfDay(now + plan.keepWarmSeconds * 1000)}.`;
  return [head, warm, `${where} ${back}`].join('\n');
}

function probedText({ measured }: Report): string {
  if (!measured) return '';
  const answers = measured.from.answers + measured.to.answers;
  if (answers === 0) return ', not probed';
  return `, ${counted(answers, 'answer')} probed, ${groups(measured.from.failed + measured.to.failed)} failed`;
}

function wentWrong(told: Told, because: Reason, head: readonly string[]): string {
  const { plan, outcome, report, evidence } = told;
  const { service } = plan.site;
  const log = tellingLine(report.logs[0]?.lines ?? report.evidence.lastLines);
  const facts = [
    ['Why', reasonText(because, plan.to)],
    ['Last log', log === undefined ? '' : `${log}   (${logsCommand(plan)})`],
    ['Next', nextText(told)],
    ['Evidence', evidence ?? ''],
  ] as const;
  return [
    ...head.filter((line) => line !== '').map((line, index) => wrap(index === 0 ? `${service}: ${line}` : line)),
    ...facts
      .filter(([, text]) => text !== '')
      .map(([label, text]) => wrap(`  ${label.padEnd(10)}${text}`, 80, ' '.repeat(12))),
    trafficNow(plan, outcome, because, report),
  ].join('\n');
}

/** Its own tasks' lines, where it started some. */
function logsCommand({ id, site, wish }: Plan): string {
  const at = site.environment.name === 'local' ? '' : ` --env ${site.environment.name}`;
  return `teal logs ${site.service}${at}${wish.kind === 'register' ? ` --deployment ${shortId(id)}` : ''}`;
}

/** What the new revision had of the traffic and how it did. */
function hadText(told: Told): string {
  const { carried, measured } = told.report;
  if (!carried) return '';
  const failed =
    measured && measured.to.answers > 0
      ? ` and failed ${groups(measured.to.failed)} of ${counted(measured.to.answers, 'probe')}`
      : '';
  return `${named(told, told.plan.to)} had ${percentWords(round(carried.largestShare))} for ${durationWords(carried.ms)}${failed}.`;
}

const round = (value: number): number => Math.round(value * 10) / 10;

function nextText({ plan, outcome, report }: Told): string {
  const { service } = plan.site;
  if (outcome.name === 'halted')
    return `look, then "teal resume ${service} --restore" writes ${restored(plan, report)}${canAccept(outcome.because, report) ? ', "--accept" takes the weights as they are' : ''}`;
  return plan.kind === 'deploy'
    ? `fix it, then "teal deploy ${service}"`
    : `"teal status ${service}" tells what runs where`;
}

/** Accepting takes one colour with all of the traffic. */
function canAccept(because: Reason, report: Report): boolean {
  const { blue, green } = because.kind === 'weights-changed-by-another' ? because.found : (report.weights ?? {});
  return (blue === 0) !== (green === 0);
}

const restored = (plan: Plan, { weights }: Report): string =>
  weights && (weights.blue === 0 || weights.green === 0)
    ? `blue ${weights.blue}, green ${weights.green}`
    : `${plan.from} 100, ${otherColor(plan.from)} 0`;

function trafficNow(plan: Plan, outcome: Outcome, because: Reason, report: Report): string {
  if (outcome.name === 'failed') {
    if (plan.first) return `Traffic: none; no version of ${plan.site.service} is live.`;
    return `Traffic: stayed on ${plan.from}, 100 %.`;
  }
  if (outcome.name === 'rolled-back') return `Traffic: ${plan.from} 100 %, ${plan.to} 0 %.`;
  if (because.kind === 'weights-changed-by-another') {
    const { blue, green } = because.found;
    return `Traffic: left as found, blue ${blue ?? 'not named'}, green ${green ?? 'not named'}.`;
  }
  return report.weights ? weightsLine(report.weights) : 'Traffic: as it was.';
}

function weightsLine(weights: Weights): string {
  return `Traffic: ${colors.map((color) => `${color} ${percentWords(round(shareOf(color, weights)))}`).join(', ')}.`;
}

function named({ plan, report }: Told, color: Color): string {
  const known = report.outline ? nameOf(report.outline, color) : '';
  return known === '' ? (color === plan.to ? plan.revision.id : 'the version before') : known;
}

const bracketed = (name: string): string => (name === '' || name === 'the version before' ? '' : ` (${name})`);
