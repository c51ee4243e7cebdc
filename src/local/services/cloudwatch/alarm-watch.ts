import type { StateValue } from '@aws-sdk/client-cloudwatch';
import { type Cancel, ms } from '../../../base/index.ts';
import type { Collection } from '../../store/store.ts';
import type { World } from '../../world.ts';
import { alarmArn } from './alarm-arn.ts';
import { AlarmHistory } from './alarm-history.ts';
import {
  type AlarmRecord,
  type AlarmState,
  actionsOf,
  type CompositeAlarmRecord,
  type MetricAlarmRecord,
} from './alarm-record.ts';
import { alarmsIn, holds, parseAlarmRule } from './alarm-rule.ts';
import { evaluateMetricAlarm, periodOf } from './evaluate-metric-alarm.ts';
import type { MetricData } from './metric-data.ts';
import { longTime } from './state-reason.ts';

/** An alarm and the actions that its state asks for: none while its actions are disabled. */
export interface AlarmNotice {
  readonly alarm: AlarmRecord;
  readonly actions: readonly string[];
  /** What this evaluation saw, as `StateReasonData`; null where it saw too little to judge. */
  readonly reasonData: () => string | null;
}

/** `alarm.state` is the new state. */
export interface AlarmChange extends AlarmNotice {
  readonly before: StateValue;
}

/** What executes an alarm's actions. `executes` tells whether an action's ARN is one of its own. */
export interface ActionExecutor {
  executes(action: string): boolean;
}

/**
 * Evaluates the alarms of one account and region on what was measured, at CloudWatch's rhythm, and tells of changes.
 * An alarm's period is never shortened; how often it is looked at is the timing's.
 */
export class AlarmWatch {
  readonly history: AlarmHistory;
  readonly #world: World;
  readonly #data: MetricData;
  readonly #alarms: Collection<AlarmRecord>;
  readonly #changeListeners = new Set<(change: AlarmChange) => void>();
  readonly #lastingListeners = new Set<(notice: AlarmNotice) => void>();
  readonly #executors = new Set<ActionExecutor>();
  /** The tick at which an alarm was evaluated last, by its name. */
  readonly #evaluatedAt = new Map<string, number>();
  #timer: Cancel | undefined;
  #closed = false;

  constructor(world: World, data: MetricData) {
    this.#world = world;
    this.#data = data;
    this.history = new AlarmHistory(world);
    this.#alarms = world.store.collection('cloudwatch/alarms');
    this.#tickLater();
  }

  get(name: string): AlarmRecord | undefined {
    return this.#alarms.get(name);
  }

  /** In order of their names. */
  all(): readonly AlarmRecord[] {
    return this.#alarms.entries().map(([, alarm]) => alarm);
  }

  /** Makes an alarm, or changes its configuration; then its state stays until the next evaluation. */
  put(alarm: AlarmRecord): void {
    const known = this.#alarms.get(alarm.name);
    this.#alarms.put(alarm.name, alarm);
    this.history.configured(alarm, known ? 'updated' : 'created');
    const rhythm = this.#rhythmOf(alarm);
    if (!known) this.#evaluatedAt.set(alarm.name, Math.floor(this.#world.clock.now() / rhythm));
    // The next tick may have to come sooner than the one that is waited for.
    this.#timer?.();
    this.#timer = undefined;
    this.#tickLater();
    if (alarm.kind === 'composite') this.#follow(alarm, undefined);
  }

  /** The alarms in a composite alarm's rule. */
  children(name: string): readonly string[] {
    const alarm = this.#alarms.get(name);
    return alarm?.kind === 'composite' ? alarmsIn(parseAlarmRule(alarm.configuration.AlarmRule ?? '')) : [];
  }

  /** The composite alarms in whose rule an alarm is. */
  parents(name: string): readonly string[] {
    return this.all().flatMap((alarm) => (this.children(alarm.name).includes(name) ? [alarm.name] : []));
  }

  /** All alarms that the state of these depends on. */
  descendants(names: readonly string[], seen = new Set<string>()): ReadonlySet<string> {
    for (const child of names.flatMap((name) => this.children(name))) {
      if (seen.has(child)) continue;
      seen.add(child);
      this.descendants([child], seen);
    }
    return seen;
  }

  delete(name: string): void {
    const known = this.#alarms.get(name);
    if (!known) return;
    this.#alarms.delete(name);
    this.#evaluatedAt.delete(name);
    this.history.configured(known, 'deleted');
  }

