import { describe, expect, test } from 'vitest';
import { seconds } from '../../../base/index.ts';
import { memoryStore } from '../../store/memory-store.ts';
import { type Behaviour, healthyBehaviour } from '../../tasks/simulated/index.ts';
import {
  aService,
  aTaskDefinition,
  completed,
  deployments,
  type EcsFixture,
  ecsFixture,
  messages,
  refusal,
  tasksOf,
  theService,
  until,
} from './ecs-fixture.ts';

const named = { cluster: 'main', service: 'api' };
const crashing: Behaviour = { ...healthyBehaviour, life: { kind: 'exits', after: seconds(1), code: 1 } };

const described = ({ call }: EcsFixture, arn: string | undefined) =>
  call('DescribeServiceDeployments', { serviceDeploymentArns: [arn ?? ''] }).serviceDeployments?.[0];

const current = (fixture: EcsFixture) => described(fixture, theService(fixture).currentServiceDeployment);

const listed = ({ call }: EcsFixture, change: object = {}) =>
  (call('ListServiceDeployments', { ...named, ...change }).serviceDeployments ?? []).map((one) => one.status);

/** Deploys an image that never comes up; returns the ARN of its service deployment. */
function deployBad(fixture: EcsFixture): string {
  fixture.behaviours.set('app:bad', crashing);
  const taskDefinition = aTaskDefinition(fixture, { image: 'app:bad' });
  return fixture.call('UpdateService', { ...named, taskDefinition }).service?.currentServiceDeployment ?? '';
}

const breaker = (rollback: boolean) => ({
  deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback } },
});

