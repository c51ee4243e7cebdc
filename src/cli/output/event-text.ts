import { type Color, type DeploymentEvent, type Outline, testHeader } from '../../deployment/index.ts';
import { reasonText } from './reason-text.ts';
import { durationWords, lastPart, percentWords, shortId } from './words.ts';

/** Tells events one by one, each as one line; undefined for what only a live view shows. Remembers what is driven. */
export function createTeller(): (event: DeploymentEvent) => string | undefined {
  let outline: Outline | undefined;
  return (event) => {
    if (event.type === 'driving') outline = event.body;
    if (event.type === 'verified' && event.body.passed && outline)
      outline = { ...outline, names: { ...outline.names, ...event.body.identities } };
    return describeEvent(event, outline);
  };
}

function describeEvent(event: DeploymentEvent, outline: Outline | undefined): string | undefined {
  switch (event.type) {
    case 'opened': {
      const { kind, revision, to, by } = event.body;
      return `${kind} of ${revision} to ${to} by ${by}: deployment ${shortId(event.deployment)}`;
    }
    case 'driving':
      return event.body.phase === 'preparing' ? undefined : `driven on from ${event.body.phase}`;
    case 'phase':
      return phaseText(event.body, outline);
    case 'registered':
      return `task definition ${lastPart(event.body.taskDefinition)} registered`;
    case 'scaled':
      return event.body.desired === 0
        ? `${event.body.color}: scaled down to 0 tasks`
        : `${event.body.color}: ${event.body.desired} tasks asked for`;
    case 'limits': {
      const { color, min, max, schedules } = event.body;
      return `${color}: autoscaling between ${min} and ${max} tasks, schedules ${schedules}`;
    }
    case 'verified':
      return event.body.passed
        ? `verified over the test rule (${testHeader})`
        : `not verified: ${event.body.check}: found ${event.body.found}`;
    case 'weights':
      return `weights blue=${event.body.blue} green=${event.body.green} written and read back after ${event.body.tookMs} ms`;
    case 'cutover':
      return `cutover measured${event.body.clients === 'sticky' ? ' for sticky clients' : ''}: first answer of ${newName(outline)} after ${Math.round(event.body.firstAnswerMs)} ms`;
    case 'request':
      return `${event.body.kind} asked for by ${event.body.by}`;
    case 'unanswered':
      return `${event.body.act} was not answered: ${event.body.cause}`;
    case 'refused':
      return `${event.body.act} was refused: ${event.body.code}: ${event.body.message}`;
    case 'reading-failed':
      return `AWS could not be read: ${event.body.cause}`;
    case 'outcome': {
      const { outcome } = event.body;
      return outcome.name === 'succeeded' ? 'succeeded' : `${outcome.name}: ${reasonText(outcome.because)}`;
    }
    case 'writing-weights':
    case 'status':
      return undefined;
  }
}

function phaseText(
  { phase, step, because }: Extract<DeploymentEvent, { type: 'phase' }>['body'],
  outline: Outline | undefined,
): string | undefined {
  const to = outline?.to ?? 'the idle colour';
  switch (phase) {
    case 'preparing':
      return 'preparing';
    case 'provisioning':
      return `provisioning: starting tasks in ${to}`;
    case 'verifying':
      return `verifying ${to} over the test rule`;
    case 'shifting': {
      const wanted = outline?.steps[step];
      if (!outline) return `shifting: step ${step + 1}`;
      if (!wanted) return undefined;
      const hold = wanted.bakeSeconds > 0 ? `, watch ${durationWords(wanted.bakeSeconds * 1000)}` : '';
      return `shifting: step ${step + 1} of ${outline.steps.length}, ${percentWords(wanted.weight)} to ${to}${hold}`;
    }
    case 'baking':
      return outline?.bakeSeconds ? `baking: watch ${durationWords(outline.bakeSeconds * 1000)}` : undefined;
    case 'rolling-back':
      return `rolling back${because ? `: ${reasonText(because)}` : ''}`;
  }
}

const newName = (outline: Outline | undefined): string => (outline ? nameOf(outline, outline.to) : 'the new colour');

/** What a colour's revision is called: as its answers call it, else by its id. */
export const nameOf = (outline: Pick<Outline, 'names' | 'revisions'>, color: Color): string =>
  outline.names[color] ?? outline.revisions[color] ?? '';
