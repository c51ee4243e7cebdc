import { describe, expect, test } from 'vitest';
import { evaluate, type Policy } from './evaluate.ts';

const policy: Policy = {
  Statement: [
    {
      Sid: 'Move',
      Effect: 'Allow',
      Action: ['elb:ModifyRule'],
      Resource: ['arn:aws:elb:eu-west-1:1:listener-rule/app/staging-*/?'],
    },
    {
      Sid: 'Keep',
      Effect: 'Allow',
      Action: 'dynamodb:*Item',
      Resource: '*',
      Condition: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['staging/api', 'staging/web'] } },
    },
    {
      Sid: 'Pass',
      Effect: 'Allow',
      Action: 'iam:PassRole',
      Resource: '*',
      Condition: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
    },
    { Sid: 'Never', Effect: 'Deny', Action: 'dynamodb:DeleteItem', Resource: '*' },
  ],
};

const asked = (action: string, resource: string, context: Readonly<Record<string, string | readonly string[]>> = {}) =>
  evaluate(policy, { action, resource, context });

describe('the evaluator of policies', () => {
  test('allows what a statement names, with its wildcards, and nothing else', () => {
    const rule = 'arn:aws:elb:eu-west-1:1:listener-rule/app/staging-main/7';
    expect(asked('elb:ModifyRule', rule)).toEqual({ allowed: true, by: ['Move'] });
    expect(asked('ELB:modifyrule', rule).allowed).toBe(true);
    expect(asked('elb:ModifyRule', `${rule}7`).allowed).toBe(false);
    expect(asked('elb:ModifyRule', rule.replace('staging', 'production')).allowed).toBe(false);
    expect(asked('elb:DeleteRule', rule)).toEqual({ allowed: false, by: [] });
  });

  test('asks every value of a key with several, and one value of a key with one', () => {
    const key = 'dynamodb:LeadingKeys';
    expect(asked('dynamodb:PutItem', 't', { [key]: ['staging/api'] }).allowed).toBe(true);
    expect(asked('dynamodb:PutItem', 't', { [key]: ['staging/api', 'staging/other'] }).allowed).toBe(false);
    expect(asked('iam:PassRole', 'r', { 'iam:PassedToService': 'ec2.amazonaws.com' }).allowed).toBe(false);
    expect(asked('iam:PassRole', 'r').allowed).toBe(false);
  });

  test('lets a refusal win', () => {
    expect(asked('dynamodb:DeleteItem', 't')).toEqual({ allowed: false, by: ['Never'] });
  });

  test('takes no operator for granted that it does not know', () => {
    const strange = {
      Sid: 'S',
      Effect: 'Allow' as const,
      Action: '*',
      Resource: '*',
      Condition: { IpAddress: { a: 'b' } },
    };
    expect(() => evaluate({ Statement: [strange] }, { action: 'a:B', resource: 'c', context: {} })).toThrow(
      'IpAddress',
    );
  });
});
