import * as ecsSdk from '@aws-sdk/client-ecs';
import * as elbSdk from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, test } from 'vitest';
import { createRandom, createVirtualClock, epochMs, seconds } from '../base/index.ts';
import { createRequestLog } from './request-log.ts';
import { type AnsweredCall, createWire } from './wire/handle.ts';

const aCall = (more: Partial<AnsweredCall> = {}): AnsweredCall => ({
  service: 'ecs',
  operation: 'UpdateService',
  members: ['service'],
  userAgent: 'APN/1.0 HashiCorp/1.0 Terraform/1.11.4',
  status: 200,
  errorCode: undefined,
  ...more,
});

describe('the request log', () => {
  test('keeps the last calls, the oldest first, and says how many it has forgotten', () => {
    const log = createRequestLog(createVirtualClock(), 3);
    for (const operation of ['A', 'B', 'C', 'D', 'E']) log.add(aCall({ operation }), 'runtime');
    expect(log.matching({}).map(({ operation }) => operation)).toEqual(['C', 'D', 'E']);
    expect(log.forgotten).toBe(2);
  });

  test('tells what all filters agree on', () => {
    const clock = createVirtualClock();
    const log = createRequestLog(clock);
    log.add(aCall(), 'runtime');
    clock.advance(seconds(1));
    const since = epochMs(clock.now());
    log.add(aCall({ operation: 'DescribeServices', errorCode: 'ClusterNotFoundException', status: 400 }), 'runtime');
    log.add(aCall({ service: 'ec2', operation: 'CreateVpc' }), 'fallback');
    log.add(aCall({ userAgent: 'aws-cli/1.45' }), 'runtime');
    const told = (filter: Parameters<typeof log.matching>[0]) => log.matching(filter).map(({ operation }) => operation);
    expect(told({ service: 'ecs' })).toEqual(['UpdateService', 'DescribeServices', 'UpdateService']);
    expect(told({ service: 'ecs', userAgent: 'Terraform', since })).toEqual(['DescribeServices']);
    expect(told({ operation: 'CreateVpc' })).toEqual(['CreateVpc']);
    expect(log.matching({ operation: 'DescribeServices' })).toMatchObject([
      { status: 400, error: 'ClusterNotFoundException', answeredBy: 'runtime' },
    ]);
    expect(log.matching({ operation: 'CreateVpc' })).toMatchObject([{ error: null, answeredBy: 'fallback' }]);
  });
});

describe('the members of a call', () => {
  /** What the log tells of one call to ECS or ELB, whatever it is answered. */
  function membersOf(headers: Record<string, string>, body: string): string {
    const told: AnsweredCall[] = [];
    const never = () => ({});
    const wire = createWire({
      services: [
        {
          name: 'ecs',
          sdk: ecsSdk,
          create: never,
          operations: { CreateService: never, RegisterTaskDefinition: never },
        },
        { name: 'elasticloadbalancing', sdk: elbSdk, create: never, operations: { ModifyRule: never } },
      ],
      defaultAccount: '000000000000',
      random: createRandom('members'),
      invoke: never,
      onBug: () => {},
      onAnswered: (call) => told.push(call),
    });
    wire({ method: 'POST', path: '/', query: '', headers, body: Buffer.from(body) });
    return told.flatMap(({ members }) => members).join(' ');
  }
  const ecs = (operation: string, input: object) =>
    membersOf({ 'x-amz-target': `AmazonEC2ContainerServiceV20141113.${operation}` }, JSON.stringify(input));

  test('of a JSON call are those that were sent, nested ones by their place', () => {
    const input = {
      serviceName: 'api',
      desiredCount: null,
      loadBalancers: [{ targetGroupArn: 'a', containerPort: 80 }, { containerName: 'app' }],
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
      capacityProviderStrategy: [],
    };
    expect(ecs('CreateService', input)).toBe(
      'serviceName loadBalancers loadBalancers.0.targetGroupArn loadBalancers.0.containerPort loadBalancers.1.containerName capacityProviderStrategy networkConfiguration networkConfiguration.awsvpcConfiguration networkConfiguration.awsvpcConfiguration.subnets',
    );
  });

  test('of a query call are the same names, with items counted from 0', () => {
    const form =
      'Action=ModifyRule&Version=2015-12-01&RuleArn=r&Conditions.member.2.Field=path-pattern&Conditions.member.1.PathPatternConfig.Values.member.1=%2Fsecret';
    expect(membersOf({ 'content-type': 'application/x-www-form-urlencoded' }, form)).toBe(
      'RuleArn Conditions Conditions.0.PathPatternConfig Conditions.0.PathPatternConfig.Values Conditions.1.Field',
    );
  });

  test('hold no value and no key of a map', () => {
    const told = ecs('RegisterTaskDefinition', {
      containerDefinitions: [
        {
          environment: [{ name: 'TOKEN', value: 'hunter2' }],
          dockerLabels: { hunter3: 'hunter4' },
          logConfiguration: { options: { hunter5: 'hunter6' } },
        },
      ],
      brandNew: { hunter7: 'hunter8' },
    });
    expect(told).toContain('containerDefinitions.0.environment.0.value');
    expect(told).toContain('brandNew');
    expect(told).not.toContain('hunter');
  });

  test('of a long list are told once beyond the tenth item', () => {
    const loadBalancers = Array.from({ length: 500 }, () => ({ containerPort: 80 }));
    expect(ecs('CreateService', { loadBalancers }).split(' ')).toHaveLength(12);
    expect(ecs('CreateService', { loadBalancers })).toContain('loadBalancers.10+.containerPort');
  });
});
