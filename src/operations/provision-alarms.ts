import type { MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { type Aws, change } from '../aws/index.ts';
import { alarmKinds, alarmName, tagsOf, type WebService } from '../config/index.ts';
import { alarmNames, type Color, colors } from '../deployment/index.ts';
import { must } from './operation-error.ts';

/** Where a service's traffic is measured. */
export interface AlarmSite {
  readonly environment: string;
  readonly service: WebService;
  /** ARNs. */
  readonly balancer: string;
  readonly groups: Readonly<Record<Color, string>>;
}

/**
 * Makes on the local runtime those of a service's alarms that its deployments watch; Terraform makes them all. Both
 * colours together: one that a deployment watches must not fall silent when the traffic moves.
 */
export async function provisionAlarms(aws: Aws, site: AlarmSite, signal: AbortSignal): Promise<void> {
  const watched = alarmNames(site.service, site.environment);
  const alarms = serviceAlarms(site).filter(({ AlarmName }) => watched.includes(AlarmName));
  if (alarms.length === 0) return;
  const { client, sdk } = await aws.clients.cloudwatch();
  for (const alarm of alarms) {
    const command = new sdk.PutMetricAlarmCommand(alarm);
    must(`make alarm ${alarm.AlarmName}`, await change(aws, client, command, signal, (output) => output.$metadata));
  }
}

/** The alarms of a service, as the module observability has them. */
export const serviceAlarms = (site: AlarmSite) =>
  alarmKinds.map((kind) => ({
    AlarmName: alarmName(site.environment, site.service.name, kind),
    ...(kind === 'errors' ? errorsAlarm(site) : latencyAlarm(site)),
    EvaluationPeriods: 3,
    DatapointsToAlarm: 2,
    ComparisonOperator: 'GreaterThanThreshold' as const,
    TreatMissingData: 'notBreaching',
    Tags: Object.entries(tagsOf(site.environment, site.service.name)).map(([Key, Value]) => ({ Key, Value })),
  }));

const mostErrorsPercent = 5;
const slowestSeconds = 2;

function errorsAlarm(site: AlarmSite) {
  const sum = (what: string): string => colors.map((color) => `FILL(${what}_${color}, 0)`).join(' + ');
  return {
    AlarmDescription: `More than ${mostErrorsPercent} % of the answers of ${site.service.name} are 5xx.`,
    Threshold: mostErrorsPercent,
    Metrics: [
      {
        Id: 'percent',
        Label: '5xx in percent',
        Expression: `100 * (${sum('errors')}) / (${sum('requests')})`,
        ReturnData: true,
      },
      ...colors.map((color) => query(site, color, 'errors', 'HTTPCode_Target_5XX_Count', 'Sum')),
      ...colors.map((color) => query(site, color, 'requests', 'RequestCount', 'Sum')),
    ],
  };
}

function latencyAlarm(site: AlarmSite) {
  return {
    AlarmDescription: `One in a hundred answers of ${site.service.name} takes longer than ${slowestSeconds} s.`,
    Threshold: slowestSeconds,
    Metrics: [
      {
        Id: 'slowest',
        Label: 'p99 of the slower colour',
        Expression: `MAX([${colors.map((color) => `p99_${color}`).join(', ')}])`,
        ReturnData: true,
      },
      ...colors.map((color) => query(site, color, 'p99', 'TargetResponseTime', 'p99')),
    ],
  };
}

const query = (
  { balancer, groups }: AlarmSite,
  color: Color,
  id: string,
  MetricName: string,
  Stat: string,
): MetricDataQuery => ({
  Id: `${id}_${color}`,
  ReturnData: false,
  MetricStat: {
    Metric: {
      Namespace: 'AWS/ApplicationELB',
      MetricName,
      Dimensions: [
        { Name: 'LoadBalancer', Value: suffix(balancer) },
        { Name: 'TargetGroup', Value: suffix(groups[color]) },
      ],
    },
    Period: 60,
    Stat,
  },
});

/** What CloudWatch knows a load balancer or a target group by: the end of its ARN. */
const suffix = (arn: string): string => arn.slice(arn.lastIndexOf(':') + 1).replace(/^loadbalancer\//, '');
