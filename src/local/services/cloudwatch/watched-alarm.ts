import { type Ms, ms, seconds } from '../../../base/index.ts';
import { periodOf } from './evaluate-metric-alarm.ts';
import type { CloudWatchState } from './state.ts';

/** An alarm as a deployment of ECS watches it; undefined where there is none of that name. */
export function watchedAlarm(
  { alarms }: CloudWatchState,
  name: string,
): { readonly isFiring: boolean; readonly looksBack: Ms } | undefined {
  const alarm = alarms.get(name);
  if (!alarm) return undefined;
  const looksBack =
    alarm.kind === 'metric'
      ? seconds(periodOf(alarm.configuration) * (alarm.configuration.EvaluationPeriods ?? 1))
      : ms(0);
  return { isFiring: alarm.state.value === 'ALARM', looksBack };
}
