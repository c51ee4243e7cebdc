import { createHash } from 'node:crypto';
import { TagResourceCommand } from '@aws-sdk/client-ecs';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { beforeAll, expect, test } from 'vitest';
import { call } from '../../src/aws/call.ts';
import { loadSdk } from '../../src/aws/clients.ts';
import { createRandom, ms, type Result, seconds } from '../../src/base/index.ts';
import type { CallError } from '../../src/deployment/index.ts';
import type { WireRequest, WireResponse } from '../../src/local/wire/message.ts';
import type { Fault } from './faults.ts';
import { createNetwork, type Network } from './network.ts';
import { createScheduler, type Scheduler } from './scheduler.ts';
import { createSimulatedClients } from './sdk.ts';
import { createTrace } from './trace.ts';

beforeAll(loadSdk);

type Count = Result<number, CallError>;
const anAnswer = expect.objectContaining({ ok: true });
const unknown = { ok: false, error: expect.objectContaining({ kind: 'unknown' }) };
const throttled = { ok: false, error: expect.objectContaining({ kind: 'throttled' }) };

test.each<[Fault | undefined, object, readonly number[]]>([
  [undefined, anAnswer, [1]],
  ['throttled', throttled, [0]],
  ['server-error', unknown, [0, 1]],
  ['proxy-error', unknown, [0, 1]],
  ['empty', unknown, [0, 1]],
  ['reset', unknown, [0, 1]],
  ['lost-before', unknown, [0]],
  ['lost-after', unknown, [1]],
  ['straggler', unknown, [1]],
  ['duplicate', anAnswer, [2]],
  ['cut', unknown, [1]],
])('a write struck by %s', async (fault, expected, effects) => {
  const seen = new Set<number>();
  for (const dialect of ['json', 'query'] as const) {
    for (let seed = 0; seed < 8; seed++) {
      const world = counting(`${fault}-${seed}`);
      if (fault) world.network.strike(fault, ({ operation }) => /(PutParameter|ModifyRule)$/.test(operation));
      const results: Count[] = [];
      const { actor, write } = world;
      actor.start(async () => {
        results.push(await write(dialect));
        await actor.clock.sleep(seconds(60));
      });
      await world.scheduler.run({ limit: seconds(120) });

      // A straggler may just make it.
      expect(results[0]).toEqual(fault === 'straggler' && results[0]?.ok ? anAnswer : expected);
      seen.add(world.count());
      expect(world.network.struck.get(fault ?? 'stale') ?? 0).toBe(fault ? 1 : 0);
    }
  }

  expect([...seen].sort()).toEqual(effects);
});

test('a stale read shows what was before the last write, a consistent one never does', async () => {
  const world = counting('stale');
  const seen: Count[] = [];
  world.network.strike('stale', ({ operation }) => operation.endsWith('GetParameter') && seen.length === 1);
  world.actor.start(async () => {
    seen.push(await world.read());
    await world.write('json');
    seen.push(await world.read());
    seen.push(await world.read());
  });
  await world.scheduler.run({ limit: seconds(60) });

  expect(seen.map((result) => result.ok && result.value)).toEqual([0, 0, 1]);
});

test('a held write takes effect when it is released, though its caller has given up', async () => {
  const world = counting('hold');
  const held = world.network.hold(({ operation }) => operation.endsWith('PutParameter'));
  const seen: unknown[] = [];
  world.actor.start(async () => {
    seen.push(await world.write('json'));
    seen.push(held.caught?.operation, world.count());
    held.release();
    seen.push(world.count());
  });
  await world.scheduler.run({ limit: seconds(60) });

  expect(seen).toEqual([unknown, 'AmazonSSM.PutParameter', 0, 1]);
});

test('a write of a process that dies at once afterwards still takes effect', async () => {
  const world = counting('crash');
  world.actor.crashAt(1, 'after');
  world.actor.start(async () => {
    await world.write('json');
  });
  await world.scheduler.run({
    limit: seconds(60),
    until: () => world.scheduler.clock.monotonic() > 1_000 || world.count() > 0,
  });

  expect(world.actor.state).toBe('crashed');
  expect(world.count()).toBe(1);
});

