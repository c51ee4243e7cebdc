import type { Checker, Witness } from './witness.ts';

/** 3: a colour is shrunk or replaced only when its traffic has settled elsewhere, and its time to stay warm is over. */
export const settled = (witness: Witness): Checker => ({
  sent(call, actor) {
    const { plan, entries } = witness;
    if (call.kind !== 'update-service' || !plan) return;
    const { color, desiredCount, taskDefinition } = call;
    const before = witness.truth.color(color);
    if (taskDefinition === undefined && desiredCount >= before.desired) return;
    if (before.tasks.length === 0) return;
    const needed = 1000 * (plan.timings.deregistrationDelaySeconds + plan.timings.trafficSettleSeconds);
    const until = witness.carriedUntil(color);
    if (until !== undefined && witness.now - until < needed && witness.undisturbedMs > needed) {
      const ago = ((witness.now - until) / 1000).toFixed(1);
      const does = taskDefinition ? 'replaces' : 'shrinks';
      witness.report(3, `${actor} ${does} ${color} ${ago} s after it had weight, not ${needed / 1000}`);
    }
    const closed = entries.find((entry) => entry.kind === 'closed');
    if (closed?.kind !== 'closed' || closed.body.outcome.name !== 'succeeded' || color !== plan.from) return;
    const warmFor = witness.now - (witness.durableAt.get(closed.seq) ?? 0);
    const closer = witness.takes.find((take) => take.epoch === closed.epoch)?.actor ?? '';
    const { skewOf } = witness.world.scheduler;
    const leeway = Math.abs(skewOf(actor) - skewOf(closer)) + 10_000;
    const keepWarmMs = plan.keepWarmSeconds === 'always' ? Number.POSITIVE_INFINITY : plan.keepWarmSeconds * 1000;
    if (warmFor + leeway < keepWarmMs)
      witness.report(3, `${actor} shrinks ${color} ${warmFor / 1000} s after success, not ${keepWarmMs / 1000}`);
  },
});
