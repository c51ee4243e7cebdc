import { describe, expect, test } from 'vitest';
import { seconds } from '../../../base/index.ts';
import {
  aService,
  aTaskDefinition,
  completed,
  deployments,
  type EcsFixture,
  ecsFixture,
  messages,
  theService,
  until,
} from './ecs-fixture.ts';

const named = { cluster: 'main', service: 'api' };

const described = ({ call }: EcsFixture, arn: string) =>
  call('DescribeServiceDeployments', { serviceDeploymentArns: [arn] }).serviceDeployments?.[0];

/** A service that watches `errors`, with its first deployment behind it. */
function watching(rollback: boolean): EcsFixture {
  const fixture = ecsFixture();
  fixture.alarms.set('errors', 'OK');
  const alarms = { alarmNames: ['errors'], enable: true, rollback };
  aService(fixture, { deploymentConfiguration: { alarms } });
  until(fixture, () => completed(fixture));
  return fixture;
}

const deploy = (fixture: EcsFixture): string =>
  fixture.call('UpdateService', { ...named, taskDefinition: aTaskDefinition(fixture) }).service
    ?.currentServiceDeployment ?? '';

describe('the alarms of a deployment (ECS-DG/deployment-alarm-failure)', () => {
  test('are watched for a bake time after the last old task is gone', () => {
    const fixture = watching(true);
    const arn = deploy(fixture);
    until(fixture, () => deployments(fixture).length === 1);
    expect(deployments(fixture)[0]).toMatchObject({ rolloutState: 'IN_PROGRESS', runningCount: 2 });
    expect(described(fixture, arn)?.alarms).toEqual({
      status: 'MONITORING',
      alarmNames: ['errors'],
      triggeredAlarmNames: [],
    });
    fixture.clock.advance(seconds(175));
    expect(deployments(fixture)[0]?.rolloutState).toBe('IN_PROGRESS');
    fixture.clock.advance(seconds(10));
    expect(deployments(fixture)[0]?.rolloutState).toBe('COMPLETED');
    expect(described(fixture, arn)).toMatchObject({ status: 'SUCCESSFUL', alarms: { status: 'MONITORING_COMPLETE' } });
    // Nobody watches any more.
    fixture.alarms.set('errors', 'ALARM');
    fixture.clock.advance(seconds(600));
    expect(deployments(fixture)[0]?.rolloutState).toBe('COMPLETED');
  });

  test('roll it back when one of them fires, also while it bakes', () => {
    const fixture = watching(true);
    const [good] = deployments(fixture);
    const arn = deploy(fixture);
    const failed = deployments(fixture)[0]?.id;
    until(fixture, () => deployments(fixture).length === 1);
    fixture.alarms.set('errors', 'ALARM');
    until(fixture, () => deployments(fixture)[0]?.id === good?.id, seconds(30));
    expect(messages(fixture)).toContain(`(service api) (deployment ${failed}) deployment failed: alarm detected.`);
    expect(messages(fixture)).toContain(`(service api) rolling back to deployment ${good?.id}.`);
    expect(deployments(fixture)[1]).toMatchObject({
      id: failed,
      rolloutState: 'FAILED',
      rolloutStateReason: 'ECS deployment failed: alarm detected.',
    });
    until(fixture, () => completed(fixture));
    expect(theService(fixture).taskDefinition).toBe(good?.taskDefinition);
    expect(described(fixture, arn)).toMatchObject({
      status: 'ROLLBACK_SUCCESSFUL',
      alarms: { status: 'TRIGGERED', triggeredAlarmNames: ['errors'] },
    });
  });

  test('end it without a rollback where none is wished', () => {
    const fixture = watching(false);
    const arn = deploy(fixture);
    until(fixture, () => deployments(fixture)[0]?.runningCount === 2);
    fixture.alarms.set('errors', 'ALARM');
    until(fixture, () => described(fixture, arn)?.status === 'STOPPED', seconds(60));
    expect(deployments(fixture)[0]).toMatchObject({ status: 'PRIMARY', rolloutState: 'FAILED' });
  });

  test('are ignored for the whole of one that began while one of them was in ALARM', () => {
    const fixture = watching(true);
    fixture.alarms.set('errors', 'ALARM');
    const arn = deploy(fixture);
    until(fixture, () => deployments(fixture)[0]?.runningCount === 2);
    fixture.alarms.set('errors', 'OK');
    fixture.clock.advance(seconds(10));
    fixture.alarms.set('errors', 'ALARM');
    until(fixture, () => completed(fixture));
    expect(described(fixture, arn)).toMatchObject({ status: 'SUCCESSFUL', alarms: { status: 'DISABLED' } });
  });

  test('are those that the update names which starts it', () => {
    const fixture = ecsFixture();
    fixture.alarms.set('errors', 'OK');
    aService(fixture);
    until(fixture, () => completed(fixture));
    const alarms = { alarmNames: ['errors'], enable: true, rollback: true };
    const update = { ...named, forceNewDeployment: true, deploymentConfiguration: { alarms } };
    const arn = fixture.call('UpdateService', update).service?.currentServiceDeployment ?? '';
    expect(described(fixture, arn)?.alarms).toMatchObject({ status: 'MONITORING', alarmNames: ['errors'] });
  });
});
