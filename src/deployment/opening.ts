import type { Clock } from '../base/index.ts';
import { isoTime } from '../base/index.ts';
import type { Carried, Rest } from './carried.ts';
import { otherColor } from './color.ts';
import type { DeploymentEvent } from './event.ts';
import type { JournalRecord } from './journal-record.ts';
import type { Lease } from './lease.ts';
import type { Holder } from './lease-reading.ts';
import type { Plan } from './plan.ts';
import type { TrafficReading } from './readings.ts';
import type { StreamState } from './state.ts';
import { weightsOf, weightsShown } from './strange.ts';

/** Journals a plan as the running deployment. From here on any driver can finish it. */
export async function openDeployment(
  record: JournalRecord,
  plan: Plan,
  traffic: TrafficReading,
  by: Holder,
  lease: Lease,
  clock: Clock,
  emit: (event: DeploymentEvent) => void,
): Promise<void> {
  const before = carriedInto(plan, record.state, traffic, { at: isoTime(clock.now()), epoch: lease.epoch });
  await record.append(plan.id, { kind: 'opened', body: { plan, before, by } });
  emit({
    schema: 1,
    at: isoTime(clock.now()),
    environment: plan.site.environment.name,
    service: plan.site.service,
    deployment: plan.id,
    type: 'opened',
    body: {
      kind: plan.kind,
      from: plan.from,
      to: plan.to,
      revision: plan.revision.id,
      steps: plan.steps.map((step) => step.weight),
      by: by.who,
    },
  });
}

/**
 * What outlived the deployments before, corrected by what the load balancer shows: a switch by hand moved traffic
 * without telling the journal.
 */
export function carriedInto(
  plan: Plan,
  state: StreamState,
  traffic: TrafficReading,
  now: { at: string; epoch: number },
): Carried {
  const { from, to } = plan;
  const resting: Rest = { kind: 'resting', ...now };
  const restOfIdle = state.rest[to];
  const liveIsKnown = state.live?.color === from;
  const live = liveIsKnown || plan.kind === 'repair' ? state.live : null;
  const idleMayHaveCarried =
    restOfIdle.kind === 'carrying' || (restOfIdle.kind === 'never-carried' && !plan.first && !liveIsKnown);
  return {
    weights: weightsOf(traffic) ?? state.weights,
    // What several places show each is on its way to what a repair writes.
    unansweredWeights: plan.kind === 'repair' ? weightsShown(traffic) : [],
    rest: {
      ...state.rest,
      [from]: plan.first ? state.rest[from] : { kind: 'carrying' },
      [to]: idleMayHaveCarried && plan.kind === 'deploy' ? resting : restOfIdle,
    },
    live,
    former: liveIsKnown && state.former?.color === otherColor(from) ? state.former : null,
    identities: state.identities,
  };
}
