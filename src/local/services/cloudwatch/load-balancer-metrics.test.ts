import { describe, expect, test } from 'vitest';
import { ms, seconds } from '../../../base/index.ts';
import { instant, type Timing } from '../../timing.ts';
import { run, weighted } from '../elbv2/elbv2-fixture.ts';
import { modifyListener } from '../elbv2/listeners.ts';
import { deregisterTargets, registerTargets } from '../elbv2/targets.ts';
import { measuredBalancer } from './balancer-fixture.ts';
import { start } from './cloudwatch-fixture.ts';
import { getMetricData } from './operations/get-metric-data.ts';
import { listMetrics } from './operations/list-metrics.ts';

const call = { requestId: '', host: '' };

/** A load balancer whose blue group has two targets, and CloudWatch beside it. */
function site(timing?: Timing) {
  const { elb, state, app, finished } = measuredBalancer(timing);
  run(elb.state, registerTargets, {
    TargetGroupArn: app.blue,
    Targets: [{ Id: '10.0.0.1' }, { Id: '10.0.0.2' }],
  });
  const suffix = (arn: string): string => arn.replace(/^.*:(?:loadbalancer\/)?/, '');
  const dimensions = {
    balancer: [{ Name: 'LoadBalancer', Value: suffix(app.loadBalancer) }],
    group: [{ Name: 'TargetGroup', Value: suffix(app.blue) }],
    zone: [{ Name: 'AvailabilityZone', Value: 'eu-central-1a' }],
  };
  const read = (
    MetricName: string,
    of: readonly (keyof typeof dimensions)[],
    { stat = 'Sum', period = 60 }: { readonly stat?: string; readonly period?: number } = {},
  ): readonly number[] => {
    const Metric = { Namespace: 'AWS/ApplicationELB', MetricName, Dimensions: of.flatMap((name) => dimensions[name]) };
    const { MetricDataResults = [] } = getMetricData(
      state,
      {
        MetricDataQueries: [{ Id: 'm', MetricStat: { Metric, Stat: stat, Period: period } }],
        StartTime: new Date(start),
        EndTime: new Date(elb.clock.now() + 1),
        ScanBy: 'TimestampAscending',
      },
      call,
    );
    return MetricDataResults[0]?.Values ?? [];
  };
  return { ...elb, state, elb: elb.state, app, finished, read };
}

