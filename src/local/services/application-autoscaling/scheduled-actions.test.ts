import { describe, expect, test } from 'vitest';
import { seconds } from '../../../base/index.ts';
import { memoryStore } from '../../store/memory-store.ts';
import { theService } from '../ecs/ecs-fixture.ts';
import { activities, desiredAfter, type ScalingFixture, scalingFixture, target, theTarget } from './scaling-fixture.ts';

// The clock begins at 2026-01-01T00:00:00Z, a Thursday; the service needs a minute or two.
const action = {
  ...target,
  ScheduledActionName: 'morning',
  Schedule: 'cron(0 7 * * ? *)',
  ScalableTargetAction: { MinCapacity: 3, MaxCapacity: 5 },
};
const hours = (count: number) => seconds(count * 3600);

function registered(options: Parameters<typeof scalingFixture>[0] = {}): ScalingFixture {
  const fixture = scalingFixture(options);
  if (!options.app) fixture.scale('RegisterScalableTarget', { ...target, MinCapacity: 1, MaxCapacity: 8 });
  return fixture;
}

const described = ({ scale }: ScalingFixture) => scale('DescribeScheduledActions', target).ScheduledActions ?? [];

describe('PutScheduledAction (AAS-API/API_PutScheduledAction)', () => {
  test('is told as it was given', () => {
    const fixture = registered();
    const StartTime = new Date('2026-02-01T00:00:00Z');
    fixture.scale('PutScheduledAction', { ...action, Timezone: 'Europe/Berlin', StartTime });
    expect(described(fixture)).toEqual([
      {
        ...action,
        Timezone: 'Europe/Berlin',
        StartTime,
        ScheduledActionARN: expect.stringMatching(
          /^arn:aws:autoscaling:eu-central-1:000000000000:scheduledAction:[0-9a-f-]{36}:resource\/ecs\/service\/main\/api:scheduledActionName\/morning$/,
        ),
        CreationTime: expect.any(Date),
      },
    ]);
  });

  test('keeps what an update leaves out, but not start and end', () => {
    const fixture = registered();
    const StartTime = new Date('2026-02-01T00:00:00Z');
    fixture.scale('PutScheduledAction', { ...action, Timezone: 'Europe/Berlin', StartTime });
    fixture.scale('PutScheduledAction', {
      ...target,
      ScheduledActionName: 'morning',
      ScalableTargetAction: { MaxCapacity: 9 },
    });
    const [changed] = described(fixture);
    expect(changed).toMatchObject({ Schedule: action.Schedule, Timezone: 'Europe/Berlin' });
    expect(changed?.ScalableTargetAction).toEqual({ MaxCapacity: 9 });
    expect(changed).not.toHaveProperty('StartTime');
  });

  test.each([
    [
      'a target that is not registered',
      { ...action, ResourceId: 'service/main/x' },
      'ObjectNotFoundException: No scalable target registered for service namespace: ecs, resource ID: service/main/x, scalable dimension: ecs:service:DesiredCount',
    ],
    ['no schedule', { ...action, Schedule: undefined }, 'ValidationException: Schedule must be specified'],
    [
      'a wrong schedule',
      { ...action, Schedule: 'cron(0 7 * * *)' },
      'ValidationException: Invalid schedule expression: cron(0 7 * * *)',
    ],
    [
      'a wrong time zone',
      { ...action, Timezone: 'Europe/Berln' },
      'ValidationException: Invalid timezone: Europe/Berln',
    ],
    [
      'no limits',
      { ...action, ScalableTargetAction: undefined },
      'ValidationException: ScalableTargetAction must be specified',
    ],
    [
      'empty limits',
      { ...action, ScalableTargetAction: {} },
      'ValidationException: At least one of minimum capacity and maximum capacity must be specified',
    ],
    [
      'crossed limits',
      { ...action, ScalableTargetAction: { MinCapacity: 3, MaxCapacity: 2 } },
      'ValidationException: Maximum capacity cannot be less than minimum capacity',
    ],
    [
      'negative limits',
      { ...action, ScalableTargetAction: { MinCapacity: -1 } },
      'ValidationException: Minimum and maximum capacity cannot be less than 0',
    ],
    [
      'an end before the start',
      { ...action, StartTime: new Date(2000), EndTime: new Date(1000) },
      'ValidationException: EndTime must be after StartTime',
    ],
  ])('refuses %s', (_, input, words) => {
    const fixture = registered();
    expect(fixture.refusal('PutScheduledAction', input as typeof action)).toBe(words);
  });

  test('refuses a name that the model does not allow, and more than 200', () => {
    const fixture = registered();
    expect(fixture.refusal('PutScheduledAction', { ...action, ScheduledActionName: 'a/b' })).toMatch(
      /^ValidationException: 1 validation error detected: Value 'a\/b' at 'scheduledActionName'/,
    );
    for (let n = 0; n < 200; n++) fixture.scale('PutScheduledAction', { ...action, ScheduledActionName: `a${n}` });
    expect(fixture.refusal('PutScheduledAction', action)).toMatch(/^LimitExceededException: /);
  });
});

