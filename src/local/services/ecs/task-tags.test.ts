import { describe, expect, test } from 'vitest';
import { aService, aTaskDefinition, ecsFixture, network, refusal, tasksOf, theService, until } from './ecs-fixture.ts';

describe('the tags of tasks (ECS-DG/ecs-using-tags)', () => {
  const described = (fixture: ReturnType<typeof ecsFixture>) => {
    until(fixture, () => tasksOf(fixture).length > 0);
    const { taskArns = [] } = fixture.call('ListTasks', { cluster: 'main' });
    return fixture.call('DescribeTasks', { cluster: 'main', tasks: taskArns, include: ['TAGS'] }).tasks?.[0]?.tags;
  };

  test('come from the service, and ECS adds its own', () => {
    const fixture = ecsFixture();
    const tags = [{ key: 'team', value: 'a' }];
    aService(fixture, { desiredCount: 1, tags, propagateTags: 'SERVICE', enableECSManagedTags: true });
    expect(theService(fixture)).toMatchObject({ propagateTags: 'SERVICE', enableECSManagedTags: true });
    expect(described(fixture)).toEqual([
      ...tags,
      { key: 'aws:ecs:clusterName', value: 'main' },
      { key: 'aws:ecs:serviceName', value: 'api' },
    ]);
  });

  test('come from the task definition, without those of the service', () => {
    const fixture = ecsFixture();
    const taskDefinition = aTaskDefinition(fixture);
    fixture.call('TagResource', { resourceArn: taskDefinition, tags: [{ key: 'from', value: 'definition' }] });
    aService(fixture, { taskDefinition, propagateTags: 'TASK_DEFINITION', tags: [{ key: 'from', value: 'service' }] });
    expect(described(fixture)).toEqual([{ key: 'from', value: 'definition' }]);
  });

  test('are none unless they are asked for', () => {
    const fixture = ecsFixture();
    aService(fixture, { tags: [{ key: 'team', value: 'a' }] });
    expect(described(fixture)).toEqual([]);
  });

  test("given to RunTask win over the task definition's", () => {
    const fixture = ecsFixture();
    fixture.call('CreateCluster', { clusterName: 'main' });
    const taskDefinition = aTaskDefinition(fixture);
    fixture.call('TagResource', {
      resourceArn: taskDefinition,
      tags: [
        { key: 'a', value: '1' },
        { key: 'b', value: '1' },
      ],
    });
    const run = {
      cluster: 'main',
      taskDefinition,
      networkConfiguration: network,
      launchType: 'FARGATE' as const,
      propagateTags: 'TASK_DEFINITION' as const,
      enableECSManagedTags: true,
      tags: [{ key: 'b', value: '2' }],
    };
    expect(fixture.call('RunTask', run).tasks?.[0]?.tags).toEqual([
      { key: 'a', value: '1' },
      { key: 'b', value: '2' },
      { key: 'aws:ecs:clusterName', value: 'main' },
    ]);
    expect(refusal(() => fixture.call('RunTask', { ...run, propagateTags: 'SERVICE' }))).toMatch(/^InvalidParameter/);
  });

  test('of every kind of resource are written, listed and removed; no key begins with aws:', () => {
    const fixture = ecsFixture();
    aService(fixture, { desiredCount: 1, enableECSManagedTags: true });
    until(fixture, () => tasksOf(fixture).length > 0);
    const { call } = fixture;
    const { serviceArn, clusterArn, taskDefinition } = theService(fixture);
    for (const resourceArn of [serviceArn, clusterArn, taskDefinition, tasksOf(fixture)[0]?.taskArn]) {
      const before = call('ListTagsForResource', { resourceArn }).tags ?? [];
      call('TagResource', { resourceArn, tags: [{ key: 'k', value: 'v' }] });
      expect(call('ListTagsForResource', { resourceArn }).tags).toEqual([...before, { key: 'k', value: 'v' }]);
      call('UntagResource', { resourceArn, tagKeys: ['k'] });
      expect(call('ListTagsForResource', { resourceArn }).tags).toEqual(before);
      expect(refusal(() => call('TagResource', { resourceArn, tags: [{ key: 'aws:x', value: '' }] }))).toMatch(
        /^InvalidParameterException/,
      );
    }
    expect(refusal(() => call('ListTagsForResource', { resourceArn: `${serviceArn}-other` }))).toMatch(
      /^InvalidParameterException/,
    );
    expect(refusal(() => call('ListTagsForResource', { resourceArn: `${clusterArn}-other` }))).toMatch(
      /^ClusterNotFoundException/,
    );
  });
});
