import type { Dimension } from '@aws-sdk/client-cloudwatch';
import { type Metric, metric } from './metric.ts';
import { constraint, invalidValue, oneOf } from './refusals.ts';

/** Source: CW-API/API_MetricDatum */
const units = [
  'Seconds',
  'Microseconds',
  'Milliseconds',
  'Bytes',
  'Kilobytes',
  'Megabytes',
  'Gigabytes',
  'Terabytes',
  'Bits',
  'Kilobits',
  'Megabits',
  'Gigabits',
  'Terabits',
  'Percent',
  'Count',
  'Bytes/Second',
  'Kilobytes/Second',
  'Megabytes/Second',
  'Gigabytes/Second',
  'Terabytes/Second',
  'Bits/Second',
  'Kilobits/Second',
  'Megabits/Second',
  'Gigabits/Second',
  'Terabits/Second',
  'Count/Second',
  'None',
] as const;

export const checkedUnit = (unit: string | undefined, member: string): string | undefined =>
  unit === undefined ? undefined : oneOf(unit, member, units);

/** Up to 30 dimensions, each with a name and a value. CW-API/API_Dimension */
export function checkedMetric(
  namespace: string,
  name: string,
  dimensions: readonly Dimension[] | undefined,
  member: string,
): Metric {
  if ((dimensions?.length ?? 0) > 30) {
    return constraint(member, `[${dimensions?.length}]`, 'Member must have length less than or equal to 30');
  }
  const names = new Set<string>();
  for (const [index, { Name = '', Value = '' }] of (dimensions ?? []).entries()) {
    const at = `${member}.${index + 1}.member`;
    if (Name === '') return constraint(`${at}.name`, Name, 'Member must have length greater than or equal to 1');
    if (Value === '') return constraint(`${at}.value`, Value, 'Member must have length greater than or equal to 1');
    if (Name.length > 255) return constraint(`${at}.name`, Name, 'Member must have length less than or equal to 255');
    if (Value.length > 1024) {
      return constraint(`${at}.value`, Value, 'Member must have length less than or equal to 1024');
    }
    if (Name.startsWith(':')) return invalidValue(`The value ${Name} for parameter Dimensions is invalid.`);
    if (names.has(Name)) return invalidValue(`No duplicate dimension names allowed: ${Name}.`);
    names.add(Name);
  }
  return metric(namespace, name, dimensions);
}