describe('DescribeScheduledActions and DeleteScheduledAction', () => {
  test('find by name, in pages, and take away', () => {
    const fixture = registered();
    for (const ScheduledActionName of ['b', 'c', 'a'])
      fixture.scale('PutScheduledAction', { ...action, ScheduledActionName });
    const list = (input: object) => {
      const { ScheduledActions = [], NextToken } = fixture.scale('DescribeScheduledActions', {
        ServiceNamespace: 'ecs',
        ...input,
      });
      return { names: ScheduledActions.map((one) => one.ScheduledActionName).join(''), NextToken };
    };
    expect(list({ ScheduledActionNames: ['c', 'x'] }).names).toBe('c');
    const first = list({ MaxResults: 2 });
    expect([first.names, list({ NextToken: first.NextToken }).names]).toEqual(['ab', 'c']);
    fixture.scale('DeleteScheduledAction', { ...target, ScheduledActionName: 'a' });
    expect(fixture.refusal('DeleteScheduledAction', { ...target, ScheduledActionName: 'a' })).toBe(
      'ObjectNotFoundException: No scheduled action found for service namespace: ecs, resource ID: service/main/api, scalable dimension: ecs:service:DesiredCount, scheduled action name: a',
    );
    fixture.scale('DeregisterScalableTarget', target);
    expect(list({}).names).toBe('');
  });
});

describe('a scheduled action', () => {
  test('sets the limits when it is due, and clamps the service', () => {
    const fixture = registered();
    fixture.scale('PutScheduledAction', action);
    fixture.clock.advance(hours(6.9));
    expect(theTarget(fixture)).toMatchObject({ MinCapacity: 1, MaxCapacity: 8 });
    expect(desiredAfter(fixture, hours(0.2))).toBe(3);
    expect(theTarget(fixture)).toMatchObject({ MinCapacity: 3, MaxCapacity: 5 });
    expect(activities(fixture)).toMatchObject([
      { Description: 'Setting desired count to 3.', Cause: 'minimum capacity was set to 3' },
      {
        Description: 'Setting min capacity to 3 and max capacity to 5',
        Cause: 'scheduled action name morning was triggered',
        StatusMessage: 'Successfully set min capacity to 3 and max capacity to 5',
        StatusCode: 'Successful',
      },
    ]);
  });

  test('runs at its start time, then by its schedule, and not after its end', () => {
    const fixture = registered();
    const day = (text: string) => new Date(`2026-01-${text}:00Z`);
    fixture.scale('PutScheduledAction', { ...action, StartTime: day('02T03:00'), EndTime: day('03T12:00') });
    fixture.clock.advance(hours(24 * 5));
    const ran = activities(fixture).filter(({ Cause }) => Cause?.startsWith('scheduled action'));
    expect(ran.map(({ StartTime }) => StartTime?.toISOString().slice(5, 16))).toEqual([
      '01-03T07:00',
      '01-02T07:00',
      '01-02T03:00',
    ]);
  });

  test('at one time runs once', () => {
    const fixture = registered();
    fixture.scale('PutScheduledAction', { ...action, Schedule: 'at(2026-01-02T03:00:00)', Timezone: 'Etc/GMT-1' });
    fixture.clock.advance(hours(72));
    const ran = activities(fixture).filter(({ Cause }) => Cause?.startsWith('scheduled action'));
    expect(ran.map(({ StartTime }) => StartTime?.toISOString().slice(5, 16))).toEqual(['01-02T02:00']);
  });

  test('does not run while scheduled scaling is suspended, and is not made up for', () => {
    const fixture = registered();
    fixture.scale('PutScheduledAction', action);
    const suspend = (on: boolean) =>
      fixture.scale('RegisterScalableTarget', { ...target, SuspendedState: { ScheduledScalingSuspended: on } });
    suspend(true);
    fixture.clock.advance(hours(12));
    suspend(false);
    fixture.clock.advance(hours(1));
    expect(theTarget(fixture)).toMatchObject({ MinCapacity: 1 });
    fixture.clock.advance(hours(24));
    expect(theTarget(fixture)).toMatchObject({ MinCapacity: 3 });
  });

  test('that would cross the limits fails, and changes nothing', () => {
    const fixture = registered();
    fixture.scale('PutScheduledAction', { ...action, ScalableTargetAction: { MinCapacity: 9 } });
    fixture.clock.advance(hours(12));
    expect(theTarget(fixture)).toMatchObject({ MinCapacity: 1, MaxCapacity: 8 });
    expect(activities(fixture)).toMatchObject([{ StatusCode: 'Failed' }]);
    expect(theService(fixture).desiredCount).toBe(2);
  });

  test('survives a restart', () => {
    const store = memoryStore();
    const before = registered({ store });
    before.scale('PutScheduledAction', action);
    const after = registered({ store, app: before.app });
    after.clock.advance(hours(12));
    expect(theTarget(after)).toMatchObject({ MinCapacity: 3, MaxCapacity: 5 });
  });
});
