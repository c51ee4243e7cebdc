/** What an alarm tells a policy: how far the metric is from the threshold. */
export interface AlarmSignal {
  readonly alarmName: string;
  readonly state: string;
  /** The data points that the alarm evaluated, oldest first; at least one. */
  readonly points: readonly number[];
  readonly threshold: number;
  /** It is an alarm on values below its threshold. */
  readonly below: boolean;
}

/** Out of what CloudWatch writes for programs; undefined where there are no data points, on which nothing is scaled. */
export function readSignal(alarm: {
  readonly name: string;
  readonly state: string;
  readonly reasonData: string | null;
  readonly comparison: string;
}): AlarmSignal | undefined {
  const { name: alarmName, state, reasonData, comparison } = alarm;
  if (reasonData === null) return undefined;
  const found: { readonly recentDatapoints?: unknown; readonly threshold?: unknown } = parsed(reasonData);
  const { recentDatapoints, threshold } = found;
  if (!Array.isArray(recentDatapoints) || typeof threshold !== 'number') return undefined;
  const points = recentDatapoints.filter((point): point is number => typeof point === 'number');
  if (points.length === 0) return undefined;
  return { alarmName, state, points, threshold, below: comparison.startsWith('LessThan') };
}

/** SetAlarmState takes any text. */
function parsed(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
