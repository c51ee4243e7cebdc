import { describe, expect, test } from 'vitest';
import { createVirtualClock, ms, seconds } from '../base/index.ts';
import { AwsError } from './aws-error.ts';
import { createThrottle } from './throttle.ts';

const here = { account: '000000000000', region: 'eu-west-1' };

function aThrottle() {
  const clock = createVirtualClock();
  const throttle = createThrottle(clock);
  /** How many of `count` calls at once are admitted, and the code that the others get. */
  const admitted = (count: number, service: string, operation: string, at = here) => {
    let passed = 0;
    const codes = new Set<string>();
    for (let each = 0; each < count; each++) {
      try {
        throttle.admit(at, service, operation);
        passed++;
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        codes.add(`${error.status} ${error.code}: ${error.message}`);
      }
    }
    return [passed, ...codes];
  };
  return { clock, admitted };
}

// ECS-API/request-throttling, ELB-UG/elb-api-throttling
describe('calls that come too fast', () => {
  test.each([
    ['ecs', 'UpdateService', 50, 5, '400 ThrottlingException: Rate exceeded'],
    ['ecs', 'DescribeServices', 100, 20, '400 ThrottlingException: Rate exceeded'],
    ['ecs', 'RegisterTaskDefinition', 20, 1, '400 ThrottlingException: Rate exceeded'],
    ['ecs', 'DescribeTasks', 100, 20, '400 ThrottlingException: Rate exceeded'],
    ['elasticloadbalancing', 'DescribeRules', 40, 10, '400 Throttling: Rate exceeded'],
  ])('to %s %s have %d tokens, and %d more each second', (service, operation, burst, perSecond, refusal) => {
    const { clock, admitted } = aThrottle();
    expect(admitted(burst + 10, service, operation)).toEqual([burst, refusal]);
    clock.advance(seconds(1));
    expect(admitted(burst, service, operation)).toEqual([perSecond, refusal]);
    clock.advance(seconds(3_600));
    expect(admitted(burst, service, operation)).toEqual([burst]);
  });

  test('share the tokens of their category, and of no other, account or region', () => {
    const { admitted } = aThrottle();
    expect(admitted(60, 'ecs', 'ListServices')).toEqual([60]);
    expect(admitted(60, 'ecs', 'DescribeServices')[0]).toBe(40);
    expect(admitted(60, 'ecs', 'DescribeTasks')).toEqual([60]);
    expect(admitted(60, 'ecs', 'DescribeServices', { ...here, region: 'eu-west-2' })).toEqual([60]);
    expect(admitted(60, 'ecs', 'DescribeServices', { ...here, account: '111122223333' })).toEqual([60]);
  });

  test('get parts of tokens, and lose none to refusals', () => {
    const { clock, admitted } = aThrottle();
    admitted(21, 'ecs', 'RegisterTaskDefinition');
    for (let tenth = 0; tenth < 9; tenth++) {
      clock.advance(ms(100));
      expect(admitted(1, 'ecs', 'RegisterTaskDefinition')[0]).toBe(0);
    }
    clock.advance(ms(150));
    expect(admitted(1, 'ecs', 'RegisterTaskDefinition')).toEqual([1]);
  });

  test('to services without published figures are not throttled', () => {
    expect(aThrottle().admitted(1_000, 'dynamodb', 'GetItem')).toEqual([1_000]);
  });
});
