import { describe, expect, test } from 'vitest';
import { ms, seconds } from '../../../base/index.ts';
import { healthyBehaviour } from '../../tasks/simulated/index.ts';
import { createSecret } from '../secrets-manager/create-secret.ts';
import { secretsManager } from '../secrets-manager/index.ts';
import { putParameter } from '../ssm/put-parameter.ts';
import { ssm } from '../ssm/ssm.ts';
import {
  aService,
  aTaskDefinition,
  completed,
  type EcsFixture,
  ecsFixture,
  messages,
  network,
  tasksOf,
  theService,
  until,
} from './ecs-fixture.ts';

const logs = {
  logConfiguration: {
    logDriver: 'awslogs',
    options: { 'awslogs-group': '/app', 'awslogs-stream-prefix': 'ecs', 'awslogs-region': 'eu-central-1' },
  },
} as const;

const onlyTask = (fixture: EcsFixture) => {
  const [task] = [...tasksOf(fixture), ...tasksOf(fixture, 'STOPPED')];
  if (!task) throw new Error('there is no task');
  return task;
};

/** The states that a task goes through from now on, with the seconds since the start of each. */
function statesOf(fixture: EcsFixture, taskArn: string, last: string): [string, number][] {
  const states: [string, number][] = [];
  const from = fixture.clock.monotonic();
  until(fixture, () => {
    const { tasks } = fixture.call('DescribeTasks', { cluster: 'main', tasks: [taskArn] });
    const state = tasks?.[0]?.lastStatus ?? '';
    if (states[states.length - 1]?.[0] !== state) states.push([state, (fixture.clock.monotonic() - from) / 1000]);
    return state === last;
  });
  return states;
}

function runOne(fixture: EcsFixture, taskDefinition = aTaskDefinition(fixture)): string {
  fixture.call('CreateCluster', { clusterName: 'main' });
  const { tasks } = fixture.call('RunTask', {
    cluster: 'main',
    taskDefinition,
    networkConfiguration: network,
    launchType: 'FARGATE',
  });
  return tasks?.[0]?.taskArn ?? '';
}

