import { describe, expect, test } from 'vitest';
import { ms, seconds } from '../../../base/index.ts';
import { memoryStore } from '../../store/memory-store.ts';
import { answered, healthyBehaviour } from '../../tasks/simulated/index.ts';
import { elbv2 } from '../elbv2/index.ts';
import {
  aService,
  aTaskDefinition,
  completed,
  deployments,
  ecsFixture,
  messages,
  tasksOf,
  theService,
  until,
} from './ecs-fixture.ts';

describe('a service', () => {
  test('reaches its desired count with healthy targets, and its rollout is completed', () => {
    const fixture = ecsFixture();
    aService(fixture);
    expect(deployments(fixture)[0]).toMatchObject({ status: 'PRIMARY', rolloutState: 'IN_PROGRESS', runningCount: 0 });
    until(fixture, () => completed(fixture));
    const service = theService(fixture);
    expect(service).toMatchObject({ status: 'ACTIVE', desiredCount: 2, runningCount: 2, pendingCount: 0 });
    const { registrar } = fixture.world.use(elbv2);
    for (const task of tasksOf(fixture)) {
      expect(task.startedBy).toBe(service.deployments?.[0]?.id);
      const id = task.containers?.[0]?.networkInterfaces?.[0]?.privateIpv4Address ?? '';
      expect(registrar.health(fixture.app.blue, { id, port: 8080 })?.state).toBe('healthy');
    }
    const [first, second] = tasksOf(fixture).map((task) => `(task ${task.taskArn?.split('/')[2]})`);
    expect(messages(fixture)).toEqual([
      '(service api) has reached a steady state.',
      expect.stringMatching(/^\(service api\) \(deployment ecs-svc\/\d{19}\) deployment completed\.$/),
      `(service api) registered 2 targets in (target-group ${fixture.app.blue})`,
      expect.stringMatching(/^\(service api\) has started 2 tasks: \(task [0-9a-f]{32}\) \(task [0-9a-f]{32}\)\.$/),
    ]);
    expect(messages(fixture)[3]).toContain(first);
    expect(messages(fixture)[3]).toContain(second);
  });

  test('is replaced by the next revision without ever falling below its minimum', () => {
    const fixture = ecsFixture();
    aService(fixture, { desiredCount: 3 });
    until(fixture, () => completed(fixture));
    const { registrar } = fixture.world.use(elbv2);
    const healthy = () =>
      tasksOf(fixture).filter((task) => {
        const id = task.containers?.[0]?.networkInterfaces?.[0]?.privateIpv4Address ?? '';
        return registrar.health(fixture.app.blue, { id, port: 8080 })?.state === 'healthy';
      }).length;
    const next = aTaskDefinition(fixture, { image: 'app:2' });
    fixture.call('UpdateService', { cluster: 'main', service: 'api', taskDefinition: next });
    expect(deployments(fixture).map((one) => one.status)).toEqual(['PRIMARY', 'ACTIVE']);
    let least = 3;
    until(fixture, () => {
      least = Math.min(least, healthy());
      return completed(fixture);
    });
    expect(least).toBe(3);
    expect(tasksOf(fixture).every((task) => task.taskDefinitionArn === next)).toBe(true);
    expect(tasksOf(fixture, 'STOPPED').map((task) => task.lastStatus)).toEqual(['STOPPED', 'STOPPED', 'STOPPED']);
    expect(fixture.clock.monotonic()).toBeGreaterThan(ms(300_000));
  });

  test('grows and shrinks without a deployment', () => {
    const fixture = ecsFixture();
    aService(fixture);
    until(fixture, () => completed(fixture));
    const [before] = deployments(fixture);
    fixture.call('UpdateService', { cluster: 'main', service: 'api', desiredCount: 4 });
    until(fixture, () => theService(fixture).runningCount === 4);
    fixture.call('UpdateService', { cluster: 'main', service: 'api', desiredCount: 1 });
    until(fixture, () => theService(fixture).runningCount === 1);
    expect(deployments(fixture)).toEqual([
      { ...before, desiredCount: 1, runningCount: 1, updatedAt: expect.any(Date) },
    ]);
    expect(messages(fixture).join()).toContain('has stopped 3 running tasks');
    const reasons = new Set(tasksOf(fixture, 'STOPPED').map((task) => task.stoppedReason));
    expect([...reasons]).toEqual([`Scaling activity initiated by (deployment ${before?.id})`]);
  });

  test.each([
    ['the same task definition', (same: string) => ({ taskDefinition: same }), 1],
    ['percentages', () => ({ deploymentConfiguration: { maximumPercent: 150 } }), 1],
    ['a grace period', () => ({ healthCheckGracePeriodSeconds: 60 }), 1],
    ['another task definition', (same: string) => ({ taskDefinition: same.replace(/1$/, '2') }), 2],
    ['other subnets', () => ({ networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-c'] } } }), 2],
    ['force', () => ({ forceNewDeployment: true }), 2],
  ])('updated with %s', (_what, update, count) => {
    const fixture = ecsFixture();
    aService(fixture);
    until(fixture, () => completed(fixture));
    aTaskDefinition(fixture, { image: 'app:2' });
    const taskDefinition = theService(fixture).taskDefinition ?? '';
    fixture.call('UpdateService', { cluster: 'main', service: 'api', ...update(taskDefinition) });
    expect(deployments(fixture)).toHaveLength(count);
  });

  test('of one task is replaced in place where no second one may run beside it', () => {
    const fixture = ecsFixture();
    const deploymentConfiguration = { minimumHealthyPercent: 0, maximumPercent: 100 };
    aService(fixture, { desiredCount: 1, deploymentConfiguration });
    until(fixture, () => completed(fixture));
    fixture.call('UpdateService', { cluster: 'main', service: 'api', forceNewDeployment: true });
    let most = 0;
    until(fixture, () => {
      const alive = [...tasksOf(fixture), ...tasksOf(fixture, 'STOPPED')].filter((one) => one.lastStatus !== 'STOPPED');
      most = Math.max(most, alive.length);
      return completed(fixture);
    });
    expect(most).toBe(1);
  });

  test('whose percentages block it says so once, and goes on when they are changed (ECS-DG/service-event-messages-list)', () => {
    const fixture = ecsFixture();
    aService(fixture, { desiredCount: 1, deploymentConfiguration: { minimumHealthyPercent: 50, maximumPercent: 100 } });
    until(fixture, () => completed(fixture));
    const named = { cluster: 'main', service: 'api' };
    fixture.call('UpdateService', { ...named, forceNewDeployment: true });
    fixture.clock.advance(seconds(3600));
    expect(messages(fixture)[0]).toBe(
      '(service api) was unable to stop or start tasks during a deployment because of the service deployment ' +
        'configuration. Update the minimumHealthyPercent or maximumPercent value and try again.',
    );
    expect(messages(fixture)[1]).toMatch(/steady state/);
    fixture.call('UpdateService', { ...named, deploymentConfiguration: { minimumHealthyPercent: 0 } });
    until(fixture, () => completed(fixture));
  });

  test('is COMPLETED only after the last old task has drained', () => {
    const fixture = ecsFixture();
    aService(fixture, { desiredCount: 1 });
    until(fixture, () => completed(fixture));
    const old = tasksOf(fixture)[0]?.taskArn ?? '';
    fixture.call('UpdateService', { cluster: 'main', service: 'api', forceNewDeployment: true });
    until(fixture, () => messages(fixture)[0]?.includes('has begun draining') ?? false);
    expect(deployments(fixture)).toMatchObject([
      { status: 'PRIMARY', rolloutState: 'IN_PROGRESS', runningCount: 1 },
      { status: 'ACTIVE', rolloutState: 'COMPLETED', runningCount: 0 },
    ]);
    until(fixture, () => completed(fixture));
    const { tasks } = fixture.call('DescribeTasks', { cluster: 'main', tasks: [old] });
    expect(tasks?.[0]?.lastStatus).toBe('STOPPED');
  });

  test('that had no tasks starts none of the former revision when the next one comes', () => {
    const store = memoryStore();
    const fixture = ecsFixture({ store });
    aService(fixture, { desiredCount: 0 });
    until(fixture, () => completed(fixture));
    const next = aTaskDefinition(fixture, { image: 'app:2' });
    const update = { cluster: 'main', service: 'api', taskDefinition: next, desiredCount: 2 };
    expect(fixture.call('UpdateService', update).service).toMatchObject({
      desiredCount: 2,
      deployments: [
        { status: 'PRIMARY', desiredCount: 2 },
        { status: 'ACTIVE', desiredCount: 0 },
      ],
    });
    fixture.clock.advance(seconds(1));
    for (const each of [fixture, ecsFixture({ store, app: fixture.app, seed: 'after the restart' })]) {
      until(each, () => completed(each));
      expect([...tasksOf(each), ...tasksOf(each, 'STOPPED')].map((task) => task.taskDefinitionArn)).toEqual([
        next,
        next,
      ]);
    }
  });

  test('replaces a task that dies, and keeps its number', () => {
    const fixture = ecsFixture();
    aService(fixture);
    until(fixture, () => completed(fixture));
    const [victim, other] = tasksOf(fixture).map((task) => task.taskArn?.split('/')[2] ?? '');
    expect(fixture.tasks.kill(victim ?? '')).toBe(true);
    until(fixture, () => theService(fixture).runningCount === 1);
    until(fixture, () => theService(fixture).runningCount === 2);
    expect(tasksOf(fixture, 'STOPPED')[0]).toMatchObject({
      stoppedReason: 'Essential container in task exited',
      containers: [{ exitCode: 137 }],
    });
    expect(tasksOf(fixture).map((task) => task.taskArn?.split('/')[2])).toContain(other);
    expect(deployments(fixture)).toMatchObject([{ rolloutState: 'COMPLETED', failedTasks: 0 }]);
  });

  test('replaces a task whose target turns unhealthy: first the new one, then the end of the old', () => {
    const fixture = ecsFixture();
    const sick = new Set<string>();
    fixture.behaviours.set('app:1', {
      ...healthyBehaviour,
      answer: (request, moment) =>
        sick.has(request.headers.host ?? '') ? answered(503) : healthyBehaviour.answer(request, moment),
    });
    aService(fixture);
    until(fixture, () => completed(fixture));
    const [victim] = tasksOf(fixture);
    sick.add(`${victim?.containers?.[0]?.networkInterfaces?.[0]?.privateIpv4Address}:8080`);
    until(fixture, () => theService(fixture).runningCount === 3);
    until(fixture, () => tasksOf(fixture, 'STOPPED').length === 1);
    const id = victim?.taskArn?.split('/')[2];
    expect(tasksOf(fixture, 'STOPPED')[0]).toMatchObject({
      taskArn: victim?.taskArn,
      stopCode: 'ServiceSchedulerInitiated',
      stoppedReason: `Task failed ELB health checks in (target-group ${fixture.app.blue})`,
    });
    expect(messages(fixture)).toContain(
      `(service api) (task ${id}) (port 8080) is unhealthy in (target-group ${fixture.app.blue}) due to (reason Health checks failed with these codes: [503]).`,
    );
    expect(theService(fixture).runningCount).toBe(2);
  });

  test('leaves a sick task alone during its grace period', () => {
    const fixture = ecsFixture();
    fixture.behaviours.set('app:1', {
      ...healthyBehaviour,
      answer: (request, moment) => (moment.upFor < 200_000 ? answered(503) : healthyBehaviour.answer(request, moment)),
    });
    aService(fixture, { healthCheckGracePeriodSeconds: 400 });
    until(fixture, () => completed(fixture));
    expect(tasksOf(fixture, 'STOPPED')).toEqual([]);
    expect(deployments(fixture)[0]?.failedTasks).toBe(0);
  });

  test('counts a task without any health check as healthy after 40 s', () => {
    const fixture = ecsFixture();
    aService(fixture, { loadBalancers: [], desiredCount: 1 });
    until(fixture, () => theService(fixture).runningCount === 1);
    fixture.clock.advance(seconds(39));
    expect(completed(fixture)).toBe(false);
    fixture.clock.advance(seconds(2));
    expect(completed(fixture)).toBe(true);
  });

  test('that is deleted drains, then is INACTIVE', () => {
    const fixture = ecsFixture();
    aService(fixture);
    until(fixture, () => completed(fixture));
    const named = { cluster: 'main', service: 'api' };
    expect(() => fixture.call('DeleteService', named)).toThrow(
      'The service cannot be stopped while it is scaled above 0.',
    );
    expect(fixture.call('DeleteService', { ...named, force: true }).service?.status).toBe('DRAINING');
    expect(() => fixture.call('UpdateService', { ...named, desiredCount: 1 })).toThrow('Service was not ACTIVE.');
    expect(() => aService(fixture)).toThrow('Unable to Start a service that is still Draining.');
    until(fixture, () => theService(fixture).status === 'INACTIVE');
    expect(tasksOf(fixture, 'STOPPED').map((task) => task.lastStatus)).toEqual(['DEPROVISIONING', 'DEPROVISIONING']);
    aService(fixture);
    until(fixture, () => completed(fixture));
    expect(tasksOf(fixture)).toHaveLength(2);
    expect(fixture.call('ListServices', { cluster: 'main' }).serviceArns).toHaveLength(1);
  });

  test('without tasks is INACTIVE as soon as it is deleted', () => {
    const fixture = ecsFixture();
    aService(fixture, { desiredCount: 0 });
    expect(fixture.call('DeleteService', { cluster: 'main', service: 'api' }).service?.status).toBe('INACTIVE');
  });

  test('survives a restart of the runtime with new tasks, also in the middle of a rollout', () => {
    const store = memoryStore();
    const before = ecsFixture({ store });
    aService(before);
    until(before, () => completed(before));
    const next = aTaskDefinition(before, { image: 'app:2' });
    before.call('UpdateService', { cluster: 'main', service: 'api', taskDefinition: next, desiredCount: 3 });
    before.clock.advance(seconds(10));
    const lost = tasksOf(before).map((task) => task.taskArn);

    const after = ecsFixture({ store, app: before.app, seed: 'after the restart' });
    expect(deployments(after)).toMatchObject([
      { status: 'PRIMARY', taskDefinition: next, rolloutState: 'IN_PROGRESS', runningCount: 0 },
      { status: 'ACTIVE', rolloutState: 'COMPLETED', runningCount: 0 },
    ]);
    expect(tasksOf(after)).toEqual([]);
    until(after, () => completed(after));
    expect(theService(after)).toMatchObject({ desiredCount: 3, runningCount: 3, taskDefinition: next });
    for (const task of tasksOf(after)) expect(lost).not.toContain(task.taskArn);
    expect(after.call('DescribeTaskDefinition', { taskDefinition: 'api' }).taskDefinition?.revision).toBe(2);
  });

  test('rests: the clock has nothing to do for it but health checks', () => {
    const fixture = ecsFixture();
    aService(fixture, { loadBalancers: [] });
    until(fixture, () => completed(fixture));
    fixture.clock.advance(seconds(60));
    expect(fixture.clock.nextAt()).toBeUndefined();
  });

  test('runs alike under the same seed', () => {
    const run = () => {
      const fixture = ecsFixture({ seed: '7' });
      aService(fixture);
      until(fixture, () => completed(fixture));
      return JSON.stringify([theService(fixture), tasksOf(fixture)]);
    };
    expect(run()).toBe(run());
  });
});
