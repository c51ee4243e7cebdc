import { describe, expect, test } from 'vitest';
import { createVirtualClock, seconds } from '../base/index.ts';
import type { HttpCheck } from './plan.ts';
import type { CommandEnd, Commands, ProbeAnswer, ProbeRequest } from './ports.ts';
import { aPlan } from './testing/a-plan.ts';
import { anAnswer, noCommands, scriptedProber } from './testing/scripted-prober.ts';
import { describe as told, verify } from './verification.ts';

const check = (fields: Partial<HttpCheck> = {}): HttpCheck => ({
  kind: 'http',
  host: 'web.test',
  path: '/check',
  status: 200,
  contains: null,
  maxLatencySeconds: null,
  ...fields,
});

type Script = (via: 'public' | 'test', request: ProbeRequest, atMs: number) => ProbeAnswer;
const well: Script = (via) => anAnswer(via === 'test' ? 'new' : 'old');

async function verifying(plan: Parameters<typeof aPlan>[0], script: Script, commands: Commands = noCommands) {
  const clock = createVirtualClock();
  const sent: ProbeRequest[] = [];
  const prober = scriptedProber(clock, (via, request) => {
    sent.push(request);
    return script(via, request, clock.monotonic());
  });
  let endedAt = -1;
  const verdict = verify(aPlan(plan), { prober, commands, clock }, new AbortController().signal).then((value) => {
    endedAt = clock.monotonic();
    return value;
  });
  await clock.advanceAsync(seconds(120));
  return { verdict: await verdict, endedAt, sent };
}

describe('verifying', () => {
  test('passes and learns how both colours name themselves', async () => {
    const { verdict, endedAt } = await verifying({ verification: [check()] }, well);
    expect(verdict).toEqual({ passed: true, identities: { blue: 'old', green: 'new' } });
    expect(endedAt).toBeLessThan(1_000);
  });

  test('asks over the test rule, at the load balancer, with the host that clients use', async () => {
    const { sent } = await verifying({ verification: [check()] }, well);
    expect(sent.at(-1)).toMatchObject({
      origin: 'http://127.0.0.1:8080',
      host: 'web.test',
      path: '/check',
      headers: { 'x-teal-test': 'token' },
    });
  });

  test('waits until the test rule really leads to the new colour', async () => {
    const { verdict, endedAt } = await verifying({ verification: [check()] }, (via, request, at) =>
      via === 'public' || at < 20_000
        ? anAnswer('old', { status: request.path === '/check' ? 500 : 200 })
        : anAnswer('new'),
    );
    expect(verdict).toEqual({ passed: true, identities: { blue: 'old', green: 'new' } });
    expect(endedAt).toBeGreaterThan(20_000);
  });

  test('waits no longer than the load balancer may take, and learns nothing of answers that are alike', async () => {
    const { verdict, endedAt } = await verifying({}, () => anAnswer('same'));
    expect(verdict).toEqual({ passed: true, identities: {} });
    expect(endedAt).toBeGreaterThanOrEqual(60_000);
    expect(endedAt).toBeLessThan(70_000);
  });

  test('does not take the former for the new one because one answer of it was lost', async () => {
    let lost = false;
    const { verdict } = await verifying({}, (via, _request, at) => {
      if (via === 'public' && !lost) {
        lost = true;
        return { kind: 'failed', why: 'ECONNRESET', latencyMs: 1 };
      }
      return via === 'public' || at < 20_000 ? anAnswer('old') : anAnswer('new');
    });
    expect(verdict).toEqual({ passed: true, identities: { blue: 'old', green: 'new' } });
  });

  test('learns the new name where the former answers without one', async () => {
    const { verdict } = await verifying({}, (via) =>
      via === 'public' ? anAnswer('old', { headers: {} }) : anAnswer('new'),
    );
    expect(verdict).toEqual({ passed: true, identities: { green: 'new' } });
  });

  test('learns nothing, after the whole settle time, where the former never answers', async () => {
    const { verdict, endedAt } = await verifying({}, (via) =>
      via === 'public' ? { kind: 'failed', why: 'ECONNRESET', latencyMs: 1 } : anAnswer('new'),
    );
    expect(verdict).toEqual({ passed: true, identities: {} });
    expect(endedAt).toBeGreaterThanOrEqual(60_000);
  });

  test('of a first deployment learns its own name alone', async () => {
    const { verdict } = await verifying({ first: true }, well);
    expect(verdict).toEqual({ passed: true, identities: { green: 'new' } });
  });

  test('without identities waits the settle time before it checks', async () => {
    const { verdict, endedAt } = await verifying({ identity: null, verification: [check()] }, well);
    expect(verdict).toEqual({ passed: true, identities: {} });
    expect(endedAt).toBeGreaterThanOrEqual(60_000);
  });

  test('passes without a route: nothing can be sent', async () => {
    const { verdict, sent } = await verifying({ route: null, verification: [check()] }, well);
    expect([verdict, sent]).toEqual([{ passed: true, identities: {} }, []]);
  });

  test('tries a check again: a first request may meet cold caches', async () => {
    let asked = 0;
    const { verdict } = await verifying({ verification: [check()] }, (via, request) =>
      request.path === '/check' && ++asked < 3 ? anAnswer('new', { status: 503 }) : well(via, request, 0),
    );
    expect(verdict).toMatchObject({ passed: true });
  });

  test.each([
    ['status 404', check(), anAnswer('new', { status: 404 })],
    ['no answer (ECONNRESET)', check(), { kind: 'failed', why: 'ECONNRESET', latencyMs: 1 }],
    ['a body without "ok": "sorry"', check({ contains: 'ok' }), anAnswer('new', { body: 'sorry' })],
    ['an answer after 501 ms', check({ maxLatencySeconds: 0.5 }), anAnswer('new', { latencyMs: 501 })],
  ] as const)('fails with %s', async (found, wanted, answer) => {
    const { verdict } = await verifying({ verification: [wanted] }, (via, request) =>
      request.path === '/check' ? answer : well(via, request, 0),
    );
    expect(verdict).toEqual({ passed: false, check: told(wanted), found, output: [] });
  });

  test('quotes no more of a body than a person reads', async () => {
    const { verdict } = await verifying({ verification: [check({ contains: 'ok' })] }, (via, request) =>
      request.path === '/check' ? anAnswer('new', { body: 'x'.repeat(5_000) }) : well(via, request, 0),
    );
    expect(JSON.stringify(verdict).length).toBeLessThan(250);
  });
});

