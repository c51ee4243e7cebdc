import type { StateValue } from '@aws-sdk/client-cloudwatch';
import { type Cancel, ms } from '../../../base/index.ts';
import type { Collection } from '../../store/store.ts';
import type { World } from '../../world.ts';
import { AlarmHistory } from './alarm-history.ts';
import { type AlarmRecord, type AlarmState, actionsOf, type MetricAlarmRecord } from './alarm-record.ts';
import { evaluateMetricAlarm, periodOf } from './evaluate-metric-alarm.ts';
import type { MetricData } from './metric-data.ts';

/** An alarm and the actions that its state asks for: none while its actions are disabled. */
export interface AlarmNotice {
  readonly alarm: AlarmRecord;
  readonly actions: readonly string[];
  /** What this evaluation saw, as `StateReasonData`; null where it saw too little to judge. */
  readonly reasonData: string | null;
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

  #evaluate(alarm: MetricAlarmRecord): void {
    const found = evaluateMetricAlarm(alarm, this.#data, this.#world);
    if (found && found.value !== alarm.state.value) {
      this.setState(alarm.name, found.value, found.reason, found.reasonData);
      return;
    }
    const notice = { ...noticeOf(alarm), reasonData: found?.reasonData ?? null };
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

const noticeOf = (alarm: AlarmRecord): AlarmNotice => ({
  alarm,
  actions: alarm.configuration.ActionsEnabled === false ? [] : actionsOf(alarm, alarm.state.value),
  reasonData: alarm.state.reasonData,
});
