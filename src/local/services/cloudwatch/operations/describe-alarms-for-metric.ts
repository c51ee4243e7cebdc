import type { MetricAlarmConfiguration } from '../alarm-record.ts';
import { checkedMetric, checkedUnit } from '../check-metric.ts';
import { metric, metricKey } from '../metric.ts';
import { oneOf, requiredText } from '../refusals.ts';
import type { Operation } from '../state.ts';
import { describeMetricAlarm } from './describe-alarms.ts';

/** CW-API/API_DescribeAlarmsForMetric: alarms on that one metric, and not those on metric math that use it. */
export const describeAlarmsForMetric: Operation<'DescribeAlarmsForMetric'> = (state, input) => {
  const namespace = requiredText(input.Namespace, 'namespace', 255);
  const name = requiredText(input.MetricName, 'metricName', 255);
  const wanted = metricKey(checkedMetric(namespace, name, input.Dimensions, 'dimensions'));
  checkedUnit(input.Unit, 'unit');
  if (input.Statistic !== undefined) {
    oneOf(input.Statistic, 'statistic', ['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum']);
  }
  const matches = (alarm: MetricAlarmConfiguration): boolean =>
    metricKey(metric(alarm.Namespace ?? '', alarm.MetricName ?? '', alarm.Dimensions)) === wanted &&
    (input.Statistic === undefined || alarm.Statistic === input.Statistic) &&
    (input.ExtendedStatistic === undefined || alarm.ExtendedStatistic === input.ExtendedStatistic) &&
    (input.Period === undefined || alarm.Period === input.Period) &&
    (input.Unit === undefined || alarm.Unit === input.Unit);
  return {
    MetricAlarms: state.alarms
      .all()
      .flatMap((alarm) =>
        alarm.kind === 'metric' && matches(alarm.configuration) ? [describeMetricAlarm(state.world, alarm)] : [],
      ),
  };
};
