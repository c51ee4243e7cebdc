import type * as sdk from '@aws-sdk/client-cloudwatch';
import type { Handler, InputOf, OutputOf } from '../../service.ts';
import type { Collection } from '../../store/store.ts';
import type { World } from '../../world.ts';
import { AlarmWatch } from './alarm-watch.ts';
import { MetricData } from './metric-data.ts';

/** CloudWatch in one account and region. */
export interface CloudWatchState {
  readonly world: World;
  readonly data: MetricData;
  readonly alarms: AlarmWatch;
  /** By the ARN of what they are on. */
  readonly tags: Collection<TagRecord>;
}

export type TagRecord = { readonly [key: string]: string };

/** A handler of CloudWatch, typed by the operation's own name. */
export type Operation<Name extends string> = Handler<
  CloudWatchState,
  InputOf<typeof sdk, Name>,
  OutputOf<typeof sdk, Name>
>;

/** Measures something of a world into its metrics, from now on. */
export type Source = (world: World, data: MetricData) => void;

export function createCloudWatchState(world: World, sources: readonly Source[]): CloudWatchState {
  const data = new MetricData(world);
  for (const measure of sources) measure(world, data);
  return { world, data, alarms: new AlarmWatch(world, data), tags: world.store.collection('cloudwatch/tags') };
}