describe('AWS/ApplicationELB (ALB/load-balancer-cloudwatch-metrics)', () => {
  test('counts requests and their answers with all dimensions that AWS has', () => {
    const { clock, finished, read } = site();
    for (let sent = 0; sent < 8; sent++) finished();
    finished({ status: 503, targetStatus: 503, targetMs: 1000 });
    finished({ status: 404, targetStatus: 404 });
    clock.advance(seconds(240));
    for (const of of [
      ['balancer'],
      ['balancer', 'zone'],
      ['balancer', 'group'],
      ['balancer', 'group', 'zone'],
    ] as const) {
      expect(read('RequestCount', of), of.join()).toEqual([10]);
      expect(read('HTTPCode_Target_2XX_Count', of), of.join()).toEqual([8]);
      expect(read('HTTPCode_Target_5XX_Count', of), of.join()).toEqual([1]);
      expect(read('TargetResponseTime', of, { stat: 'Average' })[0], of.join()).toBeCloseTo(0.118);
    }
    expect(read('TargetResponseTime', ['balancer', 'group'], { stat: 'p100' })).toEqual([1]);
    expect(read('TargetResponseTime', ['balancer', 'group'], { stat: 'p50' })[0]).toBeCloseTo(0.02);
    expect(read('RequestCountPerTarget', ['group'])).toEqual([5]);
    expect(read('RequestCountPerTarget', ['balancer', 'group'])).toEqual([5]);
    expect(read('ProcessedBytes', ['balancer'])).toEqual([1000]);
    expect(read('RuleEvaluations', ['balancer'])).toEqual([10]);
    expect(read('HTTPCode_ELB_5XX_Count', ['balancer'])).toEqual([]);
  });

  test("tells the balancer's own answers by the balancer alone, and counts no request where no target was chosen", () => {
    const { clock, finished, read } = site();
    finished({ status: 503, targetStatus: undefined, target: undefined, targetMs: undefined });
    finished({ status: 502, targetStatus: undefined, targetMs: undefined, connectionFailed: true });
    finished({
      status: 301,
      targetGroupArn: undefined,
      target: undefined,
      targetStatus: undefined,
      targetMs: undefined,
      action: 'redirect',
    });
    clock.advance(seconds(240));
    expect(read('RequestCount', ['balancer'])).toEqual([1]);
    expect(read('HTTPCode_ELB_5XX_Count', ['balancer'])).toEqual([2]);
    expect(read('HTTPCode_ELB_5XX_Count', ['balancer', 'group'])).toEqual([]);
    expect(read('HTTPCode_ELB_502_Count', ['balancer'])).toEqual([1]);
    expect(read('HTTPCode_ELB_503_Count', ['balancer'])).toEqual([1]);
    expect(read('HTTPCode_ELB_3XX_Count', ['balancer'])).toEqual([1]);
    expect(read('HTTP_Redirect_Count', ['balancer'])).toEqual([1]);
    expect(read('TargetConnectionErrorCount', ['balancer', 'group'])).toEqual([1]);
  });

  test('shows a minute one to two minutes after its end, and no point where nothing came', () => {
    const { clock, finished, read } = site();
    finished();
    clock.advance(seconds(119));
    expect(read('RequestCount', ['balancer'])).toEqual([]);
    clock.advance(seconds(61));
    expect(read('RequestCount', ['balancer'])).toEqual([1]);
    clock.advance(seconds(600));
    expect(read('RequestCount', ['balancer'])).toEqual([1]);
  });

  test('shows each second at its end under the instant timing', () => {
    const { clock, finished, read } = site(instant);
    for (let second = 0; second < 3; second++) {
      for (let sent = 0; sent <= second; sent++) finished();
      clock.advance(seconds(1));
    }
    expect(read('RequestCount', ['balancer'], { period: 1 })).toEqual([1, 2, 3]);
    expect(read('RequestCount', ['balancer'])).toEqual([6]);
  });

  test('tells healthy and unhealthy hosts while a group has targets; one that drains is neither', () => {
    const { clock, elb, app, answers, read } = site(instant);
    const now = (name: string) => read(name, ['balancer', 'group'], { stat: 'Maximum', period: 1 }).at(-1);
    clock.advance(seconds(5));
    expect([now('HealthyHostCount'), now('UnHealthyHostCount')]).toEqual([2, 0]);
    answers.set('10.0.0.2', { kind: 'answered', status: 500 });
    clock.advance(seconds(120));
    expect([now('HealthyHostCount'), now('UnHealthyHostCount')]).toEqual([1, 1]);
    run(elb, deregisterTargets, { TargetGroupArn: app.blue, Targets: [{ Id: '10.0.0.2' }] });
    clock.advance(seconds(5));
    expect([now('HealthyHostCount'), now('UnHealthyHostCount')]).toEqual([1, 0]);
    run(elb, deregisterTargets, { TargetGroupArn: app.blue, Targets: [{ Id: '10.0.0.1' }] });
    clock.advance(seconds(400));
    const before = read('HealthyHostCount', ['balancer', 'group'], { stat: 'Maximum', period: 1 }).length;
    clock.advance(seconds(100));
    expect(read('HealthyHostCount', ['balancer', 'group'], { stat: 'Maximum', period: 1 }).length).toBe(before);
  });

  test('sees a dip of health that is over before the minute is', () => {
    const { clock, elb, app, read } = site();
    clock.advance(seconds(130));
    run(elb, deregisterTargets, { TargetGroupArn: app.blue, Targets: [{ Id: '10.0.0.2' }] });
    clock.advance(ms(500));
    run(elb, registerTargets, { TargetGroupArn: app.blue, Targets: [{ Id: '10.0.0.2' }] });
    clock.advance(seconds(400));
    expect(read('HealthyHostCount', ['balancer', 'group'], { stat: 'Minimum' }).slice(1, 4)).toEqual([2, 1, 2]);
    expect(read('HealthyHostCount', ['balancer', 'group'], { stat: 'Maximum' }).slice(1, 4)).toEqual([2, 2, 2]);
  });

  test('tells nothing of a group that no listener names', () => {
    const { clock, elb, app, read } = site(instant);
    clock.advance(seconds(5));
    run(elb, modifyListener, { ListenerArn: app.listener, DefaultActions: [weighted({ [app.green]: 1 })] });
    clock.advance(seconds(5));
    expect(read('HealthyHostCount', ['balancer', 'group'], { stat: 'Maximum', period: 1 }).length).toBe(5);
  });

  test('counts connections: new ones as they come, open ones each minute', () => {
    const { clock, elb, app, read } = site();
    const { traffic } = elb.plane;
    for (let opened = 0; opened < 3; opened++) traffic.connectionOpened(app.loadBalancer, 'client');
    clock.advance(seconds(60));
    traffic.connectionClosed(app.loadBalancer, 'client');
    clock.advance(seconds(300));
    expect(read('NewConnectionCount', ['balancer'])).toEqual([3]);
    expect(read('ActiveConnectionCount', ['balancer']).slice(0, 1)).toEqual([3]);
  });

  test('lists a metric once it has a value', () => {
    const { clock, state, finished } = site();
    finished();
    clock.advance(seconds(61));
    const { Metrics = [] } = listMetrics(state, { MetricName: 'RequestCountPerTarget' }, call);
    expect(Metrics.map(({ Dimensions }) => Dimensions?.map(({ Name }) => Name).join())).toEqual([
      'LoadBalancer,TargetGroup',
      'TargetGroup',
    ]);
  });
});