test('the SDK sends the same bytes as ever', async () => {
  const requests: WireRequest[] = [];
  const { scheduler, actor, clients } = process('bytes', (request) => {
    requests.push(request);
    return answer('{}', 'application/x-amz-json-1.1');
  });
  actor.start(async () => {
    const limit = { clock: actor.clock, deadline: ms(4_500) };
    const ecs = await clients.ecs();
    const tags = [{ key: 'teal:color', value: 'green' }];
    await call(ecs.client, new ecs.sdk.ListTasksCommand({ cluster: 'c', maxResults: 100 }), limit, () => 0);
    await call(ecs.client, new TagResourceCommand({ resourceArn: 'arn', tags }), limit, () => 0);
    const elb = await clients.elb();
    const config = {
      TargetGroups: [
        { TargetGroupArn: 'arn-blue', Weight: 90 },
        { TargetGroupArn: 'arn-green', Weight: 10 },
      ],
    };
    const Actions = [{ Type: 'forward' as const, ForwardConfig: config }];
    await call(elb.client, new elb.sdk.ModifyRuleCommand({ RuleArn: 'arn-rule', Actions }), limit, () => 0);
    const tables = await clients.dynamodb();
    const Key = { pk: { S: 'local/api' }, sk: { S: 'lease' } };
    await call(
      tables.client,
      new tables.sdk.GetItemCommand({ TableName: 'teal', Key, ConsistentRead: true }),
      limit,
      () => 0,
    );
  });
  await scheduler.run({ limit: seconds(60) });

  const text = requests.map(({ method, path, headers, body }) =>
    JSON.stringify([method, path, Object.entries(headers).sort(), Buffer.from(body).toString()]),
  );
  // An upgrade of the SDK that changes this changes what AWS is sent: look at it, then write the new hash here.
  expect(createHash('sha256').update(text.join('\n')).digest('hex').slice(0, 16), text.join('\n')).toBe(
    'cccb7f16555c6dd6',
  );
});

/** A server that counts writes in two protocols, and one process that calls it. */
function counting(seed: string) {
  let count = 0;
  const world = process(seed, (request) => {
    const text = Buffer.from(request.body).toString();
    if (request.headers['x-amz-target'] === undefined) {
      if (text.includes('Action=ModifyRule')) count += 1;
      const rule = `<Rules><member><Priority>${count}</Priority></member></Rules>`;
      return answer(
        `<ModifyRuleResponse><ModifyRuleResult>${rule}</ModifyRuleResult></ModifyRuleResponse>`,
        'text/xml',
      );
    }
    if (request.headers['x-amz-target'] === 'AmazonSSM.PutParameter') count += 1;
    const parameter = { Name: 'n', Value: String(count) };
    return answer(JSON.stringify({ Version: count, Parameter: parameter }), 'application/x-amz-json-1.1');
  });
  const { actor, clients } = world;
  const limit = { clock: actor.clock, deadline: ms(4_500) };
  return {
    ...world,
    count: () => count,
    async write(dialect: 'json' | 'query'): Promise<Count> {
      if (dialect === 'json') {
        const { sdk, client } = await clients.ssm();
        return call(client, new sdk.PutParameterCommand({ Name: 'n', Value: 'v' }), limit, ({ Version }) => Version);
      }
      const { sdk, client } = await clients.elb();
      return call(client, new sdk.ModifyRuleCommand({ RuleArn: 'arn' }), limit, ({ Rules }) => Rules?.length);
    },
    async read(): Promise<Count> {
      const { client } = await clients.ssm();
      return call(client, new GetParameterCommand({ Name: 'n' }), limit, ({ Parameter }) =>
        Parameter?.Value === undefined ? undefined : Number(Parameter.Value),
      );
    },
  };
}

function process(seed: string, server: (request: WireRequest) => WireResponse) {
  const random = createRandom(seed);
  const scheduler: Scheduler = createScheduler();
  const network: Network = createNetwork({
    clock: scheduler.clock,
    server,
    latencies: random.fork('latencies'),
    faults: random.fork('faults'),
    trace: createTrace(),
  });
  const actor = scheduler.actor('ana');
  const clients = createSimulatedClients({ actor, network, stack: 'trimmed', ids: random.fork('ids') });
  return { scheduler, network, actor, clients };
}

function answer(body: string, contentType: string): WireResponse {
  return { status: 200, headers: { 'content-type': contentType }, body: new Uint8Array(Buffer.from(body)) };
}
