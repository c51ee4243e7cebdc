import { unreachable } from '../base/index.ts';
import type { Entry } from './entry.ts';
import type { DeploymentEvent, EventBody } from './event.ts';
import { evolve } from './evolve.ts';
import { outlineOf } from './outline.ts';
import { emptyStream, type StreamState } from './state.ts';
import { percent, weightsFor } from './weights.ts';

/**
 * The events that a driver told of, as far as the journal holds them: for who follows or looks back at a deployment
 * that another process drives. `entries` begin with an `opened` entry.
 */
export function eventsOf(entries: readonly Entry[]): readonly DeploymentEvent[] {
  const events: DeploymentEvent[] = [];
  let state = emptyStream;
  let intendedAt = '';
  for (const entry of entries) {
    state = evolve(state, entry);
    if (entry.kind === 'intended') intendedAt = entry.at;
    const site = state.deployment?.plan.site;
    if (!site) continue;
    for (const body of bodiesOf(entry, state, intendedAt)) {
      events.push({
        schema: 1,
        at: entry.at,
        environment: site.environment.name,
        service: site.service,
        deployment: entry.deployment,
        ...body,
      });
    }
  }
  return events;
}

function bodiesOf(entry: Entry, state: StreamState, intendedAt: string): readonly EventBody[] {
  switch (entry.kind) {
    case 'opened': {
      const { plan, by } = entry.body;
      const { kind, from, to, revision } = plan;
      const steps = plan.steps.map((step) => step.weight);
      return [
        { type: 'opened', body: { kind, from, to, revision: revision.id, steps, by: by.who } },
        ...drivingNow(state),
      ];
    }
    case 'took-over':
      return drivingNow(state);
    case 'entered':
      return [{ type: 'phase', body: entry.body }];
    case 'intended':
      return entry.body.do === 'set-weights' && state.deployment
        ? [{ type: 'writing-weights', body: weightsFor(state.deployment.plan.to, percent(entry.body.idle)) }]
        : [];
    case 'done':
      return doneBodies(entry.body, state, { sentAt: intendedAt, at: entry.at });
    case 'reported':
      return [{ type: 'weights', body: { ...entry.body.weights, sentAt: entry.body.at, tookMs: 0 } }];
    case 'unanswered':
      return [{ type: 'unanswered', body: { act: entry.body.act.do, cause: entry.body.cause } }];
    case 'refused': {
      const { act, code, message } = entry.body;
      return [{ type: 'refused', body: { act: act.do, code, message } }];
    }
    case 'requested':
      return [{ type: 'request', body: entry.body }];
    case 'closed':
      return [{ type: 'outcome', body: { ...entry.body, weights: state.weights } }];
    default:
      return unreachable(entry);
  }
}

function doneBodies(
  { act, result }: Extract<Entry, { kind: 'done' }>['body'],
  state: StreamState,
  { sentAt, at }: { sentAt: string; at: string },
): readonly EventBody[] {
  if (act.do === 'update-service') return [{ type: 'scaled', body: { color: act.color, desired: act.desiredCount } }];
  if (act.do === 'set-limits') {
    const { color, min, max, schedules } = act;
    return [{ type: 'limits', body: { color, min, max, schedules } }];
  }
  if (act.do === 'set-weights' && state.deployment) {
    const weights = weightsFor(state.deployment.plan.to, percent(act.idle));
    const tookMs = Math.max(0, Date.parse(at) - Date.parse(sentAt));
    return [{ type: 'weights', body: { ...weights, sentAt, tookMs } }];
  }
  if (result && 'verdict' in result) return [{ type: 'verified', body: result.verdict }];
  return result ? [{ type: 'registered', body: { taskDefinition: result.taskDefinition } }] : [];
}

function drivingNow(state: StreamState): readonly EventBody[] {
  const outline = outlineOf(state);
  return outline ? [{ type: 'driving', body: outline }] : [];
}
