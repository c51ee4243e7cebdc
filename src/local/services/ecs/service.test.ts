import { describe, expect, test } from 'vitest';
import { ms } from '../../../base/index.ts';
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
});
