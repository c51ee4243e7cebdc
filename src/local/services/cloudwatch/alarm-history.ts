import type { HistoryItemType } from '@aws-sdk/client-cloudwatch';
import type { Collection } from '../../store/store.ts';
import type { World } from '../../world.ts';
import type { AlarmRecord, AlarmState } from './alarm-record.ts';
import { longTime } from './state-reason.ts';

export type HistoryRecord = {
  readonly alarm: string;
  readonly kind: AlarmRecord['kind'];
  readonly at: number;
  readonly type: HistoryItemType;
  readonly summary: string;
  /** JSON. */
  readonly data: string;
};

/** AWS keeps 30 days; here it is also so many items. */
const kept = { days: 30, items: 5_000 } as const;

/** What happened to alarms, those that are gone too. CW-API/API_DescribeAlarmHistory */
export class AlarmHistory {
  readonly #world: World;
  readonly #items: Collection<HistoryRecord>;
  #sequence = 0;

  constructor(world: World) {
    this.#world = world;
    this.#items = world.store.collection('cloudwatch/alarm-history');
    for (const [key] of this.#items.entries()) this.#sequence = Math.max(this.#sequence, Number(key.split('/')[1]) + 1);
  }

  /** Keys are in order of time. */
  all(): readonly (readonly [key: string, item: HistoryRecord])[] {
    return this.#items.entries();
  }

  configured(alarm: AlarmRecord, how: 'created' | 'updated' | 'deleted'): void {
    const type = { created: 'Create', updated: 'Update', deleted: 'Delete' }[how];
    const data = {
      version: '1.0',
      type,
      [`${how}Alarm`]: { ...alarm.configuration, StateValue: alarm.state.value, StateReason: alarm.state.reason },
    };
    this.#add(alarm, 'ConfigurationUpdate', `Alarm "${alarm.name}" ${how}`, data);
  }

  changed(alarm: AlarmRecord, before: AlarmState): void {
    const told = ({ value, reason, reasonData }: AlarmState) => ({
      stateValue: value,
      stateReason: reason,
      ...(reasonData === null ? {} : { stateReasonData: readJson(reasonData) }),
    });
    this.#add(alarm, 'StateUpdate', `Alarm updated from ${before.value} to ${alarm.state.value}`, {
      version: '1.0',
      oldState: told(before),
      newState: told(alarm.state),
    });
  }

  acted(alarm: AlarmRecord, action: string, outcome: 'done' | 'not-imitated'): void {
    const error = `The local runtime does not imitate ${action.split(':')[2] ?? 'this service'}.`;
    const summary =
      outcome === 'done'
        ? `Successfully executed action ${action}`
        : `Failed to execute action ${action}. Received error: "${error}"`;
    this.#add(alarm, 'Action', summary, {
      actionState: outcome === 'done' ? 'Succeeded' : 'Failed',
      notificationResource: action,
      stateUpdateTimestamp: longTime(alarm.state.updatedAt),
      ...(outcome === 'done' ? {} : { error }),
    });
  }

  #add(alarm: AlarmRecord, type: HistoryItemType, summary: string, data: object): void {
    const at = this.#world.clock.now();
    const key = `${String(at).padStart(15, '0')}/${String(this.#sequence++).padStart(9, '0')}`;
    this.#items.put(key, { alarm: alarm.name, kind: alarm.kind, at, type, summary, data: JSON.stringify(data) });
    const oldest = String(at - kept.days * 86_400_000).padStart(15, '0');
    for (const [old] of [...this.#items.range('', oldest)]) this.#items.delete(old);
    if (this.#items.size <= kept.items) return;
    let left = Math.ceil(kept.items / 20);
    const gone: string[] = [];
    for (const [old] of this.#items.range('', ':')) {
      if (left-- <= 0) break;
      gone.push(old);
    }
    for (const old of gone) this.#items.delete(old);
  }
}

/** What SetAlarmState was given may be no JSON. */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
