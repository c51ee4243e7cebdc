import { describe, expect, test } from 'vitest';
import { notYet } from './not-yet.ts';
import { aService } from './testing.ts';

describe('not yet', () => {
  test('says nothing about a plain service', () => {
    expect(
      notYet(
        aService({
          scaling: { min: 3, max: 9, schedules: [{ cron: '0 7 * * *', min: 4 }] },
          secrets: { A: { from: 'ssm:/a' }, B: { from: 'secretsmanager:b:key' } },
          uses: { tables: { posts: { keys: { id: 'S' } } } },
        }),
      ),
    ).toEqual([]);
  });

  test.each([
    ['kind', { kind: 'worker', port: undefined, routes: undefined }],
    ['deployment.controller', { deployment: { controller: 'codedeploy' } }],
    ['protocol', { protocol: 'GRPC' }],
  ])('names %s', (path, fields) => {
    expect(notYet(aService(fields)).map((item) => item.path)).toEqual([path]);
  });
});
