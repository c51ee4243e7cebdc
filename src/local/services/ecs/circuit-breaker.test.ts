import { describe, expect, test } from 'vitest';
import { seconds } from '../../../base/index.ts';
import { answered, type Behaviour, healthyBehaviour } from '../../tasks/simulated/index.ts';
import { failureThreshold } from './deployment.ts';
import {
  aService,
  aTaskDefinition,
  completed,
  deployments,
  type EcsFixture,
  ecsFixture,
  messages,
  tasksOf,
  theService,
  until,
} from './ecs-fixture.ts';

const crashing: Behaviour = { ...healthyBehaviour, life: { kind: 'exits', after: seconds(1), code: 1 } };
const unhealthy: Behaviour = { ...healthyBehaviour, answer: () => answered(500) };

const configuration = (rollback: boolean) => ({ deploymentCircuitBreaker: { enable: true, rollback } });

function deployBad(fixture: EcsFixture, behaviour: Behaviour): string {
  fixture.behaviours.set('app:bad', behaviour);
  const bad = aTaskDefinition(fixture, { image: 'app:bad' });
  fixture.call('UpdateService', { cluster: 'main', service: 'api', taskDefinition: bad });
  return bad;
}

describe('the circuit breaker', () => {
  test.each([
    [1, 3],
    [6, 3],
    [7, 4],
    [25, 13],
    [400, 200],
    [800, 200],
  ])('of %i desired tasks opens after %i failures', (desired, failures) => {
    expect(failureThreshold({}, desired)).toBe(failures);
  });

  test.each([
    ['COUNT' as const, 1, 10, 1],
    ['UNBOUNDED_PERCENT' as const, 10, 10, 1],
    ['BOUNDED_PERCENT' as const, 100, 10, 10],
  ])('counts by %s %i', (type, value, desired, failures) => {
    const deploymentCircuitBreaker = { enable: true, rollback: false, thresholdConfiguration: { type, value } };
    expect(failureThreshold({ deploymentCircuitBreaker }, desired)).toBe(failures);
  });

  test.each([
    ['crash at start', crashing],
    ['fail target health', unhealthy],
  ])('ends a deployment whose tasks %s, and leaves the former one alone', (_what, behaviour) => {
    const fixture = ecsFixture();
    aService(fixture, { deploymentConfiguration: configuration(false) });
    until(fixture, () => completed(fixture));
    const before = tasksOf(fixture).map((task) => task.taskArn);
    deployBad(fixture, behaviour);
    until(fixture, () => deployments(fixture)[0]?.rolloutState === 'FAILED', seconds(7200));
    expect(deployments(fixture)[0]).toMatchObject({
      status: 'PRIMARY',
      rolloutStateReason: 'ECS deployment circuit breaker: tasks failed to start.',
    });
    expect(deployments(fixture)[0]?.failedTasks).toBeGreaterThanOrEqual(3);
    expect(messages(fixture).join()).toContain('deployment failed: tasks failed to start.');
    const launched = tasksOf(fixture).length + tasksOf(fixture, 'STOPPED').length;
    fixture.clock.advance(seconds(3000));
    const running = tasksOf(fixture).map((task) => task.taskArn);
    expect(running).toEqual(expect.arrayContaining(before));
    expect(tasksOf(fixture).length + tasksOf(fixture, 'STOPPED').length).toBeLessThanOrEqual(launched);
  });

  test('rolls back to the last completed deployment, after which the service is stable', () => {
    const fixture = ecsFixture();
    aService(fixture, { deploymentConfiguration: configuration(true) });
    until(fixture, () => completed(fixture));
    const [good] = deployments(fixture);
    const before = tasksOf(fixture).map((task) => task.taskArn);
    deployBad(fixture, crashing);
    until(
      fixture,
      () => messages(fixture).includes(`(service api) rolling back to deployment ${good?.id}.`),
      seconds(7200),
    );
    expect(deployments(fixture)[0]).toMatchObject({
      id: good?.id,
      status: 'PRIMARY',
      rolloutStateReason: `ECS deployment circuit breaker: rolling back to deploymentId ${good?.id}.`,
    });
    until(fixture, () => completed(fixture));
    expect(theService(fixture).taskDefinition).toBe(good?.taskDefinition);
    expect(tasksOf(fixture).map((task) => task.taskArn)).toEqual(before);
  });

  test('has nothing to roll a first deployment back to', () => {
    const fixture = ecsFixture();
    fixture.behaviours.set('app:1', crashing);
    aService(fixture, { deploymentConfiguration: configuration(true) });
    until(fixture, () => deployments(fixture)[0]?.rolloutState === 'FAILED', seconds(7200));
    fixture.clock.advance(seconds(3000));
    expect(deployments(fixture)).toHaveLength(1);
    expect(theService(fixture).runningCount).toBe(0);
  });

  const shortLived: Behaviour = { ...healthyBehaviour, life: { kind: 'exits', after: seconds(60), code: 1 } };

  test('counts a task that ends before its target was ever healthy', () => {
    const fixture = ecsFixture();
    aService(fixture, { deploymentConfiguration: configuration(false) });
    until(fixture, () => completed(fixture));
    deployBad(fixture, { ...shortLived, answer: () => answered(503) });
    until(fixture, () => deployments(fixture)[0]?.rolloutState === 'FAILED', seconds(7200));
  });

  test('does not count one that was RUNNING and has no health check', () => {
    const fixture = ecsFixture();
    fixture.behaviours.set('app:1', { ...shortLived, life: { kind: 'exits', after: seconds(30), code: 1 } });
    aService(fixture, { loadBalancers: [], desiredCount: 1, deploymentConfiguration: configuration(false) });
    fixture.clock.advance(seconds(3600));
    expect(tasksOf(fixture, 'STOPPED').length).toBeGreaterThan(3);
    expect(deployments(fixture)[0]).toMatchObject({ rolloutState: 'IN_PROGRESS', failedTasks: 0 });
  });

  test.each([
    [true, 0],
    [false, 2],
  ])('with resetOnHealthyTask %s shows %i failures after a task was healthy', (resetOnHealthyTask, failures) => {
    const fixture = ecsFixture();
    fixture.behaviours.set('app:1', crashing);
    const deploymentCircuitBreaker = { enable: true, rollback: false, resetOnHealthyTask };
    aService(fixture, { desiredCount: 1, deploymentConfiguration: { deploymentCircuitBreaker } });
    until(fixture, () => deployments(fixture)[0]?.failedTasks === 2, seconds(7200));
    fixture.behaviours.set('app:1', healthyBehaviour);
    until(fixture, () => completed(fixture), seconds(7200));
    expect(deployments(fixture)[0]?.failedTasks).toBe(failures);
  });

  test('follows the desired count while it goes on', () => {
    const fixture = ecsFixture();
    aService(fixture, { desiredCount: 1, deploymentConfiguration: configuration(false) });
    until(fixture, () => completed(fixture));
    fixture.call('UpdateService', { cluster: 'main', service: 'api', desiredCount: 10 });
    deployBad(fixture, crashing);
    until(fixture, () => deployments(fixture)[0]?.rolloutState === 'FAILED', seconds(7200));
    expect(deployments(fixture)[0]?.failedTasks).toBeGreaterThanOrEqual(5);
  });

  test('counts from 0 again once a task runs well', () => {
    const fixture = ecsFixture();
    fixture.behaviours.set('app:1', crashing);
    aService(fixture, { desiredCount: 1 });
    until(fixture, () => deployments(fixture)[0]?.failedTasks === 2, seconds(7200));
    fixture.behaviours.set('app:1', healthyBehaviour);
    until(fixture, () => completed(fixture), seconds(7200));
    expect(deployments(fixture)[0]?.failedTasks).toBe(0);
  });

  test('switched off lets the scheduler try on, ever more slowly', () => {
    const fixture = ecsFixture();
    fixture.behaviours.set('app:1', crashing);
    aService(fixture, { desiredCount: 1 });
    fixture.clock.advance(seconds(86_400));
    // The delay between two attempts grows to 27 minutes, and an hour of attempts is to be seen.
    const tried = tasksOf(fixture, 'STOPPED').length;
    expect(tried).toBeLessThanOrEqual(3);
    expect(tried).toBeGreaterThanOrEqual(2);
    expect(deployments(fixture)[0]?.rolloutState).toBe('IN_PROGRESS');
    expect(messages(fixture)).toContain('(service api) is unable to consistently start tasks successfully.');
  });
});
