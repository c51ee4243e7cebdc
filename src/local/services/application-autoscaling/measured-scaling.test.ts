import { describe, expect, test } from 'vitest';
import { type Ms, seconds } from '../../../base/index.ts';
import { healthyBehaviour } from '../../tasks/simulated/index.ts';
import { awsLike, instant, type Timing } from '../../timing.ts';
import { theService } from '../ecs/ecs-fixture.ts';
import { arnSuffix, elbv2, type FinishedRequest } from '../elbv2/index.ts';
import { activities, type ScalingFixture, scalingFixture, target } from './scaling-fixture.ts';

/** A load that its tasks share, in units of a processor; each task reserves 256. */
interface LoadedService extends ScalingFixture {
  load: number;
}

function loaded(timing: Timing, tracking: object): LoadedService {
  const fixture: LoadedService = { ...scalingFixture({ timing, measured: true }), load: 64 };
  fixture.behaviours.set('app:1', {
    ...healthyBehaviour,
    load: () => ({ cpuUnits: fixture.load / Math.max(1, theService(fixture).runningCount ?? 1), memoryMiB: 64 }),
  });
  // A behaviour is asked for when a task starts.
  fixture.call('UpdateService', { cluster: 'main', service: 'api', forceNewDeployment: true });
  fixture.clock.advance(seconds(400));
  fixture.scale('RegisterScalableTarget', { ...target, MinCapacity: 2, MaxCapacity: 6 });
  fixture.scale('PutScalingPolicy', {
    ...target,
    PolicyName: 'cpu',
    PolicyType: 'TargetTrackingScaling',
    TargetTrackingScalingPolicyConfiguration: {
      TargetValue: 50,
      PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageCPUUtilization' },
      ...tracking,
    },
  });
  return fixture;
}

/** How long until the desired count is another one than before. */
function nextChange(fixture: ScalingFixture, atMost: Ms): { readonly seconds: number; readonly desired: number } {
  const before = theService(fixture).desiredCount;
  const start = fixture.clock.monotonic();
  while (theService(fixture).desiredCount === before) {
    if (fixture.clock.monotonic() > start + atMost || !fixture.clock.step()) throw new Error('nothing was scaled');
  }
  return {
    seconds: Math.round((fixture.clock.monotonic() - start) / 1000),
    desired: theService(fixture).desiredCount ?? 0,
  };
}

describe('a load on the tasks of a service', () => {
  test('scales it out and in again in AWS’s own times: minutes out, a quarter of an hour in', () => {
    const fixture = loaded(awsLike, { ScaleInCooldown: 60 });
    fixture.clock.advance(seconds(1200));
    expect(theService(fixture).desiredCount).toBe(2);
    // 400 of 512 units are 78 %, three tasks 52 %: four are needed.
    fixture.load = 400;
    const out = nextChange(fixture, seconds(600));
    expect(out.desired).toBe(4);
    // Three points of a minute, and the lag until they can be seen: about five minutes were observed on AWS.
    expect(out.seconds).toBeGreaterThan(180);
    expect(out.seconds).toBeLessThan(400);
    fixture.clock.advance(seconds(1800));
    expect(theService(fixture).desiredCount).toBe(4);
    fixture.load = 64;
    const into = nextChange(fixture, seconds(1800));
    expect(into.desired).toBeLessThan(4);
    expect(into.seconds).toBeGreaterThan(15 * 60);
    expect(into.seconds).toBeLessThan(20 * 60);
    fixture.clock.advance(seconds(1200));
    expect(theService(fixture)).toMatchObject({ desiredCount: 2, runningCount: 2 });
    expect(activities(fixture).map(({ StatusCode }) => StatusCode)).not.toContain('Failed');
  });

  test('under instant in seconds', () => {
    const fixture = loaded(instant, { ScaleOutCooldown: 5, ScaleInCooldown: 2 });
    fixture.load = 400;
    const out = nextChange(fixture, seconds(20));
    expect(out.desired).toBe(4);
    expect(out.seconds).toBeLessThanOrEqual(6);
    fixture.clock.advance(seconds(60));
    expect(theService(fixture).desiredCount).toBe(4);
    fixture.load = 64;
    const into = nextChange(fixture, seconds(60));
    expect(into.seconds).toBeGreaterThanOrEqual(14);
    expect(into.seconds).toBeLessThanOrEqual(20);
    fixture.clock.advance(seconds(60));
    expect(theService(fixture).desiredCount).toBe(2);
  });

  test('scales nothing where its maximum is reached, and says so if it is asked', () => {
    const fixture = loaded(awsLike, {});
    fixture.scale('RegisterScalableTarget', { ...target, MaxCapacity: 2 });
    fixture.load = 400;
    fixture.clock.advance(seconds(900));
    expect(theService(fixture).desiredCount).toBe(2);
    expect(activities(fixture, true)).toMatchObject([
      { NotScaledReasons: [{ Code: 'AlreadyAtMaxCapacity', MaxCapacity: 2 }] },
    ]);
  });

  test('scales it out after a suspension ends, if it lasts', () => {
    const fixture = loaded(awsLike, {});
    const suspend = (on: boolean) =>
      fixture.scale('RegisterScalableTarget', { ...target, SuspendedState: { DynamicScalingOutSuspended: on } });
    suspend(true);
    fixture.load = 400;
    fixture.clock.advance(seconds(900));
    expect(theService(fixture).desiredCount).toBe(2);
    suspend(false);
    expect(nextChange(fixture, seconds(120)).desired).toBe(4);
  });
});

describe('requests to the targets of a service', () => {
  test('scale it by their number per target and minute, counted where the balancer carries them', () => {
    const fixture = scalingFixture({ timing: awsLike, measured: true });
    const elb = fixture.world.use(elbv2);
    const label = `${arnSuffix(fixture.app.loadBalancer)}/${arnSuffix(fixture.app.blue)}`;
    fixture.scale('RegisterScalableTarget', { ...target, MinCapacity: 2, MaxCapacity: 6 });
    fixture.scale('PutScalingPolicy', {
      ...target,
      PolicyName: 'requests',
      PolicyType: 'TargetTrackingScaling',
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue: 600,
        PredefinedMetricSpecification: { PredefinedMetricType: 'ALBRequestCountPerTarget', ResourceLabel: label },
      },
    });
    // 30 a second are 1800 a minute, 900 for each of two tasks: three are needed.
    let perSecond = 30;
    const carry = (): void => {
      for (let n = 0; n < perSecond; n++) elb.plane.traffic.requestFinished(aRequest(fixture));
      fixture.clock.after(seconds(1), carry);
    };
    carry();
    expect(nextChange(fixture, seconds(600)).desired).toBe(3);
    fixture.clock.advance(seconds(1200));
    expect(theService(fixture).desiredCount).toBe(3);
    perSecond = 15;
    expect(nextChange(fixture, seconds(1500)).desired).toBe(2);
  });
});

const aRequest = ({ app, world }: ScalingFixture): FinishedRequest => ({
  loadBalancerArn: app.loadBalancer,
  targetGroupArn: app.blue,
  target: world.use(elbv2).plane.targets(app.blue)[0],
  status: 200,
  targetStatus: 200,
  targetMs: 5,
  connectionFailed: false,
  failOpen: false,
  action: 'forward',
  rulesEvaluated: 0,
  receivedBytes: 100,
  sentBytes: 100,
});
