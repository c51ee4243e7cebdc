/** How an alarm looks at its data points. */
export interface Judging {
  /** N: how many of the newest points count. */
  readonly evaluationPeriods: number;
  /** M: how many of them must be breaching. */
  readonly datapointsToAlarm: number;
  readonly treatMissingData: 'missing' | 'ignore' | 'breaching' | 'notBreaching';
  readonly breaches: (value: number) => boolean;
}

export interface Verdict {
  /** `retained`: the state stays what it is. */
  readonly state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA' | 'retained';
  /** The points that counted, as indices of what was given, oldest first. */
  readonly evaluated: readonly number[];
  /** How many missing points were filled in. */
  readonly filled: number;
}

/** CloudWatch looks at so many points more than it evaluates, so that late and sparse metrics have their say. */
const extraPoints = 2;

/** How many points back an alarm looks: CW/alarms-and-missing-data, "evaluation range" (5 for 3 evaluation periods). */
export const evaluationRange = (evaluationPeriods: number): number => evaluationPeriods + extraPoints;

/**
 * What an alarm's state is, from the points of its evaluation range, oldest first; undefined is a missing one. Real
 * points are preferred, the newest first; missing ones are filled in only as far as real ones are too few.
 * Source: CW/alarms-and-missing-data, with its tables and "Avoiding premature transitions to alarm state".
 */
export function judge(points: readonly (number | undefined)[], how: Judging): Verdict {
  const real = points.flatMap((point, index) => (point === undefined ? [] : [index]));
  const evaluated = real.slice(-how.evaluationPeriods);
  const breaching = evaluated.filter((index) => how.breaches(points[index] ?? Number.NaN)).length;
  const filled = how.evaluationPeriods - evaluated.length;
  const verdict = (state: Verdict['state']): Verdict => ({ state, evaluated, filled });
  if (breaching >= how.datapointsToAlarm) return verdict('ALARM');
  if (filled === 0 || how.treatMissingData === 'notBreaching') return verdict('OK');
  if (how.treatMissingData === 'breaching') {
    return verdict(breaching + filled >= how.datapointsToAlarm ? 'ALARM' : 'OK');
  }
  if (evaluated.length === 0) return verdict(how.treatMissingData === 'ignore' ? 'retained' : 'INSUFFICIENT_DATA');
  if (breaching < evaluated.length) return verdict('OK');
  // All that there is breaches, and is too little: an alarm only if the oldest is as old as M points.
  const age = points.length - (evaluated[0] ?? points.length);
  return verdict(how.treatMissingData === 'missing' && age >= how.datapointsToAlarm ? 'ALARM' : 'retained');
}
