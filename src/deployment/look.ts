import { type Clock, isoTime, type Ms } from '../base/index.ts';
import type { FleetLooks } from './fleet-looks.ts';
import type { Lease } from './lease.ts';
import { type Depth, needsRequests } from './look-need.ts';
import type { Observation } from './observation.ts';
import type { Plan } from './plan.ts';
import type { CallError } from './ports.ts';
import type { ProbeBook } from './probe-book.ts';
import type { SlowReadings } from './slow-readings.ts';
import type { StreamState } from './state.ts';
import type { Watch } from './watch.ts';
import type { WeightsLooks } from './weights-looks.ts';

export interface Looker {
  readonly plan: Plan;
  readonly weights: WeightsLooks;
  readonly fleet: FleetLooks;
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

/** What a look saw, and how deep it went. */
export interface Looked {
  readonly seen: Observation;
  readonly depth: Depth;
  /** When it began. */
  readonly at: Ms;
  /** The same readings under a later state of the journal, to which no change of the world was added. */
  under(state: StreamState): Observation;
}

/** One look at the world; undefined, and told through `failed`, when a read gave no answer: that time was not watched. */
export async function look(
  looker: Looker,
  state: StreamState,
  depth: Depth,
  failed: (error: CallError) => void,
): Promise<Looked | undefined> {
  const { plan, clock, lease, watch, book } = looker;
  const at = clock.monotonic();
  const [traffic, fleet, slow] = await Promise.all([
    looker.weights.read(state, depth, lease.lost),
    needsElbAlone(state)
      ? looker.fleet.lookAtTargets(lease.lost)
      : looker.fleet.look(state.deployment, depth, lease.lost),
    needsElbAlone(state) ? looker.slow.last : looker.slow.read(state, lease.lost),
    needsRequests(state) ? lease.refresh(lease.lost) : undefined,
  ]);
  if (!traffic.ok || !fleet.ok) {
    if (!traffic.ok) failed(traffic.error);
    else if (!fleet.ok) failed(fleet.error);
    return undefined;
  }
  const readings = { traffic: traffic.value, fleet: fleet.value.fleet };
  const under = (later: StreamState): Observation => {
    watch.looked(later, readings.traffic, at);
    const now = clock.monotonic();
    return {
      ...readings,
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
  };
  return { seen: under(state), depth: fleet.value.depth, at, under };
}
