import {
  type Color,
  type ColorStatus,
  type DeploymentEvent,
  eventsOf,
  outlineOf,
  shareOf,
} from '../deployment/index.ts';
import type { ServiceStatus } from '../operations/index.ts';
import { createLiveView, type LiveView } from './output/live-view.ts';

/** The view of a deployment that another process drives: the journal's events, and what AWS shows now. */
export function followedView(status: ServiceStatus, now: number): LiveView | undefined {
  const fold = createLiveView();
  const events = eventsOf(status.entries);
  let view: LiveView | undefined;
  for (const event of events) view = fold(event);
  const present = statusNow(status, events, now);
  return present ? fold(present) : view;
}

/** What the driver tells each tick, as far as it can be seen from outside: probes report to the driver alone. */
function statusNow(
  { state, weights, colors, deployment }: ServiceStatus,
  events: readonly DeploymentEvent[],
  now: number,
): DeploymentEvent | undefined {
  const outline = outlineOf(state);
  const last = events.at(-1);
  if (!outline || !deployment || !last) return undefined;
  const { phase, plan, paused } = deployment;
  const color = (name: Color): ColorStatus => ({
    revision: outline.revisions[name],
    name: outline.names[name],
    weight: weights ? shareOf(name, weights) : Number.NaN,
    healthy: colors[name].healthy,
    desired: colors[name].desired,
    probes: { answers: 0, failed: 0, p50Ms: 0, p99Ms: 0, overMs: 0, example: '' },
  });
  const holdSeconds =
    phase.name === 'baking'
      ? plan.bakeSeconds
      : phase.name === 'shifting'
        ? (plan.steps[phase.step]?.bakeSeconds ?? 0)
        : 0;
  const began = events.findLast((event) => event.type === 'weights' || event.type === 'phase');
  const holdMs = holdSeconds * 1000;
  return {
    schema: 1,
    at: last.at,
    environment: last.environment,
    service: last.service,
    deployment: last.deployment,
    type: 'status',
    body: {
      phase: phase.name,
      step: phase.step,
      paused,
      waitingFor: holdMs > 0 ? 'hold' : phase.name === 'provisioning' ? 'healthy-tasks' : null,
      heldMs: Math.min(holdMs, now - Date.parse(began?.at ?? last.at)),
      holdMs,
      required: Math.max(plan.minimumTasks, plan.first ? 0 : colors[plan.from].running),
      colors: { blue: color('blue'), green: color('green') },
    },
  };
}
