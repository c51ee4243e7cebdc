import { createRandom, ms } from '../../../base/index.ts';
import type { Collection } from '../../store/store.ts';
import type { World } from '../../world.ts';
import { Gauge } from './gauge.ts';
import { type Metric, metricKey } from './metric.ts';
import { addTo, emptySet, readSet, type StatisticSet, type StoredSet, storedSet } from './statistic-set.ts';

/** Who a metric is from: a client's PutMetricData, or the runtime itself, which tells at AWS's lag. */
export type Origin = 'published' | 'measured';

/** One metric in one unit. AWS keeps values of different units apart. */
export interface Series {
  readonly id: number;
  readonly metric: Metric;
  readonly unit: string;
  readonly origin: Origin;
  /** When its newest value was measured. */
  lastAt: number;
  /** Of a metric that is a state and not a count of events. */
  gauge: Gauge | undefined;
}

/** `count` windows of `period`, one after the other, from `start` on. All in milliseconds. */
export interface Windows {
  readonly start: number;
  readonly period: number;
  readonly count: number;
}

type SeriesRecord = {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: readonly { readonly Name: string; readonly Value: string }[];
  readonly unit: string;
  readonly origin: Origin;
};

/** What all metrics had in one minute, by the series' id. */
type MinuteRecord = { readonly [id: string]: StoredSet };

interface OpenMinute {
  readonly sets: Map<number, StatisticSet>;
  changed: boolean;
}

const minute = 60_000;
const second = 1_000;
const day = 24 * 60 * minute;

/** How much is kept. AWS keeps minutes for 15 days too, seconds for 3 hours, and coarser points for 15 months. */
const kept = {
  minutesFor: 15 * day,
  minuteSets: 300_000,
  secondsFor: 180 * minute,
  secondSets: 150_000,
  series: 20_000,
} as const;

/**
 * The values of all metrics of one account and region. Each value goes into its minute, and where seconds count into
 * its second too. Minutes are stored, at most a minute after they ended: a crash may lose the last ones, and nothing
 * waits for a disk. Seconds are in memory alone.
 */
export class MetricData {
  readonly #world: World;
  readonly #records: Collection<SeriesRecord>;
  readonly #minutes: Collection<MinuteRecord>;
  readonly #byMetric = new Map<string, Series[]>();
  readonly #open = new Map<number, OpenMinute>();
  readonly #seconds = new Map<number, Map<number, StatisticSet>>();
  readonly #collectors: (() => void)[] = [];
  readonly #lagSeed: string;
  readonly #lags = new Map<number, number>();
  #secondSets = 0;
  #minuteSets = 0;
  #series = 0;
  #nextId = 1;
  #flushing = false;
  #closed = false;

  constructor(world: World) {
    this.#world = world;
    this.#lagSeed = world.random.fork('cloudwatch/lag').hex(16);
    this.#records = world.store.collection('cloudwatch/series');
    this.#minutes = world.store.collection('cloudwatch/minutes');
    const byId = new Map<string, Series>();
    for (const [key, { namespace, name, dimensions, unit, origin }] of this.#records.entries()) {
      const id = Number(key);
      byId.set(
        String(id),
        this.#add({ id, metric: { namespace, name, dimensions }, unit, origin, lastAt: 0, gauge: undefined }),
      );
      this.#nextId = Math.max(this.#nextId, id + 1);
    }
    for (const [key, sets] of this.#minutes.entries()) {
      for (const id of Object.keys(sets)) {
        this.#minuteSets++;
        const series = byId.get(id);
        if (series) series.lastAt = Number(key) * minute;
      }
    }
  }

