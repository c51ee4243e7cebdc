import type { MetricDataQuery, MetricDataResult } from '@aws-sdk/client-cloudwatch';
import { err, ok } from '../base/index.ts';
import type { Metrics } from '../deployment/index.ts';
import { type Aws, read } from './aws.ts';

const minuteMs = 60_000;
/** Points become visible one to three minutes after their minute. */
const lagMs = 3 * minuteMs;

const minuteOf = (at: number): number => Math.floor(at / minuteMs) * minuteMs;

/** What a load balancer tells CloudWatch of one target group (ALB/load-balancer-cloudwatch-metrics). */
export function cloudWatchMetrics(aws: Aws): Metrics {
  return {
    async read(site, color, { windowSeconds, since }, signal) {
      const group = afterColon(site.colors[color].targetGroup);
      const balancer = balancerOf(site.places[0]?.arn ?? '');
      if (balancer === undefined) return err({ kind: 'unknown', cause: 'the place names no load balancer' });
      const { client, sdk } = await aws.clients.cloudwatch();
      const now = aws.clock.now();
      // A minute that had begun before belongs to what the group served before, for instance a version that failed.
      const from = Math.max(minuteOf(now - windowSeconds * 1000 - lagMs), Math.ceil(since / minuteMs) * minuteMs);
      if (from >= now) return ok({ requests: 0, failed: 0, p99Ms: null, windowSeconds });
      const command = () =>
        new sdk.GetMetricDataCommand({
          MetricDataQueries: queries(group, balancer),
          StartTime: new Date(from),
          EndTime: new Date(minuteOf(now) + minuteMs),
          ScanBy: 'TimestampDescending',
        });
      const found = await read(aws, client, command, signal, (output) => output.MetricDataResults);
      if (!found.ok) return found;
      const points = (id: string): ReadonlyMap<number, number> => pointsOf(found.value.find(({ Id }) => Id === id));
      const [requests, failures, p99s] = [points('requests'), points('failures'), points('p99')];
      // The latest minutes that have arrived; 5xx counts are absent where there was none.
      const minutes = [...requests.keys()].sort((a, b) => b - a).slice(0, windowSeconds / 60);
      const sum = (of: ReadonlyMap<number, number>): number =>
        minutes.reduce((total, minute) => total + (of.get(minute) ?? 0), 0);
      const answered = sum(requests);
      const weighted = minutes.reduce((total, at) => total + (p99s.get(at) ?? 0) * (requests.get(at) ?? 0), 0);
      return ok({
        requests: answered,
        failed: sum(failures),
        p99Ms: answered === 0 || p99s.size === 0 ? null : (1000 * weighted) / answered,
        windowSeconds,
      });
    },
  };
}

function queries(group: string, balancer: string): MetricDataQuery[] {
  const query = (Id: string, MetricName: string, Stat: string): MetricDataQuery => ({
    Id,
    MetricStat: {
      Metric: {
        Namespace: 'AWS/ApplicationELB',
        MetricName,
        Dimensions: [
          { Name: 'LoadBalancer', Value: balancer },
          { Name: 'TargetGroup', Value: group },
        ],
      },
      Period: 60,
      Stat,
    },
  });
  return [
    query('requests', 'RequestCount', 'Sum'),
    query('failures', 'HTTPCode_Target_5XX_Count', 'Sum'),
    query('p99', 'TargetResponseTime', 'p99'),
  ];
}

/** Values by their minute, in ms since 1970. */
function pointsOf(result: MetricDataResult | undefined): ReadonlyMap<number, number> {
  const values = result?.Values ?? [];
  return new Map((result?.Timestamps ?? []).map((at, index) => [at.getTime(), values[index] ?? 0]));
}

/** `app/<name>/<id>`, as the dimension has it, from the ARN of a rule or a listener. */
const balancerOf = (placeArn: string): string | undefined =>
  /:listener(?:-rule)?\/(app\/[^/]+\/[^/]+)\//.exec(placeArn)?.[1];

/** `targetgroup/<name>/<id>` */
const afterColon = (arn: string): string => arn.slice(arn.lastIndexOf(':') + 1);