describe('a service deployment (ECS-DG/service-deployment)', () => {
  test('is PENDING, IN_PROGRESS and SUCCESSFUL, from the former revision to the next', () => {
    const fixture = ecsFixture();
    aService(fixture);
    expect(current(fixture)).toMatchObject({ status: 'PENDING', sourceServiceRevisions: [] });
    until(fixture, () => completed(fixture));
    const [first] = theService(fixture).currentServiceRevisions ?? [];
    expect(first).toEqual({
      arn: expect.stringMatching(/^arn:aws:ecs:eu-central-1:000000000000:service-revision\/main\/api\/\d{19}$/),
      requestedTaskCount: 2,
      runningTaskCount: 2,
      pendingTaskCount: 0,
    });
    const taskDefinition = aTaskDefinition(fixture, { image: 'app:2' });
    fixture.call('UpdateService', { ...named, taskDefinition });
    until(fixture, () => current(fixture)?.status === 'IN_PROGRESS');
    until(fixture, () => deployments(fixture)[0]?.runningCount === 2);
    expect(current(fixture)).toMatchObject({
      serviceDeploymentArn: expect.stringMatching(/:service-deployment\/main\/api\/[0-9a-f]{21}$/),
      serviceArn: theService(fixture).serviceArn,
      startedAt: expect.any(Date),
      sourceServiceRevisions: [{ arn: first?.arn, runningTaskCount: 2 }],
      targetServiceRevision: { requestedTaskCount: 2, runningTaskCount: 2, pendingTaskCount: 0 },
      deploymentCircuitBreaker: { status: 'DISABLED', failureCount: 0, threshold: 3 },
      alarms: { status: 'DISABLED', alarmNames: [], triggeredAlarmNames: [] },
    });
    until(fixture, () => completed(fixture));
    fixture.call('UpdateService', { ...named, desiredCount: 1 });
    until(fixture, () => theService(fixture).runningCount === 1);
    // Scaling is no deployment, and what is over shows the counts of its end.
    expect(current(fixture)).toMatchObject({
      status: 'SUCCESSFUL',
      finishedAt: expect.any(Date),
      targetServiceRevision: { runningTaskCount: 2 },
    });
    expect(listed(fixture)).toEqual(['SUCCESSFUL', 'SUCCESSFUL']);
  });

  test('is stopped by the next one, as soon as its tasks are gone', () => {
    const fixture = ecsFixture();
    aService(fixture);
    until(fixture, () => completed(fixture));
    const second = fixture.call('UpdateService', { ...named, forceNewDeployment: true }).service;
    until(fixture, () => deployments(fixture)[0]?.runningCount === 2);
    fixture.call('UpdateService', { ...named, forceNewDeployment: true });
    expect(described(fixture, second?.currentServiceDeployment)?.status).toBe('STOP_REQUESTED');
    until(fixture, () => completed(fixture));
    expect(described(fixture, second?.currentServiceDeployment)).toMatchObject({
      status: 'STOPPED',
      stoppedAt: expect.any(Date),
    });
    expect(listed(fixture)).toEqual(['SUCCESSFUL', 'STOPPED', 'SUCCESSFUL']);
    expect(listed(fixture, { status: ['STOPPED'] })).toEqual(['STOPPED']);
  });

  test('is stopped by the circuit breaker where nothing is rolled back', () => {
    const fixture = ecsFixture();
    aService(fixture, { desiredCount: 1, ...breaker(false) });
    until(fixture, () => completed(fixture));
    const bad = deployBad(fixture);
    until(fixture, () => described(fixture, bad)?.status === 'STOPPED', seconds(7200));
    expect(described(fixture, bad)).toMatchObject({
      statusReason: 'Service deployment stopped because the circuit breaker threshold was exceeded.',
      deploymentCircuitBreaker: { status: 'TRIGGERED', failureCount: 3, threshold: 3 },
    });
  });

  test('is rolled back by the circuit breaker', () => {
    const fixture = ecsFixture();
    aService(fixture, { desiredCount: 1, ...breaker(true) });
    until(fixture, () => completed(fixture));
    const [good] = theService(fixture).currentServiceRevisions ?? [];
    const bad = deployBad(fixture);
    until(fixture, () => described(fixture, bad)?.status === 'ROLLBACK_IN_PROGRESS', seconds(7200));
    until(fixture, () => completed(fixture));
    const statusReason = 'Service deployment rolled back because the circuit breaker threshold was exceeded.';
    expect(described(fixture, bad)).toMatchObject({
      status: 'ROLLBACK_SUCCESSFUL',
      statusReason,
      rollback: { reason: statusReason, startedAt: expect.any(Date), serviceRevisionArn: good?.arn },
      deploymentCircuitBreaker: { status: 'TRIGGERED', failureCount: 3, threshold: 3 },
    });
    expect(theService(fixture).currentServiceRevisions).toMatchObject([{ arn: good?.arn, runningTaskCount: 1 }]);
  });

  test('has nothing to roll back to before the first was completed', () => {
    const fixture = ecsFixture();
    fixture.behaviours.set('app:1', crashing);
    aService(fixture, breaker(true));
    until(fixture, () => current(fixture)?.status === 'ROLLBACK_FAILED', seconds(7200));
    expect(current(fixture)?.statusReason).toContain('No rollback candidate was found');
    expect(deployments(fixture)).toMatchObject([{ status: 'PRIMARY', rolloutState: 'FAILED' }]);
  });
});

describe('StopServiceDeployment (ECS-DG/stop-service-deployment)', () => {
  test('goes back to the former revision, also where no rollback is configured', () => {
    const store = memoryStore();
    const fixture = ecsFixture({ store });
    aService(fixture);
    until(fixture, () => completed(fixture));
    const [good] = deployments(fixture);
    const before = tasksOf(fixture).map((task) => task.taskArn);
    const bad = deployBad(fixture);
    fixture.clock.advance(seconds(10));
    expect(fixture.call('StopServiceDeployment', { serviceDeploymentArn: bad })).toEqual({ serviceDeploymentArn: bad });
    expect(described(fixture, bad)?.status).toBe('ROLLBACK_REQUESTED');
    until(fixture, () => described(fixture, bad)?.status === 'ROLLBACK_IN_PROGRESS');
    expect(messages(fixture)).toContain(`(service api) rolling back to deployment ${good?.id}.`);
    until(fixture, () => completed(fixture));
    expect(described(fixture, bad)?.status).toBe('ROLLBACK_SUCCESSFUL');
    expect(theService(fixture).taskDefinition).toBe(good?.taskDefinition);
    expect(tasksOf(fixture).map((task) => task.taskArn)).toEqual(before);
    expect(refusal(() => fixture.call('StopServiceDeployment', { serviceDeploymentArn: bad }))).toMatch(
      /^ConflictException/,
    );
    // It is still there after a restart.
    const after = ecsFixture({ store, app: fixture.app });
    expect(listed(after)).toEqual(['ROLLBACK_SUCCESSFUL', 'SUCCESSFUL']);
  });

  test('does not know others', () => {
    const { call } = ecsFixture();
    const arn = 'arn:aws:ecs:eu-central-1:000000000000:service-deployment/main/api/x';
    expect(refusal(() => call('StopServiceDeployment', { serviceDeploymentArn: arn }))).toMatch(
      /^ServiceDeploymentNotFoundException/,
    );
    expect(refusal(() => call('StopServiceDeployment', { serviceDeploymentArn: 'x' }))).toMatch(
      /^InvalidParameterException/,
    );
  });
});