describe('a task', () => {
  test('shows each state of its start for as long as AWS takes', () => {
    const fixture = ecsFixture();
    expect(statesOf(fixture, runOne(fixture), 'RUNNING')).toEqual([
      ['PROVISIONING', 0],
      ['PENDING', 12],
      ['ACTIVATING', 13],
      ['RUNNING', 25],
    ]);
    expect(onlyTask(fixture)).toMatchObject({
      desiredStatus: 'RUNNING',
      connectivity: 'CONNECTED',
      group: 'family:api',
      containers: [{ name: 'app', lastStatus: 'RUNNING', imageDigest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) }],
      attachments: [{ type: 'ElasticNetworkInterface', status: 'ATTACHED' }],
    });
  });

  test('is a target before it is RUNNING', () => {
    const fixture = ecsFixture();
    aService(fixture, { desiredCount: 1 });
    until(fixture, () => messages(fixture).some((message) => message.includes('registered 1 targets')));
    expect(onlyTask(fixture).lastStatus).toBe('ACTIVATING');
  });

  test('leaves the balancer and waits for the whole drain before SIGTERM', () => {
    const fixture = ecsFixture();
    aService(fixture, { desiredCount: 1 });
    until(fixture, () => completed(fixture));
    const { taskArn = '' } = onlyTask(fixture);
    const { task } = fixture.call('StopTask', { cluster: 'main', task: taskArn, reason: 'by hand' });
    expect(task).toMatchObject({ lastStatus: 'DEACTIVATING', desiredStatus: 'STOPPED', stoppedReason: 'by hand' });
    expect(statesOf(fixture, taskArn, 'STOPPED')).toEqual([
      ['DEACTIVATING', 0],
      // A scheduler's tick to the deregistration, then the group's delay of 300 s.
      ['STOPPING', 305],
      ['DEPROVISIONING', 305.01],
      ['STOPPED', 310.01],
    ]);
    const { tasks } = fixture.call('DescribeTasks', { cluster: 'main', tasks: [taskArn] });
    expect(tasks?.[0]).toMatchObject({
      stopCode: 'UserInitiated',
      containers: [{ exitCode: 0, lastStatus: 'STOPPED' }],
    });
  });

  test('does not wait for a drain whose target group is deleted', () => {
    const fixture = ecsFixture();
    aService(fixture, { desiredCount: 1 });
    until(fixture, () => completed(fixture));
    fixture.call('DeleteService', { cluster: 'main', service: 'api', force: true });
    until(fixture, () => onlyTask(fixture).lastStatus === 'DEACTIVATING');
    fixture.clock.advance(seconds(10));
    fixture.removeGroup(fixture.app.blue);
    until(fixture, () => theService(fixture).status === 'INACTIVE', seconds(30));
  });

  test('is killed when it ignores SIGTERM for longer than its stop time-out', () => {
    const fixture = ecsFixture();
    fixture.behaviours.set('app:1', { ...healthyBehaviour, onSigterm: { kind: 'ignored' } });
    const taskArn = runOne(fixture, aTaskDefinition(fixture, { stopTimeout: 7 }));
    statesOf(fixture, taskArn, 'RUNNING');
    fixture.call('StopTask', { cluster: 'main', task: taskArn });
    expect(statesOf(fixture, taskArn, 'STOPPED')).toEqual([
      ['STOPPING', 0],
      ['DEPROVISIONING', 7],
      ['STOPPED', 12],
    ]);
    expect(onlyTask(fixture).containers?.[0]?.exitCode).toBe(137);
  });

  test('that is stopped while its image is pulled never runs', () => {
    const fixture = ecsFixture();
    fixture.behaviours.set('app:1', { ...healthyBehaviour, pull: { kind: 'pulled', takes: seconds(60) } });
    const taskArn = runOne(fixture);
    statesOf(fixture, taskArn, 'ACTIVATING');
    fixture.call('StopTask', { cluster: 'main', task: taskArn });
    statesOf(fixture, taskArn, 'STOPPED');
    expect(onlyTask(fixture)).toMatchObject({ stopCode: 'UserInitiated' });
    expect(onlyTask(fixture)).not.toHaveProperty('startedAt');
    expect(fixture.tasks.running()).toEqual([]);
  });

  test('tells how it crashed', () => {
    const fixture = ecsFixture();
    fixture.behaviours.set('app:1', { ...healthyBehaviour, life: { kind: 'exits', after: seconds(20), code: 3 } });
    statesOf(fixture, runOne(fixture), 'STOPPED');
    expect(onlyTask(fixture)).toMatchObject({
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
      containers: [{ exitCode: 3 }],
    });
  });

  test('tells why its image could not be pulled', () => {
    const fixture = ecsFixture();
    const reason = 'CannotPullContainerError: app:1: not found';
    fixture.behaviours.set('app:1', { ...healthyBehaviour, pull: { kind: 'failed', reason } });
    statesOf(fixture, runOne(fixture), 'STOPPED');
    expect(onlyTask(fixture)).toMatchObject({
      stopCode: 'TaskFailedToStart',
      stoppedReason: reason,
      containers: [{ reason, lastStatus: 'STOPPED' }],
    });
  });

  test('is forgotten an hour after its end', () => {
    const fixture = ecsFixture();
    const taskArn = runOne(fixture);
    fixture.call('StopTask', { cluster: 'main', task: taskArn });
    statesOf(fixture, taskArn, 'STOPPED');
    fixture.clock.advance(ms(3_599_000));
    expect(tasksOf(fixture, 'STOPPED')).toHaveLength(1);
    fixture.clock.advance(seconds(2));
    expect(tasksOf(fixture, 'STOPPED')).toEqual([]);
    expect(fixture.call('DescribeTasks', { cluster: 'main', tasks: [taskArn] }).failures).toEqual([
      { arn: taskArn, reason: 'MISSING' },
    ]);
  });
});

