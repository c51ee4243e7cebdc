import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  PutMetricAlarmCommand,
} from '@aws-sdk/client-cloudwatch';
import { expect, test, vi } from 'vitest';
import { anApp } from './an-app.ts';
import { aLocalRuntime, awsEnvironment, has } from './local-runtime.ts';

/** Fails where it is asked to. */
const app = `
const { createServer } = require('node:http');
createServer((request, response) => {
  response.statusCode = request.url === '/fail' ? 500 : 200;
  response.end('x');
}).listen(Number(process.env.PORT));
`;

const soon = { timeout: 30_000, interval: 100 };

test.skipIf(process.platform !== 'linux' || !has('aws', '--version'))(
  'an alarm on 5xx goes to ALARM by real requests and back, alike for the SDK, the AWS CLI and a query client',
  { timeout: 120_000 },
  async () => {
    await using runtime = await aLocalRuntime({ driver: 'process' });
    const { url, ...made } = await anApp(runtime, app);
    const dimensions = [
      { Name: 'LoadBalancer', Value: made.loadBalancerArn.replace(/^.*:loadbalancer\//, '') },
      { Name: 'TargetGroup', Value: made.targetGroupArn.replace(/^.*:/, '') },
    ];
    const cloudwatch = new CloudWatchClient(runtime.client);
    const cli = async (...args: readonly string[]) => {
      const { stdout } = await promisify(execFile)('aws', ['cloudwatch', ...args, '--output', 'json'], {
        env: awsEnvironment(runtime.endpoint),
      });
      return stdout === '' ? {} : JSON.parse(stdout);
    };
    const metricOf = (Id: string, MetricName: string, Stat: string, Period: number) => ({
      Id,
      MetricStat: { Metric: { Namespace: 'AWS/ApplicationELB', MetricName, Dimensions: dimensions }, Stat, Period },
    });
    await cloudwatch.send(
      new PutMetricAlarmCommand({
        AlarmName: 'error-rate',
        Metrics: [
          { ...metricOf('errors', 'HTTPCode_Target_5XX_Count', 'Sum', 10), ReturnData: false },
          { ...metricOf('requests', 'RequestCount', 'Sum', 10), ReturnData: false },
          { Id: 'rate', Expression: 'IF(FILL(requests, 0) >= 10, 100 * FILL(errors, 0) / requests, 0)' },
        ],
        EvaluationPeriods: 1,
        Threshold: 5,
        ComparisonOperator: 'GreaterThanThreshold',
        TreatMissingData: 'notBreaching',
      }),
    );
    await cli(
      'put-metric-alarm',
      ...['--alarm-name', 'errors', '--namespace', 'AWS/ApplicationELB'],
      ...['--metric-name', 'HTTPCode_Target_5XX_Count', '--statistic', 'Sum', '--period', '10'],
      ...['--dimensions', ...dimensions.map(({ Name, Value }) => `Name=${Name},Value=${Value}`)],
      ...['--evaluation-periods', '1', '--threshold', '5', '--treat-missing-data', 'notBreaching'],
      ...['--comparison-operator', 'GreaterThanOrEqualToThreshold'],
    );
    const states = async (): Promise<Readonly<Record<string, string>>> => {
      const { MetricAlarms = [] } = await cloudwatch.send(new DescribeAlarmsCommand({}));
      return Object.fromEntries(MetricAlarms.map(({ AlarmName, StateValue }) => [AlarmName, StateValue]));
    };
    const read = async (from: number, ...MetricDataQueries: readonly ReturnType<typeof metricOf>[]) => {
      const range = { StartTime: new Date(from), EndTime: new Date(Date.now()) };
      const { MetricDataResults = [] } = await cloudwatch.send(
        new GetMetricDataCommand({ MetricDataQueries: [...MetricDataQueries], ...range }),
      );
      return Object.fromEntries(MetricDataResults.map(({ Id, Values = [] }) => [Id, Values]));
    };
    const healthy = metricOf('healthy', 'HealthyHostCount', 'Minimum', 1);
    await vi.waitFor(async () => expect((await read(Date.now() - 5000, healthy)).healthy?.[0]).toBe(1), soon);
    await vi.waitFor(async () => expect(await states()).toEqual({ errors: 'OK', 'error-rate': 'OK' }), soon);

    const begun = Math.floor(Date.now() / 1000) * 1000;
    for (let sent = 0; sent < 20; sent++) expect((await fetch(sent % 2 ? url : `${url}/fail`)).ok).toBe(sent % 2 === 1);
    await vi.waitFor(async () => expect(await states()).toEqual({ errors: 'ALARM', 'error-rate': 'ALARM' }), soon);
    const byCli = await cli('describe-alarms', '--alarm-names', 'errors');
    expect(byCli.MetricAlarms).toMatchObject([
      {
        StateValue: 'ALARM',
        StateReason: expect.stringMatching(
          /^Threshold Crossed: 1 datapoint \[\d+\.0 \(.+\)\] was greater than or equal to the threshold \(5\.0\)\.$/,
        ),
      },
    ]);
    const byQuery = await fetch(runtime.endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        authorization: 'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/monitoring/aws4_request, Signature=x',
      },
      body: 'Action=DescribeAlarms&Version=2010-08-01&AlarmNames.member.1=errors&AlarmTypes.member.1=MetricAlarm',
    });
    expect(await byQuery.text()).toMatch(/<MetricAlarms><member>.*<StateValue>ALARM<\/StateValue>/s);

    await vi.waitFor(async () => expect(await states()).toMatchObject({ 'error-rate': 'OK' }), soon);
    const values = await read(
      begun,
      metricOf('requests', 'RequestCount', 'Sum', 1),
      metricOf('failed', 'HTTPCode_Target_5XX_Count', 'Sum', 1),
      metricOf('seconds', 'TargetResponseTime', 'p99', 60),
    );
    const sum = (all: readonly number[] = []) => all.reduce((total, value) => total + value, 0);
    expect(sum(values.failed)).toBe(10);
    expect(sum(values.requests)).toBe(20);
    expect(values.seconds?.[0]).toBeGreaterThan(0);

    const used = await cli(
      'get-metric-statistics',
      ...['--namespace', 'AWS/ECS', '--metric-name', 'MemoryUtilization', '--statistics', 'Maximum', '--period', '60'],
      ...['--dimensions', 'Name=ClusterName,Value=main', 'Name=ServiceName,Value=api'],
      ...['--start-time', new Date(begun).toISOString(), '--end-time', new Date(Date.now() + 1000).toISOString()],
    );
    expect(used.Datapoints[0]).toMatchObject({ Unit: 'Percent' });
    expect(used.Datapoints[0].Maximum).toBeGreaterThan(1);
    expect(runtime.log.filter((line) => line.includes('"error"'))).toEqual([]);
  },
);
