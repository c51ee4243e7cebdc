import type { Random } from '../../../base/index.ts';
import type { Collection } from '../../store/store.ts';
import type { World } from '../../world.ts';
import { type GroupEvents, openGroupEvents } from './group-events.ts';

/** Instants are milliseconds since 1970. */
export type GroupRecord = {
  readonly name: string;
  readonly createdAt: number;
  /** Null: events are kept for ever, or as long as there is room. */
  readonly retentionInDays: number | null;
  readonly class: 'STANDARD' | 'INFREQUENT_ACCESS' | 'DELIVERY';
  readonly tags: { readonly [key: string]: string };
  /** Absent: CloudWatch's own key. */
  readonly kmsKeyArn?: string;
};

export type StreamRecord = { readonly name: string; readonly createdAt: number };

/** CloudWatch Logs in one account and region. */
export interface LogsState {
  readonly world: World;
  readonly random: Random;
  readonly groups: Collection<GroupRecord>;
  /** Events in use since the start, by group. */
  readonly open: Map<string, GroupEvents>;
}

export const createLogsState = (world: World): LogsState => ({
  world,
  random: world.random.fork('logs'),
  groups: world.store.collection<GroupRecord>('logs/groups'),
  open: new Map(),
});

export const streamsOf = (state: LogsState, group: string): Collection<StreamRecord> =>
  state.world.store.collection(streamsCollection(group));

/** The events of a group, without those that its retention has ended. */
export function eventsOf(state: LogsState, group: GroupRecord): GroupEvents {
  const events =
    state.open.get(group.name) ?? openGroupEvents(state.world.store.collection(eventsCollection(group.name)));
  state.open.set(group.name, events);
  const oldest = oldestKept(state, group);
  if (oldest !== undefined) events.expire(oldest);
  return events;
}

/** Before this instant the group keeps nothing; undefined without retention. */
export const oldestKept = (state: LogsState, group: GroupRecord): number | undefined =>
  group.retentionInDays === null ? undefined : state.world.clock.now() - group.retentionInDays * dayMs;

export function dropGroup(state: LogsState, group: string): void {
  state.world.store.drop(eventsCollection(group));
  state.world.store.drop(streamsCollection(group));
  state.groups.delete(group);
  state.open.delete(group);
}

export const dayMs = 24 * 60 * 60 * 1000;

const streamsCollection = (group: string): string => `logs/streams/${group}`;
const eventsCollection = (group: string): string => `logs/events/${group}`;
