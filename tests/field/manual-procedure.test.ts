import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { DescribeRulesCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, describe, expect, onTestFailed, test, vi } from 'vitest';
import { itemsKeptAt } from '../../examples/demo/items-kept.ts';
import { startLoad } from '../../examples/demo/load.ts';
import { colourOf, failed, type LoadRecord } from '../../examples/demo/load-record.ts';
import { productionRule } from '../integration/engine/kit/rules.ts';
import { awsEnvironment, clientOptions, has } from '../integration/local-runtime.ts';
import { anItemsSite, type ItemsSite } from './items-site.ts';

const account = '000000000000';
const run = promisify(execFile);

/**
 * What people who run ECS blue/green without a tool type today, word for word, with the CLI's own waiters. Two places
 * lead to the colours: a rule, and the default action of a second listener.
 */
describe.skipIf(!has('aws', '--version'))('the manual procedure by the AWS CLI, with the sample on PostgreSQL', () => {
  let site: ItemsSite;
  let elb: ElasticLoadBalancingV2Client;
  let rule: string;
  let listener: string;
  let urls: readonly [string, string];
  const groups = new Map<string, string>();
  /** Told where it fails: what was typed, and how long it took. */
  const typed: string[] = [];

  async function aws<Answer>(...args: readonly string[]): Promise<Answer> {
    const environment = { ...awsEnvironment(site.endpoint), AWS_ACCESS_KEY_ID: account };
    const began = performance.now();
    const at = typed.push(`aws ${args.join(' ')}: under way`) - 1;
    const { stdout } = await run('aws', [...args, '--output', 'json'], { env: environment });
    typed[at] = `aws ${args.join(' ')}: ${((performance.now() - began) / 1_000).toFixed(1)} s`;
    return stdout === '' ? Object() : JSON.parse(stdout);
  }

  const groupOf = (colour: string): string => groups.get(colour) ?? '';

  beforeAll(async () => {
    site = await anItemsSite();
    elb = new ElasticLoadBalancingV2Client(clientOptions(site.endpoint, 'us-east-1', account));
    rule = (await productionRule(elb, undefined)).arn;
    for (const colour of ['blue', 'green']) {
      const [arn] = await aws<string[]>(
        ...['elbv2', 'describe-target-groups', '--names', `local-items-${colour}`],
        ...['--query', 'TargetGroups[].TargetGroupArn'],
      );
      groups.set(colour, arn ?? '');
    }
    const [balancer] = await aws<string[]>(
      ...['elbv2', 'describe-load-balancers', '--query', 'LoadBalancers[].LoadBalancerArn'],
    );
    listener = await aws<string>(
      ...['elbv2', 'create-listener', '--load-balancer-arn', balancer ?? '', '--protocol', 'HTTP', '--port', '8181'],
      ...['--default-actions', `Type=forward,TargetGroupArn=${groupOf(await live())}`],
      ...['--query', 'Listeners[0].ListenerArn'],
    );
    const answer = await fetch(`${site.endpoint}/_teal/listeners`);
    const listeners: { listeners: { listenerArn: string; url: string }[] } = JSON.parse(await answer.text());
    const urlOf = (second: boolean) =>
      listeners.listeners.find(({ listenerArn }) => (listenerArn === listener) === second)?.url.replace(/\/$/, '') ??
      '';
    urls = [urlOf(false), urlOf(true)];
  }, 240_000);
  afterAll(() => site?.[Symbol.asyncDispose]());

  async function weights(): Promise<Record<string, number>> {
    const { Rules } = await elb.send(new DescribeRulesCommand({ RuleArns: [rule] }));
    const colourAt = (arn: string | undefined) => [...groups].find(([, group]) => group === arn)?.[0] ?? `${arn}`;
    const found = Rules?.[0]?.Actions?.[0]?.ForwardConfig?.TargetGroups ?? [];
    return Object.fromEntries(found.map(({ TargetGroupArn, Weight }) => [colourAt(TargetGroupArn), Weight ?? 1]));
  }

  async function live(): Promise<string> {
    const [colour = ''] = Object.entries(await weights()).find(([, weight]) => weight > 0) ?? [];
    return colour;
  }

  /** The CLI's shorthand for the rule, JSON for the listener: both are in use. */
  async function forward(weightOf: Readonly<Record<string, number>>): Promise<void> {
    const named = Object.entries(weightOf).map(([colour, Weight]) => ({ TargetGroupArn: groupOf(colour), Weight }));
    const shorthand = named.map(({ TargetGroupArn, Weight }) => `{TargetGroupArn=${TargetGroupArn},Weight=${Weight}}`);
    await aws(
      ...['elbv2', 'modify-rule', '--rule-arn', rule],
      ...['--actions', `Type=forward,ForwardConfig={TargetGroups=[${shorthand.join(',')}]}`],
    );
    await aws(
      ...['elbv2', 'modify-listener', '--listener-arn', listener],
      ...['--default-actions', JSON.stringify([{ Type: 'forward', ForwardConfig: { TargetGroups: named } }])],
    );
  }

  async function registerAs(colour: string, from: string): Promise<string> {
    const definition = await aws<Record<string, unknown> & { containerDefinitions: { environment: Variable[] }[] }>(
      ...['ecs', 'describe-task-definition', '--task-definition', from, '--query', 'taskDefinition'],
    );
    const readOnly = ['taskDefinitionArn', 'revision', 'status', 'requiresAttributes', 'compatibilities'];
    const input = Object.fromEntries(
      Object.entries(definition).filter(([key]) => ![...readOnly, 'registeredAt', 'registeredBy'].includes(key)),
    );
    const containerDefinitions = definition.containerDefinitions.map((container) => ({
      ...container,
      environment: [
        ...container.environment.filter(({ name }) => name !== 'TEAL_COLOR'),
        { name: 'TEAL_COLOR', value: colour },
      ],
    }));
    return aws<string>(
      ...['ecs', 'register-task-definition', '--cli-input-json', JSON.stringify({ ...input, containerDefinitions })],
      ...['--query', 'taskDefinition.taskDefinitionArn'],
    );
  }

  test('three cycles under load lose no request, and what each colour wrote is there after all of them', async () => {
    onTestFailed(() => {
      process.stdout.write(`${typed.join('\n')}\n`);
    });
    const old = await live();
    const idle = old === 'blue' ? 'green' : 'blue';
    const [service = ''] = await aws<string[]>(
      ...['ecs', 'describe-services', '--cluster', 'local', '--services', `items-${old}`],
      ...['--query', 'services[].taskDefinition'],
    );
    const records: [LoadRecord[], LoadRecord[]] = [[], []];
    const plan = { requestsPerSecond: 20, longPerSecond: 1, longSeconds: 2, timeoutSeconds: 20 };
    const loads = urls.map((url, at) => startLoad({ ...plan, url, run: `hand${at}` }, (one) => records[at]?.push(one)));
    const kept = itemsKeptAt(urls[0]);

    /** Until requests that were sent from now on were answered by these colours, at both places. */
    const answeredBy = async (...colours: readonly string[]): Promise<void> => {
      const from = Date.now();
      await vi.waitFor(
        () => {
          for (const place of records) {
            const since = place.filter(({ sentAt }) => sentAt >= from);
            expect(since.length).toBeGreaterThan(20);
            expect([...new Set(since.map(colourOf))].sort()).toEqual([...colours].sort());
          }
        },
        { timeout: 15_000, interval: 100 },
      );
    };

    for (let cycle = 1; cycle <= 3; cycle++) {
      expect(await kept.write()).toBe(old);
      const revision = await registerAs(idle, service);
      const updated = await aws<{ service: { desiredCount: number } }>(
        ...['ecs', 'update-service', '--cluster', 'local', '--service', `items-${idle}`],
        ...['--task-definition', revision, '--desired-count', '2'],
        ...['--load-balancers', `targetGroupArn=${groupOf(idle)},containerName=app,containerPort=8080`],
      );
      expect(updated.service.desiredCount).toBe(2);
      await aws('ecs', 'wait', 'services-stable', '--cluster', 'local', '--services', `items-${idle}`);
      await aws('elbv2', 'wait', 'target-in-service', '--target-group-arn', groupOf(idle));
      await answeredBy(old);

      await forward({ [old]: 50, [idle]: 50 });
      await answeredBy(old, idle);
      await forward({ [old]: 0, [idle]: 100 });
      expect(await weights()).toEqual({ [old]: 0, [idle]: 100 });
      await answeredBy(idle);
      expect(await kept.write()).toBe(idle);
      await kept.check();

      await forward({ [old]: 100, [idle]: 0 });
      await answeredBy(old);
      const ending = await aws<string[]>(
        ...['elbv2', 'describe-target-health', '--target-group-arn', groupOf(idle)],
        ...['--query', "TargetHealthDescriptions[].join('', ['Id=', Target.Id, ',Port=', to_string(Target.Port)])"],
      );
      expect(ending.length).toBe(2);
      await aws(
        ...['ecs', 'update-service', '--cluster', 'local', '--service', `items-${idle}`, '--desired-count', '0'],
      );
      await aws('ecs', 'wait', 'services-stable', '--cluster', 'local', '--services', `items-${idle}`);
      // By name: the waiter takes a group that has no target any more for one that it has to wait for.
      await aws(
        ...['elbv2', 'wait', 'target-deregistered', '--target-group-arn', groupOf(idle), '--targets', ...ending],
      );
      await kept.check();
    }

    await Promise.all(loads.map((load) => load.stop()));
    const all = records.flat();
    expect(all.filter(failed)).toEqual([]);
    expect(kept.written).toEqual(
      new Map([
        [old, 3],
        [idle, 3],
      ]),
    );
    process.stdout.write(`measured: three cycles by hand, ${all.length} requests, 0 failed\n`);
  }, 900_000);
});

interface Variable {
  readonly name: string;
  readonly value: string;
}
