import { DescribeRulesCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask, failuresOf, someClients } from './kit/load.ts';
import { aProxy } from './kit/proxy.ts';
import { productionRule } from './kit/rules.ts';
import { aStage, type Stage } from './kit/stage.ts';
import { statusOf } from './kit/teal-run.ts';

/** A service with two routes, each with its own rule, in real processes under load. */
let stage: Stage;
beforeAll(async () => {
  stage = await aStage();
});
afterAll(() => stage?.[Symbol.asyncDispose]());

/** v1 is live behind both hosts, v2 is ready to be deployed; shares of green by host. */
async function twoHosts(service: string, priority: number) {
  const hosts = [`${service}.test`, `www.${service}.test`] as const;
  const routes = hosts.map((host, index) => ({ host, path: '/*', priority: priority + index }));
  stage.service(service, { tasks: 1, fields: { routes } });
  await stage.teal(['deploy', service]);
  stage.version(service, { name: 'v2' });
  const elb = new ElasticLoadBalancingV2Client(stage.client);
  const blueAt = async (host: string): Promise<number | undefined> => {
    const { arn } = await productionRule(elb, host);
    const { Rules } = await elb.send(new DescribeRulesCommand({ RuleArns: [arn] }));
    const groups = Rules?.[0]?.Actions?.[0]?.ForwardConfig?.TargetGroups ?? [];
    return groups.find(({ TargetGroupArn }) => TargetGroupArn?.includes('blue'))?.Weight;
  };
  const url = await stage.url();
  const shares = async () => Promise.all(hosts.map(blueAt));
  return { hosts, shares, url, clients: hosts.map((host) => someClients(url, 10, host)) };
}

/** The driver's canary reaches the first rule; it is killed while the second waits before the runtime, and never gets there. */
async function killedBetween(service: string): Promise<void> {
  await using proxy = await aProxy(stage.endpoint);
  const reached = new Promise<void>((resolve) => {
    let writes = 0;
    proxy.decide((call) => {
      if (call.operation !== 'ModifyRule' || !/Weight=10(&|$)/.test(call.body)) return 'pass';
      writes += 1;
      if (writes < 2) return 'pass';
      resolve();
      return 'never';
    });
  });
  const run = stage.start(['deploy', service], proxy.endpoint);
  await Promise.race([
    reached,
    run.ended.then(({ stderr }) => Promise.reject(new Error(`ended before its second write\n${stderr}`))),
  ]);
  run.kill('SIGKILL');
  await run.ended;
}

test.each([
  ['resume', 100],
  ['rollback', 0],
] as const)(
  'killed between two rules, %s writes both, and no request fails',
  async (command, blue) => {
    const service = `between-${command}`;
    const { hosts, shares, url, clients } = await twoHosts(service, blue + 1);
    await killedBetween(service);
    expect(await shares()).toEqual([10, 0]);

    const ended = await stage.start([command, service]).ended;
    expect(ended.exitCode, ended.stderr).toBe(command === 'resume' ? 0 : 5);
    expect(await shares()).toEqual([blue, blue]);
    const answers = await Promise.all(hosts.map((host) => ask(url, '/version', host)));
    const wanted = command === 'resume' ? 'v2' : 'v1';
    expect(answers.map(({ body }) => JSON.parse(body).version)).toEqual([wanted, wanted]);
    const records = (await Promise.all(clients.map((each) => each.stop()))).flat();
    expect(failuresOf(records)).toEqual([]);
    expect((await statusOf(stage, service)).weights).toEqual({ blue, green: 100 - blue });
  },
  120_000,
);
