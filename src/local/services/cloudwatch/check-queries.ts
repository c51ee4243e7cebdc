import type { MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { invalid } from './refusals.ts';

/** The queries of an alarm on metric math; answers its period in seconds. */
export function checkAlarmQueries(_queries: readonly MetricDataQuery[]): number {
  return invalid('Alarms on metric math are not imitated yet.');
}
