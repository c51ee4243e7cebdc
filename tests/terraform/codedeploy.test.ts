import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { whyNoTerraform } from '../field/terraform.ts';
import { aPlatformByProvision } from './kit/platform.ts';
import { aWorld, type World } from './kit/world.ts';

const reason = whyNoTerraform();
if (reason !== undefined) process.stdout.write(`skipped: ${reason}\n`);

/** Planned and not applied: neither the runtime nor moto has all of CodeDeploy. */
describe.skipIf(reason !== undefined)('a service that CodeDeploy is to deploy', () => {
  let world: World;

  beforeAll(async () => {
    world = await aWorld();
    await aPlatformByProvision(world);
    const strategy = { canary: { weight: 10, bake: '5m' } };
    world.service('api', {
      deployment: { controller: 'codedeploy', strategy, alarms: ['teal-{environment}-api-errors'] },
    });
    await world.teal(['sync']);
  });
  afterAll(() => world?.[Symbol.asyncDispose]());

  test('is planned by the real provider as what CodeDeploy needs, and not as two colours', async () => {
    const root = await world.root('services');
    const planned = await root.plan();
    expect(planned.every(({ action }) => action === 'create')).toBe(true);
    const resources = planned.map(({ address }) => address.replace(/^module\.(\w+)(\["api"\])?\./, '$1 ')).sort();
    expect(resources).toEqual([
      'observability aws_cloudwatch_dashboard.service["api"]',
      'observability aws_cloudwatch_metric_alarm.errors["api"]',
      'observability aws_cloudwatch_metric_alarm.latency["api"]',
      'service_codedeploy aws_cloudwatch_log_group.this',
      'service_codedeploy aws_codedeploy_app.this',
      'service_codedeploy aws_codedeploy_deployment_config.this',
      'service_codedeploy aws_codedeploy_deployment_group.this',
      'service_codedeploy aws_ecs_service.this',
      'service_codedeploy aws_ecs_task_definition.bootstrap',
      'service_codedeploy aws_iam_role.this',
      'service_codedeploy aws_iam_role_policy.this',
      'service_codedeploy aws_lb_listener_rule.this["10"]',
      'service_codedeploy aws_lb_target_group.this["blue"]',
      'service_codedeploy aws_lb_target_group.this["green"]',
      'task_roles aws_iam_role.this["execution"]',
      'task_roles aws_iam_role.this["task"]',
      'task_roles aws_iam_role_policy.this["execution"]',
    ]);
  });

  test('is not deployed by teal yet, which says so', async () => {
    const { stderr } = await world.teal(['deploy', 'api'], 3);
    expect(stderr).toContain(
      'services/api.json deployment.controller: controller "codedeploy" can\'t be deployed yet.',
    );
  });

  test('does not become another controller’s, which would replace what the traffic goes to', async () => {
    world.service('api', { deployment: { controller: 'teal' } });
    const { stderr } = await world.teal(['sync'], 3);
    expect(stderr).toContain('services/api.json deployment.controller: "codedeploy" → "teal" would replace');
  });
});
