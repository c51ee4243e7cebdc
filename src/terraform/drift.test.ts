import { describe, expect, test } from 'vitest';
import type { Json } from '../base/index.ts';
import { driftOf } from './drift.ts';
import { type Attributes, parsePlan } from './plan.ts';

interface Told {
  readonly address: string;
  readonly actions?: readonly string[];
  readonly before: Attributes | null;
  readonly after: Attributes | null;
}

/** As `terraform show -json` prints a plan. */
function aPlan(drift: readonly Told[], changes: readonly Told[] = [], planned: readonly Json[] = []) {
  const change = ({ address, actions = ['update'], before, after }: Told) => ({
    address,
    type: /(aws_\w+)/.exec(address)?.[1] ?? '',
    change: { actions, before, after },
  });
  const module = { address: 'module.service["api"]', resources: planned };
  return parsePlan(
    JSON.stringify({
      format_version: '1.2',
      resource_drift: drift.map(change),
      resource_changes: changes.map(change),
      planned_values: { root_module: { child_modules: [module] } },
    }),
  );
}

const ecs = 'module.service["api"].aws_ecs_service.this["blue"]';
const group = 'module.service["api"].aws_lb_target_group.this["blue"]';
const rule = 'module.service["api"].aws_lb_listener_rule.production["main"]';

describe('drift', () => {
  test('of what the engine owns is what a deployment did', () => {
    const found = driftOf(
      aPlan([
        { address: ecs, before: { desired_count: 0, name: 'a' }, after: { desired_count: 2, name: 'a' } },
        { address: rule, before: { action: [{ weight: 100 }] }, after: { action: [{ weight: 0 }] } },
      ]),
    );
    expect(found.deployed).toEqual([
      { address: ecs, service: 'api', attribute: 'desired_count', from: 0, to: 2 },
      expect.objectContaining({ address: rule, attribute: 'action' }),
    ]);
    expect(found.drifted).toEqual([]);
  });

  test('is what the next apply would change back', () => {
    const found = driftOf(
      aPlan(
        [{ address: group, before: { port: 80, slow_start: 0 }, after: { port: 80, slow_start: 30 } }],
        [{ address: group, before: { port: 80, slow_start: 30 }, after: { port: 80, slow_start: 0 } }],
      ),
    );
    expect(found.drifted).toEqual([{ address: group, service: 'api', attribute: 'slow_start', from: 0, to: 30 }]);
    expect(found.unapplied).toEqual([]);
  });

  test('is no attribute that follows from others and that nobody would change back', () => {
    const arns = { before: { load_balancer_arns: [] }, after: { load_balancer_arns: ['arn:…'] } };
    expect(driftOf(aPlan([{ address: group, ...arns }]))).toEqual({
      ...{ deployed: [], waiting: [], drifted: [], unapplied: [] },
    });
  });

  test('is a resource that is gone and would be made again', () => {
    const gone = { address: group, actions: ['delete'], before: { port: 80 }, after: null };
    const again = { address: group, actions: ['create'], before: null, after: { port: 80 } };
    expect(driftOf(aPlan([gone], [again])).drifted).toEqual([
      { address: group, service: 'api', attribute: null, from: 'there', to: 'gone' },
    ]);
    expect(driftOf(aPlan([gone])).drifted).toEqual([]);
  });

  test('is not what the files ask for and nobody applied', () => {
    const change = { address: group, before: { slow_start: 0 }, after: { slow_start: 30 } };
    const found = driftOf(aPlan([], [change]));
    expect(found.drifted).toEqual([]);
    expect(found.unapplied).toEqual([{ address: group, action: 'update' }]);
  });

  const document = (subnets: readonly string[]) =>
    JSON.stringify({ wanted: { subnets, securityGroups: ['sg-1'], assignPublicIp: false } });
  const parameter = (subnets: readonly string[]) => ({
    address: 'module.service["api"].aws_ssm_parameter.this',
    type: 'aws_ssm_parameter',
    mode: 'managed',
    values: { insecure_value: document(subnets) },
  });
  const colour = (tasks: number) => ({
    address: ecs,
    type: 'aws_ecs_service',
    mode: 'managed',
    values: {
      desired_count: tasks,
      network_configuration: [
        { subnets: ['subnet-2', 'subnet-1'], security_groups: ['sg-1'], assign_public_ip: false },
      ],
    },
  });

  test('waits for a deployment where tasks stand elsewhere than what is published', () => {
    expect(driftOf(aPlan([], [], [parameter(['subnet-3']), colour(2)])).waiting).toEqual([
      {
        address: ecs,
        service: 'api',
        attribute: 'network_configuration.subnets',
        from: ['subnet-1', 'subnet-2'],
        to: ['subnet-3'],
      },
    ]);
  });

  test('waits for nothing where there is no task, or the order alone differs', () => {
    expect(driftOf(aPlan([], [], [parameter(['subnet-3']), colour(0)])).waiting).toEqual([]);
    expect(driftOf(aPlan([], [], [parameter(['subnet-1', 'subnet-2']), colour(2)])).waiting).toEqual([]);
  });
});