  /** Sets a state as an evaluation would, with all that follows; the next evaluation may change it again. */
  setState(name: string, value: StateValue, reason: string, reasonData: string | null): void {
    const alarm = this.#alarms.get(name);
    if (!alarm) return;
    const now = this.#world.clock.now();
    const before = alarm.state;
    const transitionedAt = before.value === value ? before.transitionedAt : now;
    const state: AlarmState = { value, reason, reasonData, updatedAt: now, transitionedAt };
    const changed: AlarmRecord = { ...alarm, state };
    this.#alarms.put(name, changed);
    if (before.value === value) return;
    this.history.changed(changed, before);
    const notice = noticeOf(changed);
    for (const action of notice.actions) {
      const done = [...this.#executors].some((executor) => executor.executes(action));
      this.history.acted(changed, action, done ? 'done' : 'not-imitated');
    }
    for (const listener of [...this.#changeListeners]) listener({ ...notice, before: before.value });
    for (const parent of this.parents(name)) {
      const composite = this.#alarms.get(parent);
      if (composite?.kind === 'composite') this.#follow(composite, changed);
    }
  }

  /** Calls `listener` when an alarm's state has become another one. Returns its end. */
  onStateChange(listener: (change: AlarmChange) => void): () => void {
    this.#changeListeners.add(listener);
    return () => this.#changeListeners.delete(listener);
  }

  /**
   * Calls `listener` at each evaluation after which an alarm's state is what it was: actions of autoscaling are invoked
   * again while a state lasts. CW/AlarmThatSendsEmail, "Alarm actions". Returns its end.
   */
  onLasting(listener: (notice: AlarmNotice) => void): () => void {
    this.#lastingListeners.add(listener);
    return () => this.#lastingListeners.delete(listener);
  }

  /** Whose actions an alarm's history tells as executed. Returns its end. */
  addExecutor(executor: ActionExecutor): () => void {
    this.#executors.add(executor);
    return () => this.#executors.delete(executor);
  }

  close(): void {
    this.#closed = true;
    this.#timer?.();
  }

  #tickLater(): void {
    if (this.#closed || this.#timer || this.#alarms.size === 0) return;
    const now = this.#world.clock.now();
    const rhythm = this.all().some((alarm) => this.#rhythmOf(alarm) < this.#world.timing.alarmEvaluation)
      ? highResolution
      : this.#world.timing.alarmEvaluation;
    const next = (Math.floor(now / rhythm) + 1) * rhythm;
    this.#timer = this.#world.clock.after(
      ms(next - now),
      () => {
        this.#timer = undefined;
        this.#tick();
        this.#tickLater();
      },
      { unref: true },
    );
  }

  #tick(): void {
    for (const alarm of this.all()) {
      if (alarm.kind !== 'metric') continue;
      const rhythm = this.#rhythmOf(alarm);
      const tick = Math.floor(this.#world.clock.now() / rhythm);
      if (this.#evaluatedAt.get(alarm.name) === tick) continue;
      this.#evaluatedAt.set(alarm.name, tick);
      this.#evaluate(alarm);
    }
  }

  /**
   * A composite alarm has the state of its rule, at once; one that depends on itself is not evaluated. `child` is the
   * alarm whose change brought it about. CW-API/API_PutCompositeAlarm
   */
  #follow(alarm: CompositeAlarmRecord, child: AlarmRecord | undefined): void {
    if (this.descendants([alarm.name]).has(alarm.name)) return;
    const rule = parseAlarmRule(alarm.configuration.AlarmRule ?? '');
    const value = holds(rule, (name) => this.#alarms.get(name)?.state.value) ? 'ALARM' : 'OK';
    if (value === alarm.state.value) return;
    const arn = (name: string): string => alarmArn(this.#world, name);
    const reason = child
      ? `${arn(child.name)} transitioned to ${child.state.value} at ${longDate(child.state.transitionedAt)}`
      : `${arn(alarm.name)} was created and its alarm rule evaluates to ${value}`;
    const triggering = child
      ? [{ arn: arn(child.name), state: { value: child.state.value, timestamp: longTime(child.state.updatedAt) } }]
      : [];
    this.setState(alarm.name, value, reason, JSON.stringify({ triggeringAlarms: triggering }));
  }

  #evaluate(alarm: MetricAlarmRecord): void {
    const found = evaluateMetricAlarm(alarm, this.#data, this.#world);
    if (found && found.value !== alarm.state.value) {
      this.setState(alarm.name, found.value, found.reason(), found.reasonData());
      return;
    }
    if (this.#lastingListeners.size === 0) return;
    const notice = { ...noticeOf(alarm), reasonData: () => found?.reasonData() ?? null };
    for (const listener of [...this.#lastingListeners]) listener(notice);
  }

  #rhythmOf(alarm: AlarmRecord): number {
    const { alarmEvaluation } = this.#world.timing;
    const period = alarm.kind === 'metric' ? periodOf(alarm.configuration) : 60;
    return period < 60 ? Math.min(highResolution, alarmEvaluation) : alarmEvaluation;
  }
}

/** CW/AlarmThatSendsEmail: an alarm with a period of 10, 20 or 30 s is evaluated every 10 s. */
const highResolution = 10_000;

/** `Friday 13 November, 2026 13:53:27 UTC` */
function longDate(at: number): string {
  const part = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat('en-US', { ...options, timeZone: 'UTC' }).format(at);
  const time = new Date(at).toISOString().slice(11, 19);
  return `${part({ weekday: 'long' })} ${part({ day: '2-digit' })} ${part({ month: 'long' })}, ${part({ year: 'numeric' })} ${time} UTC`;
}

const noticeOf = (alarm: AlarmRecord): AlarmNotice => ({
  alarm,
  actions: alarm.configuration.ActionsEnabled === false ? [] : actionsOf(alarm, alarm.state.value),
  reasonData: () => alarm.state.reasonData,
});
