import { execFile } from 'node:child_process';
import { request as httpRequest } from 'node:http';
import { promisify } from 'node:util';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateRuleCommand,
  CreateTargetGroupCommand,
  DescribeRulesCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  ModifyRuleCommand,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from './balancer-fixture.ts';
import { aLocalRuntime, awsEnvironment, has, type RuntimeUnderTest } from './local-runtime.ts';

const run = promisify(execFile);
let runtime: RuntimeUnderTest;
let elb: ElasticLoadBalancingV2Client;
let arns: { balancer: string; listener: string; rule: string; blue: string; green: string };
let port: number;

function present(value: string | undefined): string {
  if (value === undefined) throw new Error('the answer has no such member');
  return value;
}

beforeAll(async () => {
  runtime = await aLocalRuntime();
  elb = new ElasticLoadBalancingV2Client(runtime.client);
  port = await freePort();
  const made = await elb.send(
    new CreateLoadBalancerCommand({
      Name: 'web',
      Subnets: ['subnet-a', 'subnet-b'],
      Tags: [{ Key: 'teal:environment', Value: 'test' }],
    }),
  );
  const balancer = present(made.LoadBalancers?.[0]?.LoadBalancerArn);
  const group = async (Name: string) => {
    const input = { Name, Protocol: 'HTTP', Port: 80, VpcId: 'vpc-1', TargetType: 'ip' } as const;
    return present((await elb.send(new CreateTargetGroupCommand(input))).TargetGroups?.[0]?.TargetGroupArn);
  };
  const [blue, green] = [await group('web-blue'), await group('web-green')];
  const listener = await elb.send(
    new CreateListenerCommand({
      LoadBalancerArn: balancer,
      Protocol: 'HTTP',
      Port: port,
      DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404', MessageBody: 'no rule' } }],
    }),
  );
  const ListenerArn = present(listener.Listeners?.[0]?.ListenerArn);
  const rule = await elb.send(
    new CreateRuleCommand({
      ListenerArn,
      Priority: 10,
      Conditions: [
        { Field: 'host-header', HostHeaderConfig: { Values: ['shop.example'] } },
        { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'x-teal-test', Values: ['token'] } },
      ],
      Actions: [
        {
          Type: 'forward',
          ForwardConfig: {
            TargetGroups: [
              { TargetGroupArn: blue, Weight: 100 },
              { TargetGroupArn: green, Weight: 0 },
            ],
          },
        },
      ],
    }),
  );
  arns = { balancer, listener: ListenerArn, rule: present(rule.Rules?.[0]?.RuleArn), blue, green };
});
afterAll(async () => {
  elb.destroy();
  await runtime[Symbol.asyncDispose]();
});

const weights = async (): Promise<(number | undefined)[]> => {
  const { Rules } = await elb.send(new DescribeRulesCommand({ RuleArns: [arns.rule] }));
  return Rules?.[0]?.Actions?.[0]?.ForwardConfig?.TargetGroups?.map((group) => group.Weight) ?? [];
};

describe('an SDK client', () => {
  test('reads back what it wrote, and moves a weight', async () => {
    const { Rules } = await elb.send(new DescribeRulesCommand({ ListenerArn: arns.listener }));
    expect(Rules?.map((rule) => [rule.Priority, rule.IsDefault])).toEqual([
      ['10', false],
      ['default', true],
    ]);
    expect(Rules?.[0]?.Conditions).toEqual([
      { Field: 'host-header', Values: ['shop.example'], HostHeaderConfig: { Values: ['shop.example'] } },
      { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'x-teal-test', Values: ['token'] } },
    ]);
    const TargetGroups = [
      { TargetGroupArn: arns.blue, Weight: 90 },
      { TargetGroupArn: arns.green, Weight: 10 },
    ];
    await elb.send(
      new ModifyRuleCommand({ RuleArn: arns.rule, Actions: [{ Type: 'forward', ForwardConfig: { TargetGroups } }] }),
    );
    expect(await weights()).toEqual([90, 10]);
  });

  test('gets AWS’s error codes', async () => {
    const missing = `${arns.rule.slice(0, -16)}0000000000000000`;
    await expect(elb.send(new ModifyRuleCommand({ RuleArn: missing }))).rejects.toMatchObject({
      name: 'RuleNotFoundException',
      message: 'One or more rules not found',
      $metadata: { httpStatusCode: 400 },
    });
    const { Rules } = await elb.send(new DescribeRulesCommand({ ListenerArn: arns.listener }));
    const RuleArn = present(Rules?.at(-1)?.RuleArn);
    await expect(elb.send(new ModifyRuleCommand({ RuleArn, Actions: [] }))).rejects.toMatchObject({
      name: 'OperationNotPermittedException',
      message: `Default rule '${RuleArn}' cannot be modified`,
    });
  });

  test('sees the state of a target with its reason', async () => {
    await elb.send(
      new RegisterTargetsCommand({ TargetGroupArn: arns.blue, Targets: [{ Id: '10.9.9.9', Port: 8080 }] }),
    );
    const answer = await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: arns.blue }));
    expect(answer.TargetHealthDescriptions?.[0]).toMatchObject({
      Target: { Id: '10.9.9.9', Port: 8080 },
      HealthCheckPort: '8080',
      TargetHealth: { State: 'initial', Reason: expect.stringMatching(/^Elb\./) },
    });
  });
});

