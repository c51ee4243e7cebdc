import { describe, expect, test } from 'vitest';
import { seconds } from '../../../base/index.ts';
import { healthyBehaviour } from '../../tasks/simulated/index.ts';
import { aTaskDefinition, type EcsFixture, ecsFixture, network, refusal, tasksOf } from './ecs-fixture.ts';

const run = (fixture: EcsFixture, change: object = {}) => {
  fixture.call('CreateCluster', { clusterName: 'main' });
  return fixture.call('RunTask', {
    cluster: 'main',
    taskDefinition: aTaskDefinition(fixture),
    networkConfiguration: network,
    launchType: 'FARGATE',
    ...change,
  });
};

describe('RunTask (ECS-API/API_RunTask)', () => {
  test('starts as many as asked for, in their group, for whom they were started', () => {
    const fixture = ecsFixture();
    const { tasks, failures } = run(fixture, { count: 3, group: 'batch', startedBy: 'night' });
    expect(failures).toEqual([]);
    expect(tasks).toHaveLength(3);
    expect(tasks?.[0]).toMatchObject({
      group: 'batch',
      startedBy: 'night',
      lastStatus: 'PROVISIONING',
      desiredStatus: 'RUNNING',
      launchType: 'FARGATE',
      cpu: '256',
      memory: '512',
      platformVersion: '1.4.0',
    });
    expect(refusal(() => run(fixture, { count: 11 }))).toMatch(/^InvalidParameterException/);
    expect(refusal(() => run(fixture, { count: 0 }))).toMatch(/^InvalidParameterException/);
  });

  test('overrides command, environment, size and roles of its tasks alone', () => {
    const fixture = ecsFixture();
    let seen: Readonly<Record<string, string>> = {};
    fixture.behaviours.set('app:1', {
      ...healthyBehaviour,
      answer: (request, moment) => {
        seen = moment.environment;
        return healthyBehaviour.answer(request, moment);
      },
    });
    const overrides = {
      cpu: '1 vCPU',
      memory: '2 GB',
      taskRoleArn: 'arn:aws:iam::000000000000:role/other',
      containerOverrides: [
        { name: 'app', command: ['migrate'], environment: [{ name: 'LEVEL', value: 'debug' }], cpu: 128 },
      ],
    };
    const [task] = run(fixture, { overrides }).tasks ?? [];
    expect(task).toMatchObject({
      cpu: '1024',
      memory: '2048',
      overrides: { ...overrides, cpu: '1024', memory: '2048' },
    });
    fixture.clock.advance(seconds(60));
    const address = tasksOf(fixture)[0]?.containers?.[0]?.networkInterfaces?.[0]?.privateIpv4Address ?? '';
    fixture.tasks.answer(address, 8080, { method: 'GET', path: '/', headers: {} });
    expect(seen.LEVEL).toBe('debug');
    expect(refusal(() => run(fixture, { overrides: { containerOverrides: [{ name: 'web' }] } }))).toBe(
      'InvalidParameterException: Override for container named web is not a container in the TaskDefinition.',
    );
    expect(refusal(() => run(fixture, { overrides: { cpu: '4096' } }))).toMatch(
      /^InvalidParameterException: No Fargate configuration exists for given values: 4096 CPU, 512 memory./,
    );
  });

  test('remembers a client token for a day (ECS-DG/ECS_Idempotency)', () => {
    const fixture = ecsFixture();
    fixture.call('CreateCluster', { clusterName: 'main' });
    const taskDefinition = aTaskDefinition(fixture);
    const again = () => run(fixture, { taskDefinition, clientToken: 'one' }).tasks?.[0]?.taskArn;
    const first = again();
    expect(again()).toBe(first);
    expect(refusal(() => run(fixture, { taskDefinition, clientToken: 'one', group: 'x' }))).toMatch(
      /^ConflictException/,
    );
    fixture.clock.advance(seconds(86_401));
    expect(again()).not.toBe(first);
    expect(refusal(() => run(fixture, { clientToken: 'a b' }))).toMatch(/^InvalidParameterException/);
  });
});
