import { describe, expect, test } from 'vitest';
import { discoveryPath, ecsServiceName, nameProblem, rulePriorities, tagsOf, targetGroupName } from './names.ts';

describe('names', () => {
  test('of ECS services leave out the environment, because a cluster is one', () => {
    expect(ecsServiceName('api', 'blue')).toBe('api-blue');
  });

  test('of target groups are whole where ELB allows it', () => {
    expect(targetGroupName('production', 'api', 'green')).toBe('production-api-green');
  });

  test('of target groups are cut to 32 characters, and stay apart', () => {
    const names = ['checkouts-api', 'checkouts-app'].flatMap((service) => [
      targetGroupName('production-eu', service, 'blue'),
      targetGroupName('production-eu', service, 'green'),
    ]);
    expect(new Set(names).size).toBe(4);
    expect(names.map((name) => name.length)).toEqual(names.map((name) => Math.min(32, name.length)));
    expect(names[1]).toMatch(/^production-eu-check.*-[0-9a-f]{6}-green$/);
  });

  test('of target groups hold for the longest names of all', () => {
    const name = targetGroupName('e'.repeat(20), 's'.repeat(40), 'green');
    expect(name).toMatch(/^[a-z0-9-]{32}$/);
  });

  test("put a route's test rule before its production rule, within what ELB allows", () => {
    expect(rulePriorities(1)).toEqual({ production: 2, test: 1 });
    expect(rulePriorities(25_000)).toEqual({ production: 50_000, test: 49_999 });
  });

  test('of parameters and tags are those of the discovery', () => {
    expect(discoveryPath('production')).toBe('/teal/production');
    expect(discoveryPath('production', 'api')).toBe('/teal/production/api');
    expect(tagsOf('production', 'api', 'blue')).toEqual({
      'teal:environment': 'production',
      'teal:service': 'api',
      'teal:color': 'blue',
    });
    expect(tagsOf('production', 'api')).not.toHaveProperty('teal:color');
  });

  test.each(['Api', 'api_v2', '-api', 'api-', 'a--b', '1api', '', 'a', 'platform', 'x'.repeat(41)])(
    '%j is no name for a service',
    (name) => {
      expect(nameProblem('service', name)).toBeTypeOf('string');
    },
  );

  test('of services may be plain words with hyphens and digits', () => {
    expect(nameProblem('service', 'items-api-2')).toBeUndefined();
  });
});
