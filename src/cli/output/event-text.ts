import type { DeploymentEvent } from '../../deployment/index.ts';
import { reasonText } from './reason-text.ts';

/** One event as one line; undefined for what only a live view shows. */
export function describeEvent(event: DeploymentEvent): string | undefined {
  switch (event.type) {
    case 'opened':
      return `deployment ${event.deployment} ${event.body.kind} ${event.body.revision} to ${event.body.to}, by ${event.body.by}`;
    case 'driving':
      return event.body.phase === 'preparing' ? undefined : `driven on from ${event.body.phase}`;
    case 'phase':
      return `${event.body.phase}${event.body.phase === 'shifting' ? ` step ${event.body.step + 1}` : ''}${event.body.because ? `: ${reasonText(event.body.because)}` : ''}`;
    case 'registered':
      return `registered ${event.body.taskDefinition}`;
    case 'scaled':
      return `${event.body.color}: ${event.body.desired} tasks asked for`;
    case 'verified':
      return event.body.passed
        ? 'verified over the test rule'
        : `not verified: ${event.body.check}: found ${event.body.found}`;
    case 'weights':
      return `weights blue=${event.body.blue} green=${event.body.green} written and read back after ${event.body.tookMs} ms`;
    case 'cutover':
      return `first answer of the new colour after ${Math.round(event.body.firstAnswerMs)} ms`;
    case 'request':
      return `${event.body.kind} asked for by ${event.body.by}`;
    case 'unanswered':
      return `${event.body.act} was not answered: ${event.body.cause}`;
    case 'refused':
      return `${event.body.act} was refused: ${event.body.code}: ${event.body.message}`;
    case 'reading-failed':
      return `AWS could not be read: ${event.body.cause}`;
    case 'outcome':
      return `outcome ${event.body.outcome.name}${event.body.outcome.name === 'succeeded' ? '' : `: ${reasonText(event.body.outcome.because)}`}`;
    case 'writing-weights':
    case 'status':
      return undefined;
  }
}