test('a check is told as people write it', () => {
  expect(told(check({ contains: 'ok', maxLatencySeconds: 0.5 }))).toBe(
    'GET /check → 200 containing "ok" within 500 ms',
  );
});

describe('verifying by a command', () => {
  const command = { kind: 'command', command: ['npm', 'run', 'smoke'], timeoutSeconds: 60 } as const;
  const ending = async (end: CommandEnd) => {
    const given: Record<string, string>[] = [];
    const commands: Commands = {
      run: async ({ environment }) => {
        given.push(environment);
        return end;
      },
    };
    return { ...(await verifying({ verification: [command] }, well, commands)), given };
  };

  test('passes when it ends with 0, and is told where the new colour is', async () => {
    const { verdict, given } = await ending({ kind: 'ended', code: 0, output: ['fine'] });
    expect(verdict).toMatchObject({ passed: true });
    expect(given).toEqual([
      {
        TEAL_TEST_URL: 'http://127.0.0.1:8080',
        TEAL_TEST_HOST: 'web.test',
        TEAL_TEST_HEADER: 'x-teal-test',
        TEAL_TEST_TOKEN: 'token',
        TEAL_ENVIRONMENT: 'test',
        TEAL_SERVICE: 'web',
        TEAL_COLOR: 'green',
        TEAL_REVISION: 'rev-2',
        TEAL_DEPLOYMENT: 'd-2',
      },
    ]);
  });

  test.each([
    [
      { kind: 'ended', code: 3, output: ['trying', 'no item'] },
      'exit code 3, last line "no item"',
      ['trying', 'no item'],
    ],
    [{ kind: 'timed-out', output: [] }, 'no end within 60 s', []],
    [{ kind: 'not-started', why: 'spawn npm ENOENT' }, 'no start: spawn npm ENOENT', []],
  ] as const)('fails otherwise, and keeps the end of its output: %j', async (end, found, output) => {
    const { verdict } = await ending(end);
    expect(verdict).toEqual({ passed: false, check: 'npm run smoke', found, output });
  });
});