describe("a task's secrets, environment and output", () => {
  test('come from Parameter Store and appear in no document', () => {
    const fixture = ecsFixture();
    putParameter(
      fixture.world.use(ssm),
      { Name: '/app/url', Value: 'postgres://hush', Type: 'SecureString' },
      { requestId: '', host: '' },
    );
    let seen: Readonly<Record<string, string>> = {};
    fixture.behaviours.set('app:1', {
      ...healthyBehaviour,
      answer: (request, moment) => {
        seen = moment.environment;
        return healthyBehaviour.answer(request, moment);
      },
    });
    const definition = aTaskDefinition(fixture, {
      secrets: [{ name: 'URL', valueFrom: '/app/url' }],
      environment: [{ name: 'LEVEL', value: 'info' }],
    });
    statesOf(fixture, runOne(fixture, definition), 'RUNNING');
    const address = onlyTask(fixture).containers?.[0]?.networkInterfaces?.[0]?.privateIpv4Address ?? '';
    fixture.tasks.answer(address, 8080, { method: 'GET', path: '/', headers: {} });
    expect(seen).toMatchObject({
      URL: 'postgres://hush',
      LEVEL: 'info',
      AWS_REGION: 'eu-central-1',
      AWS_DEFAULT_REGION: 'eu-central-1',
    });
    const shown = [onlyTask(fixture), fixture.call('DescribeTaskDefinition', { taskDefinition: 'api' })];
    expect(JSON.stringify(shown)).not.toContain('hush');
  });

  test('of Secrets Manager come by ARN and key; one without its key keeps the task from starting', () => {
    const secretOf = (fixture: EcsFixture) =>
      createSecret(
        fixture.world.use(secretsManager),
        { Name: 'db', SecretString: '{"password":"hush"}', ClientRequestToken: '00000000-0000-4000-8000-000000000001' },
        { requestId: '', host: '' },
      ).ARN ?? '';
    const start = (key: string, until: 'RUNNING' | 'STOPPED') => {
      const fixture = ecsFixture();
      let seen: Readonly<Record<string, string>> = {};
      fixture.behaviours.set('app:1', {
        ...healthyBehaviour,
        answer: (request, moment) => {
          seen = moment.environment;
          return healthyBehaviour.answer(request, moment);
        },
      });
      const secrets = [{ name: 'PASSWORD', valueFrom: `${secretOf(fixture)}:${key}:AWSCURRENT:` }];
      statesOf(fixture, runOne(fixture, aTaskDefinition(fixture, { secrets })), until);
      const address = onlyTask(fixture).containers?.[0]?.networkInterfaces?.[0]?.privateIpv4Address ?? '';
      if (until === 'RUNNING') fixture.tasks.answer(address, 8080, { method: 'GET', path: '/', headers: {} });
      return { seen, reason: onlyTask(fixture).stoppedReason };
    };
    expect(start('password', 'RUNNING').seen).toMatchObject({ PASSWORD: 'hush' });
    expect(start('user', 'STOPPED').reason).toBe(
      'ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: retrieved secret from Secrets Manager did not contain json key user',
    );
  });

  test('a missing secret keeps it from starting, and the reason names the parameter', () => {
    const fixture = ecsFixture();
    const definition = aTaskDefinition(fixture, { secrets: [{ name: 'URL', valueFrom: '/app/url' }] });
    statesOf(fixture, runOne(fixture, definition), 'STOPPED');
    expect(onlyTask(fixture).stopCode).toBe('TaskFailedToStart');
    expect(onlyTask(fixture).stoppedReason).toMatch(
      /^ResourceInitializationError: unable to pull secrets or registry auth: .*\/app\/url$/,
    );
  });

  test('its lines go to its own stream of its log group', () => {
    const fixture = ecsFixture();
    fixture.behaviours.set('app:1', { ...healthyBehaviour, output: ['listening', 'ready'] });
    const taskArn = runOne(fixture, aTaskDefinition(fixture, logs));
    statesOf(fixture, taskArn, 'RUNNING');
    expect(fixture.output.get(`/app/ecs/app/${taskArn.split('/')[2]}`)).toEqual(['listening', 'ready']);
  });

  test('an absent log group keeps it from starting', () => {
    const fixture = ecsFixture();
    fixture.logGroups.clear();
    statesOf(fixture, runOne(fixture, aTaskDefinition(fixture, logs)), 'STOPPED');
    expect(onlyTask(fixture).stoppedReason).toContain('ResourceInitializationError: failed to validate logger args');
  });
});

describe("a container's health check", () => {
  const checked = { healthCheck: { command: ['CMD-SHELL', 'true'], interval: 10, retries: 2, startPeriod: 30 } };

  test('decides the health of the task', () => {
    const fixture = ecsFixture();
    let exitCode: number | undefined = 1;
    fixture.behaviours.set('app:1', { ...healthyBehaviour, healthCommand: () => exitCode });
    statesOf(fixture, runOne(fixture, aTaskDefinition(fixture, checked)), 'RUNNING');
    const health = () => [onlyTask(fixture).healthStatus, onlyTask(fixture).containers?.[0]?.healthStatus];
    fixture.clock.advance(seconds(15));
    expect(health()).toEqual(['UNKNOWN', 'UNKNOWN']);
    exitCode = 0;
    fixture.clock.advance(seconds(10));
    expect(health()).toEqual(['HEALTHY', 'HEALTHY']);
    exitCode = undefined;
    fixture.clock.advance(seconds(12));
    expect(health()).toEqual(['HEALTHY', 'HEALTHY']);
    fixture.clock.advance(seconds(20));
    expect(health()).toEqual(['UNHEALTHY', 'UNHEALTHY']);
  });

  test('replaces a task of a service that fails it', () => {
    const fixture = ecsFixture();
    const sick = new Set<string>();
    fixture.behaviours.set('app:1', {
      ...healthyBehaviour,
      healthCommand: ({ upFor }) => (sick.has('first') && upFor > 60_000 ? 1 : 0),
    });
    const taskDefinition = aTaskDefinition(fixture, checked);
    aService(fixture, { desiredCount: 1, taskDefinition });
    until(fixture, () => completed(fixture));
    const { taskArn } = onlyTask(fixture);
    sick.add('first');
    until(fixture, () => tasksOf(fixture, 'STOPPED').some((task) => task.taskArn === taskArn));
    expect(tasksOf(fixture, 'STOPPED')[0]).toMatchObject({
      stopCode: 'ServiceSchedulerInitiated',
      stoppedReason: 'Task failed container health checks',
    });
    expect(messages(fixture)).toContain(
      `(service api) (task ${taskArn?.split('/')[2]}) failed container health checks.`,
    );
    expect(messages(fixture).join()).toContain('Amazon ECS replaced 1 tasks due to an unhealthy status.');
  });
});