  /** The series of a metric in a unit; made at the first use. */
  series(metric: Metric, unit: string, origin: Origin): Series {
    const known = this.#byMetric.get(metricKey(metric))?.find((series) => series.unit === unit);
    if (known) return known;
    if (this.#series >= kept.series) this.#dropOldestSeries();
    const id = this.#nextId++;
    this.#records.put(keyOfSeries(id), { ...metric, unit, origin });
    return this.#add({ id, metric, unit, origin, lastAt: 0, gauge: undefined });
  }

  /** Adds values that were measured at `at`. Seconds are kept of `high` resolution, and of all where points come each second. */
  record(series: Series, at: number, set: StatisticSet, resolution: 'standard' | 'high' = 'standard'): void {
    if (this.#closed) return;
    const start = Math.floor(at / minute) * minute;
    const open = this.#openMinute(start);
    const known = open.sets.get(series.id);
    if (known) addTo(known, set);
    else {
      open.sets.set(series.id, copyOf(set));
      this.#minuteSets++;
    }
    open.changed = true;
    series.lastAt = Math.max(series.lastAt, at);
    if (resolution === 'high' || this.#world.timing.metricPeriod < minute) {
      this.#recordSecond(series, Math.floor(at / second) * second, set);
    }
    this.#flushLater();
  }

  /** From now on the state that the metric tells has this value; undefined ends its points. */
  setGauge(series: Series, value: number | undefined): void {
    if (this.#closed) return;
    const now = this.#world.clock.now();
    series.gauge ??= new Gauge(this.#world.timing.metricPeriod, now);
    series.gauge.set(now, value);
    this.#flushLater();
  }

  /** `collect` is called before every read: it records what it has gathered. */
  onRead(collect: () => void): void {
    this.#collectors.push(collect);
  }

  /** All series of a metric, of one unit or of each. */
  find(metric: Metric, unit?: string): readonly Series[] {
    const all = this.#byMetric.get(metricKey(metric)) ?? [];
    return unit === undefined ? all : all.filter((series) => series.unit === unit);
  }

  /** Not forgotten meanwhile. */
  has(series: Series): boolean {
    return this.#byMetric.get(metricKey(series.metric))?.includes(series) ?? false;
  }

  /** When the metric had its last value: now, if it tells a state that lasts. */
  lastAt(series: Series): number {
    return series.gauge?.lasts ? this.#world.clock.now() : series.lastAt;
  }

  all(): readonly Series[] {
    this.#collect();
    return [...this.#byMetric.values()].flat();
  }

  /** The values of the series together, window by window; undefined where there are none, or none that can be seen yet. */
  read(series: readonly Series[], windows: Windows): readonly (StatisticSet | undefined)[] {
    this.#collect();
    const found: (StatisticSet | undefined)[] = new Array(windows.count).fill(undefined);
    for (const each of series) {
      const seen = each.origin === 'measured' ? this.visibleUntil() : Number.POSITIVE_INFINITY;
      for (let at = 0; at < windows.count; at++) {
        const from = windows.start + at * windows.period;
        const to = Math.min(from + windows.period, seen);
        if (to <= from) break;
        const set = this.#between(each, from, to, windows.period);
        if (set.count === 0) continue;
        const joined = found[at];
        if (joined) addTo(joined, set);
        else found[at] = set;
      }
    }
    return found;
  }

  /** What the runtime measured before this instant can be seen now: CW/alarms see ALB's points 1 to 3 minutes late. */
  visibleUntil(): number {
    const { metricPeriod } = this.#world.timing;
    const now = this.#world.clock.now();
    let end = Math.floor(now / metricPeriod) * metricPeriod;
    while (end + this.#lagOf(end) > now) end -= metricPeriod;
    return end;
  }

  /** Writes what is not stored yet, and forgets what is too old. */
  flush(): void {
    this.#collect();
    const now = this.#world.clock.now();
    for (const series of [...this.#byMetric.values()].flat()) this.#storeGauge(series, now);
    for (const [start, open] of this.#open) {
      if (open.changed) {
        const sets = [...open.sets].map(([id, set]) => [String(id), storedSet(set)] as const);
        this.#minutes.put(keyOfMinute(start), Object.fromEntries(sets));
        open.changed = false;
      }
      if (start < now - 3 * minute) this.#open.delete(start);
    }
    this.#forget(now);
  }

  close(): void {
    this.flush();
    this.#closed = true;
  }

  #add(series: Series): Series {
    const key = metricKey(series.metric);
    const known = this.#byMetric.get(key);
    if (known) known.push(series);
    else this.#byMetric.set(key, [series]);
    this.#series++;
    return series;
  }

  #collect(): void {
    for (const collect of this.#collectors) collect();
  }

  #lagOf(end: number): number {
    const { least, most } = this.#world.timing.metricLag;
    if (least === most) return least;
    const known = this.#lags.get(end);
    if (known !== undefined) return known;
    const lag = least + createRandom(`${this.#lagSeed}/${end}`).next() * (most - least);
    if (this.#lags.size > 10) this.#lags.clear();
    this.#lags.set(end, lag);
    return lag;
  }

  #openMinute(start: number): OpenMinute {
    const known = this.#open.get(start);
    if (known) return known;
    const stored = Object.entries(this.#minutes.get(keyOfMinute(start)) ?? {});
    const opened = { sets: new Map(stored.map(([id, set]) => [Number(id), readSet(set)])), changed: false };
    this.#open.set(start, opened);
    return opened;
  }

  #recordSecond(series: Series, at: number, set: StatisticSet): void {
    let sets = this.#seconds.get(at);
    if (!sets) {
      sets = new Map();
      this.#seconds.set(at, sets);
    }
    const known = sets.get(series.id);
    if (known) {
      addTo(known, set);
      return;
    }
    sets.set(series.id, copyOf(set));
    if (++this.#secondSets > kept.secondSets) this.#dropSeconds(at);
  }

  /** The first that came go, a twentieth at a time. */
  #dropSeconds(present: number): void {
    let left = Math.ceil(this.#seconds.size / 20);
    for (const [at, sets] of this.#seconds) {
      if (left-- <= 0) return;
      if (at === present) continue;
      this.#seconds.delete(at);
      this.#secondSets -= sets.size;
    }
  }

  #between(series: Series, from: number, to: number, period: number): StatisticSet {
    const whole = from % minute === 0 && period % minute === 0;
    const { gauge } = series;
    if (gauge && from >= gauge.since) return gauge.between(from, to);
    const joined = emptySet();
    if (whole || (period >= minute && this.#world.timing.metricPeriod >= minute)) {
      for (let at = Math.ceil(from / minute) * minute; at < to; at += minute) {
        const set = this.#minuteSet(at, series.id);
        if (set) addTo(joined, set);
      }
      return joined;
    }
    for (let at = Math.ceil(from / second) * second; at < to; at += second) {
      const set = this.#seconds.get(at)?.get(series.id);
      if (set) addTo(joined, set);
    }
    return joined;
  }

  #minuteSet(start: number, id: number): StatisticSet | undefined {
    const open = this.#open.get(start);
    if (open) return open.sets.get(id);
    const stored = this.#minutes.get(keyOfMinute(start))?.[String(id)];
    return stored && readSet(stored);
  }

  /** A gauge's whole minutes since the last time, so that they outlive the process. */
  #storeGauge(series: Series, now: number): void {
    const { gauge } = series;
    if (!gauge) return;
    for (const [start, set] of gauge.wholeMinutes(now)) {
      const open = this.#openMinute(start);
      if (!open.sets.has(series.id)) this.#minuteSets++;
      open.sets.set(series.id, set);
      open.changed = true;
      series.lastAt = start;
    }
  }

  #forget(now: number): void {
    for (const [at, sets] of this.#seconds) {
      if (at >= now - kept.secondsFor) break;
      this.#seconds.delete(at);
      this.#secondSets -= sets.size;
    }
    const gone: string[] = [];
    for (const [key, sets] of this.#minutes.range('', keyOfMinute(now))) {
      if (Number(key) * minute >= now - kept.minutesFor && this.#minuteSets <= kept.minuteSets) break;
      gone.push(key);
      this.#minuteSets -= Object.keys(sets).length;
    }
    for (const key of gone) this.#minutes.delete(key);
    for (const series of [...this.#byMetric.values()].flat()) {
      if (series.lastAt < now - kept.minutesFor && series.lastAt > 0) this.#dropSeries(series);
    }
  }

  #dropOldestSeries(): void {
    const oldest = [...this.#byMetric.values()].flat().reduce((a, b) => (b.lastAt < a.lastAt ? b : a));
    this.#dropSeries(oldest);
  }

  #dropSeries(series: Series): void {
    const key = metricKey(series.metric);
    const left = (this.#byMetric.get(key) ?? []).filter((each) => each !== series);
    if (left.length === 0) this.#byMetric.delete(key);
    else this.#byMetric.set(key, left);
    this.#records.delete(keyOfSeries(series.id));
    this.#series--;
  }

  #flushLater(): void {
    if (this.#flushing) return;
    this.#flushing = true;
    this.#world.clock.after(
      ms(minute),
      () => {
        this.#flushing = false;
        if (this.#closed) return;
        this.flush();
        if (this.#open.size > 0) this.#flushLater();
      },
      { unref: true },
    );
  }
}

const copyOf = (set: StatisticSet): StatisticSet => {
  const made = emptySet();
  addTo(made, set);
  return made;
};

const keyOfSeries = (id: number): string => String(id).padStart(9, '0');
const keyOfMinute = (at: number): string => String(Math.floor(at / minute)).padStart(9, '0');
