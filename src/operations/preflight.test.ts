import { describe, expect, test } from 'vitest';
import { createClients } from '../aws/index.ts';
import { err, systemClock, systemRandom } from '../base/index.ts';
import { anEnvironment, aService } from '../config/testing.ts';
import type { Groundwork } from '../deployment/index.ts';
import { anExistingPlan } from '../deployment/testing/a-plan.ts';
import { memoryGroundwork } from '../deployment/testing/memory-groundwork.ts';
import { nothingWatched } from '../deployment/testing/memory-watched.ts';
import { aColor, anEmptyColor } from '../deployment/testing/seen.ts';
import { type PreflightCheck, preflight } from './preflight.ts';

const [execution, task] = ['arn:aws:iam::123456789012:role/execution', 'arn:aws:iam::123456789012:role/task'];
const whole = {
  secrets: [],
  logGroups: ['/teal/test/web'],
  tables: [],
  roles: [execution, task],
  fargateCpus: 6,
  mostTargets: 1_000,
};

/** What one check found before a switch of blue's two tasks of 1 vCPU each, on AWS as `groundwork` tells. */
async function found(
  name: PreflightCheck['name'],
  groundwork: Groundwork,
): Promise<PreflightCheck['found'] | undefined> {
  const service = aService({ cpu: 1024, memory: 2048 });
  if (service.kind !== 'web') throw new Error('a service with routes is a web service');
  const checks = await preflight(
    {
      alarms: nothingWatched.alarms,
      aws: { clients: createClients({ region: 'eu-west-1' }), clock: systemClock, random: systemRandom() },
      environment: anEnvironment('test', { account: '123456789012', region: 'eu-west-1' }),
      groundwork,
      runtime: null,
      signal: new AbortController().signal,
    },
    { service, secrets: [], fleet: { blue: aColor({ count: 2 }), green: anEmptyColor() } },
    anExistingPlan('switch'),
  );
  return checks.find((check) => check.name === name)?.found;
}

const refused = async () => err({ kind: 'refused' as const, code: 'AccessDenied', message: 'not allowed' });

describe('before a deployment', () => {
  test('a role that is gone refuses it', async () => {
    expect(await found('roles', memoryGroundwork(whole))).toMatchObject({ kind: 'ok' });
    expect(await found('roles', memoryGroundwork({ ...whole, roles: [execution] }))).toEqual({
      kind: 'ng',
      refusal: { kind: 'no-roles', roles: [task] },
    });
  });

  test('vCPUs that are too few for both colours refuse it', async () => {
    expect(await found('vCPUs', memoryGroundwork({ ...whole, fargateCpus: 4 }))).toEqual({
      kind: 'ok',
      what: '4 while both colours run, and Fargate gives 4 to all tasks of the region',
    });
    expect(await found('vCPUs', memoryGroundwork({ ...whole, fargateCpus: 3 }))).toEqual({
      kind: 'ng',
      refusal: { kind: 'too-few-cpus', wanted: 4, most: 3 },
    });
  });

  test('what may not be asked is left to ECS', async () => {
    const silent = { ...memoryGroundwork(whole), hasRole: refused, fargateCpus: refused };
    expect(await found('roles', silent)).toMatchObject({ kind: 'skip' });
    expect(await found('vCPUs', silent)).toMatchObject({ kind: 'skip' });
  });
});
