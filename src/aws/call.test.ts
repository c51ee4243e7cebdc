import { HttpResponse } from '@smithy/core/transport';
import { beforeAll, describe, expect, test } from 'vitest';
import { createRandom, createVirtualClock, type Ms, ms, seconds } from '../base/index.ts';
import type { CallError } from '../deployment/index.ts';
import { call, readWithRetries } from './call.ts';
import type { RequestSender } from './call-signal.ts';
import { createClients, loadSdk } from './clients.ts';

beforeAll(loadSdk);

const json = (status: number, body: string) => answer(status, 'application/x-amz-json-1.1', body);
const xml = (status: number, body: string) => answer(status, 'text/xml', body);
const html = (status: number) => answer(status, 'text/html', '<html><body>Service Unavailable</body></html>');
const queryError = (code: string, message: string) =>
  `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`;

describe('an answer to an ECS call', () => {
  test.each<[string, HttpResponse, Partial<CallError>]>([
    [
      'with an error of the model is a refusal',
      json(400, '{"__type":"ServiceNotFoundException","message":"Service not found."}'),
      { kind: 'refused', code: 'ServiceNotFoundException', message: 'Service not found.' },
    ],
    [
      'with an error that the model does not have is a refusal too',
      json(400, '{"__type":"UnrecognizedClientException","message":"The security token is invalid."}'),
      { kind: 'refused', code: 'UnrecognizedClientException' },
    ],
    [
      'that asks to slow down is throttling',
      json(400, '{"__type":"ThrottlingException","message":"Rate exceeded"}'),
      { kind: 'throttled', code: 'ThrottlingException' },
    ],
    ['with status 500 may have happened', json(500, '{"__type":"ServerException","message":"x"}'), { kind: 'unknown' }],
    ["with a proxy's HTML may have happened", html(503), { kind: 'unknown' }],
    ["with a proxy's HTML and status 403 may have happened", html(403), { kind: 'unknown' }],
    ['that is cut off may have happened', json(200, '{"services":[{"serviceName":"api-b'), { kind: 'unknown' }],
    ['that is an error and cut off may have happened', json(400, '{"__type":"Servi'), { kind: 'unknown' }],
    ['without a body is no answer', json(200, ''), { kind: 'unknown', cause: 'an answer without content' }],
  ])('%s', async (_name, response, expected) => {
    const { ecs } = createClients(sending(async () => response));
    const { sdk, client } = await ecs();
    const result = await call(
      client,
      new sdk.DescribeServicesCommand({ services: ['api-blue'] }),
      { clock: createVirtualClock(), deadline: seconds(4) },
      ({ services }) => services,
    );

    expect(result).toMatchObject({ ok: false, error: expected });
  });
});

describe('an answer to an ELB call', () => {
  test.each<[string, HttpResponse, Partial<CallError>]>([
    [
      'with an error of the model is a refusal under the name that the SDK gives it',
      xml(400, queryError('RuleNotFound', 'One or more rules not found')),
      { kind: 'refused', code: 'RuleNotFoundException', message: 'One or more rules not found' },
    ],
    [
      'that asks to slow down is throttling',
      xml(400, queryError('Throttling', 'Rate exceeded')),
      { kind: 'throttled' },
    ],
    [
      'that names an unfinished request is throttling',
      xml(429, queryError('PriorRequestNotComplete', 'Try later')),
      { kind: 'throttled' },
    ],
    ["with a proxy's HTML may have happened", html(503), { kind: 'unknown' }],
    ['that is cut off may have happened', xml(200, '<DescribeRulesResponse><DescribeRu'), { kind: 'unknown' }],
    ['without a body is no answer', xml(200, ''), { kind: 'unknown', cause: 'an answer without content' }],
  ])('%s', async (_name, response, expected) => {
    const { elb } = createClients(sending(async () => response));
    const { sdk, client } = await elb();
    const result = await call(
      client,
      new sdk.DescribeRulesCommand({ RuleArns: ['arn'] }),
      { clock: createVirtualClock(), deadline: seconds(4) },
      ({ Rules }) => Rules,
    );

    expect(result).toMatchObject({ ok: false, error: expected });
  });
});

