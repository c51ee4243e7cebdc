import { type Outcome, otherColor, type Plan, type StreamState } from '../../deployment/index.ts';
import { reasonText } from './reason-text.ts';

/** The last words about a deployment; the last line tells where traffic is now. */
export function outcomeText(plan: Plan, outcome: Outcome, state: StreamState): string {
  const { service } = plan.site;
  const weights = state.weights ? `blue ${state.weights.blue}, green ${state.weights.green}` : 'unknown';
  switch (outcome.name) {
    case 'succeeded': {
      const warm =
        plan.first || plan.kind === 'repair'
          ? ''
          : `\n${plan.from} stays warm: "teal rollback ${service}" takes one call.`;
      return `${service}: ${plan.revision.id} is live on ${plan.to}, 100 %.${warm}`;
    }
    case 'rolled-back':
      return `${service}: rolled back. ${reasonText(outcome.because)}\nTraffic is on ${plan.from}, 100 %; ${plan.to} has none.`;
    case 'failed':
      return `${service}: failed before it had traffic. ${reasonText(outcome.because)}\nTraffic stayed on ${plan.from}.`;
    case 'halted':
      return `${service}: halted, a person is needed. ${reasonText(outcome.because)}\nAfter a look: teal resume ${service} --accept or --restore.\nWeights stay as found, last known: ${weights} (${plan.to} was to take over from ${otherColor(plan.to)}).`;
  }
}
