import type { Clock, EpochMs } from '../base/index.ts';
import { metricWindowSeconds } from './over-watched.ts';
import type { Plan } from './plan.ts';
import type { Alarms, Metrics, Scaling } from './ports.ts';
import type { ScalingReading } from './scaling.ts';
import type { StreamState } from './state.ts';
import type { AlarmReading, MetricWindow } from './watched.ts';

/** What is looked at less often than the load balancer, as last read. */
export interface SlowReading {
  readonly scaling: ScalingReading | undefined;
  readonly alarms: readonly AlarmReading[] | undefined;
  readonly metrics: MetricWindow | undefined;
}

/** Limits change by teal's own writes, by people and by schedules: soon enough seen within this. */
const limitsEveryMs = 10_000;
/** Alarms are evaluated once a minute; DescribeAlarms is allowed 9 times a second to a whole account. */
const alarmsEveryMs = 10_000;
/** Points come once a minute, and each read is billed. */
const metricsEveryMs = 20_000;
/** What was last heard of alarms and metrics is not believed for longer. */
const believedMs = 60_000;

/** Readings that a driver takes seldom: of one kind, and when it was last asked and last answered. */
class Seldom<Value> {
  readonly #everyMs: number;
  #value: Value | undefined;
  #askedAt = Number.NEGATIVE_INFINITY;
  #answeredAt = Number.NEGATIVE_INFINITY;

  constructor(everyMs: number) {
    this.#everyMs = everyMs;
  }

  async read(now: number, ask: () => Promise<{ ok: true; value: Value } | { ok: false }>): Promise<void> {
    if (now - this.#askedAt < this.#everyMs) return;
    this.#askedAt = now;
    const answer = await ask();
    if (!answer.ok) return;
    this.#value = answer.value;
    this.#answeredAt = now;
  }

  last(now: number, believedMs = Number.POSITIVE_INFINITY): Value | undefined {
    return now - this.#answeredAt <= believedMs ? this.#value : undefined;
  }
}

/**
 * Readings that a driver takes seldom, to keep to its budget of calls, and keeps in between. One without an answer
 * leaves the last in place for a while: no look fails for it.
 */
export class SlowReadings {
  readonly #plan: Plan;
  readonly #ways: { readonly scaling: Scaling; readonly alarms: Alarms; readonly metrics: Metrics };
  readonly #clock: Clock;
  readonly #scaling = new Seldom<ScalingReading>(limitsEveryMs);
  readonly #alarms = new Seldom<readonly AlarmReading[]>(alarmsEveryMs);
  readonly #metrics = new Seldom<MetricWindow>(metricsEveryMs);
  /** Since when this driver has seen traffic at the new colour: what its group counted before was another revision's. */
  #since: EpochMs | undefined;

  constructor(
    plan: Plan,
    ways: { readonly scaling: Scaling; readonly alarms: Alarms; readonly metrics: Metrics },
    clock: Clock,
  ) {
    this.#plan = plan;
    this.#ways = ways;
    this.#clock = clock;
  }

  get last(): SlowReading {
    const now = this.#clock.monotonic();
    return {
      scaling: this.#scaling.last(now),
      alarms: this.#alarms.last(now, believedMs),
      metrics: this.#metrics.last(now, believedMs),
    };
  }

  async read({ deployment }: StreamState, signal: AbortSignal): Promise<SlowReading> {
    const { site, to, limits, scaling, watched } = this.#plan;
    const now = this.#clock.monotonic();
    const carries = deployment?.carried === true && deployment.outcome === undefined;
    const reads: Promise<void>[] = [];
    if (scaling) reads.push(this.#scaling.read(now, () => this.#ways.scaling.read(site, signal)));
    if (carries && watched && watched.alarms.length > 0)
      reads.push(this.#alarms.read(now, () => this.#ways.alarms.read(watched.alarms, signal)));
    if (carries && watched?.metrics) {
      this.#since ??= this.#clock.now();
      const over = { windowSeconds: metricWindowSeconds(limits), since: this.#since };
      reads.push(this.#metrics.read(now, () => this.#ways.metrics.read(site, to, over, signal)));
    }
    await Promise.all(reads);
    return this.last;
  }
}
