import type { Clock } from '../base/index.ts';
import { isoTime } from '../base/index.ts';
import type { Lease } from './lease.ts';
import type { Observation } from './observation.ts';
import type { Plan } from './plan.ts';
import type { CallError, Fleet, Traffic } from './ports.ts';
import type { ProbeBook } from './probe-book.ts';
import type { SlowReadings } from './slow-readings.ts';
import type { StreamState } from './state.ts';
import type { Watch } from './watch.ts';

export interface Looker {
  readonly plan: Plan;
  readonly traffic: Traffic;
  readonly fleet: Fleet;
  readonly slow: SlowReadings;
  readonly clock: Clock;
  readonly lease: Lease;
  readonly watch: Watch;
  readonly book: ProbeBook;
}

/** Taking traffic back must not wait for an ECS that does not answer (design, invariant 8). */
const needsElbAlone = ({ deployment }: StreamState): boolean =>
  deployment !== undefined &&
  deployment.outcome === undefined &&
  deployment.carried &&
  (deployment.undo !== undefined || deployment.phase.name === 'rolling-back');

/** One look at the world; undefined, and told through `failed`, when a read gave no answer: that time was not watched. */
export async function look(
  looker: Looker,
  state: StreamState,
  failed: (error: CallError) => void,
): Promise<Observation | undefined> {
  const { plan, clock, lease, watch, book } = looker;
  const at = clock.monotonic();
  const [traffic, fleet, slow] = await Promise.all([
    looker.traffic.read(plan.site, lease.lost),
    needsElbAlone(state)
      ? looker.fleet.readTargets(plan.site, lease.lost)
      : looker.fleet.read(plan.site, plan.to, lease.lost),
    needsElbAlone(state) ? looker.slow.last : looker.slow.read(state, lease.lost),
    lease.refresh(lease.lost),
  ]);
  if (!traffic.ok || !fleet.ok) {
    if (!traffic.ok) failed(traffic.error);
    else if (!fleet.ok) failed(fleet.error);
    return undefined;
  }
  watch.looked(state, traffic.value, at);
  const now = clock.monotonic();
  return {
    traffic: traffic.value,
    fleet: fleet.value,
    scaling: slow.scaling,
    alarms: slow.alarms,
    metrics: slow.metrics,
    requests: lease.requests().filter((request) => request.deployment === plan.id),
    probes: book.window(plan.to, now),
    watchedMs: watch.watchedMs,
    phaseMs: watch.phaseMs,
    sinceActMs: watch.sinceActMs,
    quietMs: watch.quietMs,
    strangeMs: watch.strangeMs,
    atZeroMs: watch.atZeroMs,
    at: isoTime(clock.now()),
    epoch: lease.epoch,
    sinceAnswerMs: book.sinceAnswer(now),
  };
}
