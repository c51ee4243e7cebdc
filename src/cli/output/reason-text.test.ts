import { expect, test } from 'vitest';
import type { Evidence } from '../../deployment/index.ts';
import { reasonText } from './reason-text.ts';

const task: Evidence['stopped'][number] = {
  arn: 'arn:aws:ecs:eu-west-1:123456789012:task/shop/1',
  taskDefinition: 'shop:2',
  stoppedReason:
    'Task failed ELB health checks in (target-group arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/a/1)',
  stopCode: 'ServiceSchedulerInitiated',
  container: 'shop',
  exitCode: 143,
  stoppedAt: undefined,
};
const target = {
  address: '10.0.0.1:80',
  reason: 'Target.ResponseCodeMismatch',
  description: 'Health checks failed with these codes: [500]',
};

const text = (evidence: Partial<Evidence>) =>
  reasonText({
    kind: 'not-healthy-in-time',
    seconds: 60,
    healthy: 0,
    required: 2,
    evidence: { stopped: [], targets: [], lastLines: [], ...evidence },
  });

test('tasks that failed the target health check are told by what it was answered, without ARNs', () => {
  expect(text({ stopped: [task, task], targets: [target] })).toBe(
    '0 of 2 tasks healthy after 1 min; 2 tasks failed the target health check (it was answered 500)',
  );
});

test('without a target left to ask, the check alone is named', () => {
  expect(text({ stopped: [task] })).toMatch(/; a task failed the target health check$/);
});

test('a target that is not healthy is told by its answer, else by the reason of the load balancer', () => {
  expect(text({ targets: [target] })).toMatch(/; the target health check was answered 500$/);
  const timeout = { ...target, reason: 'Target.Timeout', description: 'Request timed out' };
  expect(text({ targets: [timeout] })).toMatch(/; Target\.Timeout Request timed out$/);
});

test('a task that stopped for another reason keeps its exit code and reason', () => {
  const other = { ...task, exitCode: 1, stopCode: 'EssentialContainerExited', stoppedReason: 'Essential container' };
  expect(text({ stopped: [other], targets: [target] })).toMatch(
    /; a task stopped with exit code 1 \(EssentialContainerExited: Essential container\)$/,
  );
});