describe('a call that gets no answer', () => {
  test('is unknown when the connection breaks', async () => {
    const reset = sending(() => Promise.reject(Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' })));

    expect(await whoAmI(reset)).toMatchObject({ ok: false, error: { kind: 'unknown', cause: /ECONNRESET/ } });
  });

  test('is unknown at its deadline on the injected clock, and its request is aborted', async () => {
    const clock = createVirtualClock();
    let aborted = false;
    const options = sending(
      (signal) =>
        new Promise(() => {
          if (signal) signal.onabort = () => (aborted = true);
        }),
    );
    const answered = whoAmI(options, clock);
    await clock.advanceAsync(ms(4_000));

    expect(await answered).toEqual({ ok: false, error: { kind: 'unknown', cause: 'no answer within 4 s' } });
    expect(aborted).toBe(true);
  });

  test('does not wait longer when credentials are what is slow, and sends nothing afterwards', async () => {
    const clock = createVirtualClock();
    let sentBeforeAbort = 0;
    const options = {
      ...sending(async (signal) => {
        if (!signal?.aborted) sentBeforeAbort += 1;
        return xml(200, '');
      }),
      credentials: async () => {
        await clock.sleep(seconds(30));
        return { accessKeyId: 'a', secretAccessKey: 'b' };
      },
    };
    const answered = whoAmI(options, clock);
    await clock.advanceAsync(seconds(60));

    expect(await answered).toMatchObject({ ok: false, error: { kind: 'unknown' } });
    expect(sentBeforeAbort).toBe(0);
  });

  test('is refused, not unknown, where there are no credentials at all', async () => {
    const options = {
      ...sending(async () => xml(200, '')),
      credentials: () =>
        Promise.reject(Object.assign(new Error('Could not load credentials'), { name: 'CredentialsProviderError' })),
    };

    expect(await whoAmI(options)).toEqual({
      ok: false,
      error: { kind: 'refused', code: 'CredentialsProviderError', message: 'Could not load credentials' },
    });
  });

  test('ends when its caller stops', async () => {
    const stopping = new AbortController();
    const { sts } = createClients(sending(() => new Promise(() => {})));
    const { sdk, client } = await sts();
    const limit = { clock: createVirtualClock(), deadline: seconds(4), signal: stopping.signal };
    const answered = call(client, new sdk.GetCallerIdentityCommand({}), limit, ({ Account }) => Account);
    stopping.abort();

    expect(await answered).toMatchObject({ ok: false, error: { kind: 'unknown' } });
  });
});

test('requests are counted by operation, each attempt as one', async () => {
  const clients = createClients(sending(async () => json(500, '{}')));
  const { sdk, client } = await clients.ecs();
  const limit = { clock: createVirtualClock(), deadline: seconds(4) };
  for (let i = 0; i < 3; i++) await call(client, new sdk.ListTasksCommand({}), limit, ({ taskArns }) => taskArns);

  expect([...clients.calls]).toEqual([['ECS.ListTasks', 3]]);
});

describe('a read', () => {
  test('is repeated until an answer comes', async () => {
    const answers: Answer[] = [later, unknown, { ok: true, value: 'answer' }];
    const { result, attempts } = await reading(answers);

    expect(result).toEqual({ ok: true, value: 'answer' });
    expect(attempts).toBe(3);
  });

  test('that is refused is not repeated', async () => {
    const { result, attempts } = await reading([refused, { ok: true, value: 'never asked' }]);

    expect(result).toEqual(refused);
    expect(attempts).toBe(1);
  });

  test('ends with its last failure before the deadline of all attempts', async () => {
    const { result, attempts, tookMs } = await reading([later]);

    expect(result).toEqual(later);
    expect(attempts).toBeGreaterThan(3);
    expect(tookMs).toBeLessThanOrEqual(20_000);
  });
});

test('a read that is throttled waits longer for its turn than one that is not answered', async () => {
  const waited = await reading([later], seconds(90));
  expect(waited.result).toEqual(later);
  expect(waited.tookMs).toBeGreaterThan(60_000);
  expect((await reading([unknown], seconds(90))).tookMs).toBeLessThan(20_000);
});

type Answer = Awaited<ReturnType<typeof readWithRetries<string>>>;
const later: Answer = { ok: false, error: { kind: 'throttled', code: 'Throttling' } };
const unknown: Answer = { ok: false, error: { kind: 'unknown', cause: 'no answer' } };
const refused: Answer = { ok: false, error: { kind: 'refused', code: 'RuleNotFound', message: 'none' } };

/** The last answer is repeated for ever. */
async function reading(answers: readonly Answer[], throttledDeadline?: Ms) {
  const clock = createVirtualClock();
  let attempts = 0;
  const ending = readWithRetries(async () => answers[Math.min(attempts++, answers.length - 1)] ?? unknown, {
    clock,
    deadline: seconds(20),
    attemptDeadline: ms(4_500),
    ...(throttledDeadline !== undefined && { throttledDeadline }),
    random: createRandom('jitter'),
  }).then((result) => ({ result, tookMs: clock.monotonic() }));
  await clock.advanceAsync(seconds(100));
  return { ...(await ending), attempts };
}

async function whoAmI(options: Parameters<typeof createClients>[0], clock = createVirtualClock()) {
  const { sdk, client } = await createClients(options).sts();
  return call(client, new sdk.GetCallerIdentityCommand({}), { clock, deadline: seconds(4) }, ({ Account }) => Account);
}

/** Clients whose requests are answered by `respond`, with the settings that keep the SDK from reading files. */
function sending(respond: (signal: AbortSignal | undefined) => Promise<HttpResponse>) {
  const requestHandler: RequestSender & object = {
    handle: async (_request, { abortSignal } = {}) => ({
      response: await respond(abortSignal instanceof AbortSignal ? abortSignal : undefined),
    }),
    ...{ updateHttpClientConfig() {}, httpHandlerConfigs: () => ({}), destroy() {} },
  };
  const settings = {
    defaultsMode: 'standard',
    useDualstackEndpoint: false,
    useFipsEndpoint: false,
    authSchemePreference: [],
    userAgentAppId: async () => undefined,
  };
  return {
    region: 'eu-west-1',
    endpoint: 'http://127.0.0.1:1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    transport: { requestHandler, settings, adapt() {} },
  };
}

function answer(statusCode: number, contentType: string, body: string): HttpResponse {
  return new HttpResponse({
    statusCode,
    headers: { 'content-type': contentType },
    body: new Uint8Array(Buffer.from(body)),
  });
}