test('GET /_teal/listeners tells where the listener is, and it answers there', async () => {
  const answer: unknown = await (await fetch(`${runtime.endpoint}/_teal/listeners`)).json();
  const url = `http://127.0.0.1:${port}`;
  expect(answer).toEqual({
    listeners: [{ listenerArn: arns.listener, loadBalancerName: 'web', port, protocol: 'HTTP', url }],
    certificateAuthority: null,
  });
  const asked = (headers: Record<string, string>): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const sent = httpRequest(url, { headers, agent: false }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      sent.on('error', reject).end();
    });
  expect(await asked({})).toBe(404);
  expect(await asked({ Host: 'shop.example', 'X-Teal-Test': 'token' })).toBeGreaterThanOrEqual(502);
});

describe.skipIf(!has('aws', '--version'))('the AWS CLI', () => {
  const aws = async (...args: readonly string[]) =>
    JSON.parse(
      (await run('aws', ['elbv2', ...args, '--output', 'json'], { env: awsEnvironment(runtime.endpoint) })).stdout ||
        'null',
    );

  test('describes all of it', async () => {
    expect(await aws('describe-load-balancers', '--names', 'web')).toMatchObject({
      LoadBalancers: [{ LoadBalancerName: 'web', Type: 'application', Scheme: 'internet-facing' }],
    });
    expect(await aws('describe-target-groups', '--load-balancer-arn', arns.balancer)).toMatchObject({
      TargetGroups: [{ TargetGroupName: 'web-blue' }, { TargetGroupName: 'web-green' }],
    });
    expect(await aws('describe-listeners', '--load-balancer-arn', arns.balancer)).toMatchObject({
      Listeners: [{ Port: port }],
    });
    expect(await aws('describe-tags', '--resource-arns', arns.balancer)).toMatchObject({
      TagDescriptions: [{ Tags: [{ Key: 'teal:environment', Value: 'test' }] }],
    });
    const { Attributes } = await aws('describe-target-group-attributes', '--target-group-arn', arns.blue);
    expect(Attributes).toContainEqual({ Key: 'deregistration_delay.timeout_seconds', Value: '300' });
    // Registered just now: one that nobody is behind turns unhealthy after its second check.
    const target = { Id: '10.9.9.10', Port: 8080 };
    await elb.send(new RegisterTargetsCommand({ TargetGroupArn: arns.blue, Targets: [target] }));
    expect(
      await aws('describe-target-health', '--target-group-arn', arns.blue, '--targets', 'Id=10.9.9.10,Port=8080'),
    ).toMatchObject({ TargetHealthDescriptions: [{ Target: target, TargetHealth: { State: 'initial' } }] });
  });

  test('switches by hand with modify-rule', async () => {
    const forward = {
      Type: 'forward',
      ForwardConfig: {
        TargetGroups: [
          { TargetGroupArn: arns.blue, Weight: 0 },
          { TargetGroupArn: arns.green, Weight: 100 },
        ],
      },
    };
    const answer = await aws('modify-rule', '--rule-arn', arns.rule, '--actions', JSON.stringify([forward]));
    expect(answer).toMatchObject({ Rules: [{ Priority: '10', Actions: [{ Type: 'forward' }] }] });
    expect(await weights()).toEqual([0, 100]);
    await expect(aws('delete-target-group', '--target-group-arn', arns.blue)).rejects.toMatchObject({
      stderr: expect.stringContaining(
        `(ResourceInUse) when calling the DeleteTargetGroup operation: Target group '${arns.blue}' is currently in use`,
      ),
    });
  });
});
