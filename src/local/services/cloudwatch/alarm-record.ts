import type { PutCompositeAlarmInput, PutMetricAlarmInput, StateValue } from '@aws-sdk/client-cloudwatch';

/** An SDK shape as plain JSON: no `undefined`, so that it can be stored. */
export type Stored<T> = T extends string | number | boolean | null
  ? T
  : T extends readonly (infer Element)[]
    ? readonly Stored<Element>[]
    : { readonly [Key in keyof T]: Stored<Exclude<T[Key], undefined>> };

/** A deep copy without members that are undefined. */
export const stored = <T>(value: T): Stored<T> => JSON.parse(JSON.stringify(value));

export type MetricAlarmConfiguration = Stored<Omit<PutMetricAlarmInput, 'Tags'>>;
export type CompositeAlarmConfiguration = Stored<Omit<PutCompositeAlarmInput, 'Tags'>>;

export type AlarmState = {
  readonly value: StateValue;
  readonly reason: string;
  /** JSON, as CloudWatch writes it; null where it has none. */
  readonly reasonData: string | null;
  readonly updatedAt: number;
  /** When `value` was another one the last time. */
  readonly transitionedAt: number;
};

export type MetricAlarmRecord = {
  readonly kind: 'metric';
  readonly name: string;
  readonly configuration: MetricAlarmConfiguration;
  readonly configuredAt: number;
  readonly state: AlarmState;
};

export type CompositeAlarmRecord = {
  readonly kind: 'composite';
  readonly name: string;
  readonly configuration: CompositeAlarmConfiguration;
  readonly configuredAt: number;
  readonly state: AlarmState;
};

export type AlarmRecord = MetricAlarmRecord | CompositeAlarmRecord;

/** CW/AlarmThatSendsEmail: an alarm that has never been evaluated. */
export const initialState = (now: number): AlarmState => ({
  value: 'INSUFFICIENT_DATA',
  reason: 'Unchecked: Initial alarm creation',
  reasonData: null,
  updatedAt: now,
  transitionedAt: now,
});

/** The actions that belong to a state. */
export function actionsOf({ configuration }: AlarmRecord, state: StateValue): readonly string[] {
  switch (state) {
    case 'ALARM':
      return configuration.AlarmActions ?? [];
    case 'OK':
      return configuration.OKActions ?? [];
    case 'INSUFFICIENT_DATA':
      return configuration.InsufficientDataActions ?? [];
  }
}
