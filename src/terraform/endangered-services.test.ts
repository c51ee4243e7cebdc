import { describe, expect, test } from 'vitest';
import { endangeredServices } from './endangered-services.ts';
import type { PlannedAction } from './plan.ts';

const planOf = (...changes: readonly (readonly [PlannedAction, string])[]) => ({
  changes: changes.map(([action, address]) => ({
    address,
    action,
    type: /(aws_\w+)/.exec(address)?.[1] ?? '',
    before: null,
    after: null,
  })),
  drift: [],
  planned: [],
});

const colour = (service: string) => `module.service["${service}"].aws_ecs_service.this["blue"]`;

describe('a plan endangers a service', () => {
  test('that it would take away and nobody retired', () => {
    const plan = planOf(['delete', colour('web')], ['delete', colour('old')], ['update', colour('api')]);
    expect(endangeredServices(plan, ['old'])).toEqual([{ service: 'web', how: 'deleted', addresses: [colour('web')] }]);
  });

  test('whose colours or target groups it would make anew', () => {
    const group = 'module.service["web"].aws_lb_target_group.this["green"]';
    expect(endangeredServices(planOf(['replace', group]), [])).toEqual([
      { service: 'web', how: 'replaced', addresses: [group] },
    ]);
  });

  test('that it would only forget: the next apply makes it a second time', () => {
    expect(endangeredServices(planOf(['forget', colour('web')]), [])).toHaveLength(1);
  });

  test('not by a rule that goes with its route, a new task definition, or what is no service’s', () => {
    const harmless = planOf(
      ['delete', 'module.service["web"].aws_lb_listener_rule.production["b"]'],
      ['replace', 'module.service["web"].aws_ecs_task_definition.bootstrap'],
      ['delete', 'module.table["web/posts"].aws_dynamodb_table.this'],
    );
    expect(endangeredServices(harmless, [])).toEqual([]);
  });
});