describe('lists and revisions', () => {
  test('come by pages of 20, the newest first, within the time asked for', () => {
    const fixture = ecsFixture();
    aService(fixture, { desiredCount: 0 });
    for (let n = 0; n < 22; n++) {
      fixture.clock.advance(seconds(60));
      fixture.call('UpdateService', { ...named, forceNewDeployment: true });
    }
    const first = fixture.call('ListServiceDeployments', named);
    expect(first.serviceDeployments).toHaveLength(20);
    expect(first.serviceDeployments?.[0]?.serviceDeploymentArn).toBe(theService(fixture).currentServiceDeployment);
    const { nextToken } = first;
    expect(fixture.call('ListServiceDeployments', { ...named, nextToken }).serviceDeployments).toHaveLength(3);
    const before = first.serviceDeployments?.[18]?.createdAt;
    expect(fixture.call('ListServiceDeployments', { ...named, createdAt: { before } }).serviceDeployments).toHaveLength(
      4,
    );
    expect(refusal(() => fixture.call('ListServiceDeployments', { ...named, service: 'web' }))).toBe(
      'ServiceNotFoundException: Service not found.',
    );
    // Ninety days of history.
    fixture.clock.advance(seconds(91 * 86_400));
    fixture.call('UpdateService', { ...named, forceNewDeployment: true });
    expect(listed(fixture)).toHaveLength(1);
  });

  test('a revision keeps what the service was to consist of', () => {
    const fixture = ecsFixture();
    const digest = `sha256:${'ab'.repeat(32)}`;
    aService(fixture, { taskDefinition: aTaskDefinition(fixture, { image: `app@${digest}` }) });
    const [{ arn = '' } = {}] = theService(fixture).currentServiceRevisions ?? [];
    fixture.call('UpdateService', { ...named, taskDefinition: aTaskDefinition(fixture) });
    const { serviceRevisions, failures } = fixture.call('DescribeServiceRevisions', {
      serviceRevisionArns: [arn, `${arn}0`],
    });
    expect(serviceRevisions).toMatchObject([
      {
        taskDefinition: expect.stringMatching(/api:1$/),
        launchType: 'FARGATE',
        platformVersion: '1.4.0',
        loadBalancers: [{ targetGroupArn: fixture.app.blue }],
        containerImages: [{ containerName: 'app', image: `app@${digest}`, imageDigest: digest }],
      },
    ]);
    expect(failures).toEqual([{ arn: `${arn}0`, reason: 'MISSING' }]);
    const many = Array.from({ length: 21 }, () => arn);
    expect(refusal(() => fixture.call('DescribeServiceRevisions', { serviceRevisionArns: many }))).toMatch(
      /^InvalidParameterException/,
    );
  });

  test('ECS deletes service deployments with their service', () => {
    const fixture = ecsFixture();
    aService(fixture, { desiredCount: 0 });
    const arn = theService(fixture).currentServiceDeployment ?? '';
    fixture.call('DeleteService', named);
    expect(fixture.call('DescribeServiceDeployments', { serviceDeploymentArns: [arn] }).failures).toEqual([
      { arn, reason: 'MISSING' },
    ]);
  });
});
