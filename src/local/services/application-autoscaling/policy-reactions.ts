import { type Cancel, seconds } from '../../../base/index.ts';
import type { AlarmNotice } from '../cloudwatch/index.ts';
import { type AlarmSignal, readSignal } from './alarm-signal.ts';
import type { ScalableService } from './neighbours.ts';
import type { PolicyDocument } from './policies.ts';
import { removeTarget } from './remove-target.ts';
import { decideScaling } from './scaling-decision.ts';
import type { ScalingState } from './scaling-state.ts';
import { stepCapacity } from './step-scaling.ts';
import { trackingCapacity } from './target-tracking.ts';
import { periodOf, perMinute } from './tracking-alarms.ts';

/** Of ECS services, where a policy names none (AAS-API/API_TargetTrackingScalingPolicyConfiguration). */
const defaultCooldown = 300;

/** Scales when alarms call policies: at a change of their state, and again at each evaluation while it lasts. */
export class PolicyReactions {
  readonly #state: ScalingState;
  /** What each alarm that is in ALARM and belongs to a policy saw last. */
  readonly #signals = new Map<string, AlarmSignal>();
  readonly #waiting = new Set<Cancel>();
  readonly #ends: readonly (() => void)[];

  constructor(state: ScalingState) {
    this.#state = state;
    const { alarms } = state.neighbours.cloudwatch(state.world);
    this.#ends = [
      alarms.onStateChange((change) => this.#hear(change)),
      alarms.onLasting((notice) => this.#hear(notice)),
      alarms.addExecutor({ executes: (action) => state.policies.byAction(action) !== undefined }),
    ];
  }

  close(): void {
    for (const end of this.#ends) end();
    for (const cancel of this.#waiting) cancel();
    this.#waiting.clear();
  }

  #hear({ alarm, actions, reasonData }: AlarmNotice): void {
    const called = actions.flatMap((action) => this.#state.policies.byAction(action) ?? []);
    if (alarm.kind !== 'metric' || (called.length === 0 && !alarm.name.startsWith('TargetTracking-'))) return;
    const signal = readSignal({
      name: alarm.name,
      state: alarm.state.value,
      reasonData: reasonData(),
      comparison: alarm.configuration.ComparisonOperator ?? '',
    });
    if (!signal) {
      this.#signals.delete(alarm.name);
      return;
    }
    if (signal.state === 'ALARM') this.#signals.set(alarm.name, signal);
    else this.#signals.delete(alarm.name);
    const { clock, timing } = this.#state.world;
    for (const { resourceId, name } of called) {
      const cancel = clock.after(
        timing.scalingReaction,
        () => {
          this.#waiting.delete(cancel);
          this.#react(resourceId, name, signal);
        },
        { unref: true },
      );
      this.#waiting.add(cancel);
    }
  }

  #react(resourceId: string, name: string, signal: AlarmSignal): void {
    const { activities, changes, policies, targets } = this.#state;
    const policy = policies.get(resourceId, name);
    const target = targets.get(resourceId);
    if (!policy || !target) return;
    const service = changes.service(resourceId);
    if (!service) {
      // The service has been deleted: its target goes with it, found out at the next need.
      removeTarget(this.#state, resourceId);
      return;
    }
    const cause = `monitor alarm ${signal.alarmName} in state ${signal.state} triggered policy ${name}`;
    const decision = decideScaling({
      running: service.runningCount,
      desired: service.desiredCount,
      min: target.minCapacity,
      max: target.maxCapacity,
      suspended: target.suspended,
      deploying: service.deploying,
      proposed: (running) => this.#proposed(policy, running, signal),
      othersNeed: () => this.#othersNeed(policy, service),
      cooling: this.#cooling(policy),
    });
    switch (decision.kind) {
      case 'nothing':
        return;
      case 'not-scaled':
        activities.addNotScaled(resourceId, cause, decision.reason);
        return;
      case 'scale':
        this.#note(policy, decision, service);
        changes.set(resourceId, service, decision.to, cause);
        return;
    }
  }

  #proposed({ configuration }: PolicyDocument, running: number, signal: AlarmSignal): number | undefined {
    if (configuration.type === 'StepScaling') return stepCapacity(configuration.step, running, signal);
    const { tracking } = configuration;
    // Outwards the mean counts. Inwards the highest point does: nothing goes that was needed within these periods.
    const seen = signal.below
      ? Math.max(...signal.points)
      : signal.points.reduce((sum, point) => sum + point, 0) / signal.points.length;
    const metric = seen * perMinute(tracking, periodOf(this.#state, tracking));
    const capacity = trackingCapacity(tracking.TargetValue ?? Number.POSITIVE_INFINITY, running, metric);
    // The high alarm only ever scales out, the low one only in.
    return signal.below ? Math.min(capacity, running) : Math.max(capacity, running);
  }

  /** Target tracking scales in only if all such policies that may scale in are ready to (ECS-DG/service-autoscaling-targettracking). */
  #othersNeed(policy: PolicyDocument, { runningCount }: ScalableService): number {
    if (policy.configuration.type === 'StepScaling') return 0;
    let need = 0;
    for (const other of this.#state.policies.of(policy.resourceId)) {
      const { configuration } = other;
      if (other.name === policy.name || configuration.type !== 'TargetTrackingScaling') continue;
      if (configuration.alarms.low === null) continue;
      const signal = this.#signals.get(configuration.alarms.low);
      const cooling = this.#cooling(other);
      if (signal?.state !== 'ALARM' || (cooling && cooling.to < cooling.from)) return Number.POSITIVE_INFINITY;
      need = Math.max(need, this.#proposed(other, runningCount, signal) ?? 0);
    }
    return need;
  }

  #cooling({ configuration, lastScaling }: PolicyDocument): { readonly from: number; readonly to: number } | undefined {
    if (lastScaling === null) return undefined;
    const outwards = lastScaling.to > lastScaling.from;
    const cooldown =
      configuration.type === 'StepScaling'
        ? configuration.step.Cooldown
        : outwards
          ? configuration.tracking.ScaleOutCooldown
          : configuration.tracking.ScaleInCooldown;
    const end = lastScaling.at + seconds(cooldown ?? defaultCooldown);
    return this.#state.world.clock.now() < end ? lastScaling : undefined;
  }

  /** Scaling out ends all cooldowns inwards; one outwards goes on from where it began. */
  #note(policy: PolicyDocument, { to, direction }: { to: number; direction: 'out' | 'in' }, service: ScalableService) {
    const { policies, world } = this.#state;
    const cooling = this.#cooling(policy);
    if (direction === 'out') {
      for (const other of policies.of(policy.resourceId))
        if (other.lastScaling && other.lastScaling.to < other.lastScaling.from)
          policies.put({ ...other, lastScaling: null });
    }
    const goesOn = direction === 'out' && cooling && cooling.to > cooling.from;
    const from = goesOn ? Math.min(cooling.from, service.runningCount) : service.runningCount;
    policies.put({ ...policy, lastScaling: { at: world.clock.now(), from, to } });
  }
}
