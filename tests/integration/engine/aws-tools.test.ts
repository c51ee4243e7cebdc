import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { awsEnvironment, has } from '../local-runtime.ts';
import { failuresOf, someClients, versionsBetween } from './kit/load.ts';
import { aStage, type Stage } from './kit/stage.ts';
import { isWeights, statusOf, type TealRun, wordsOf } from './kit/teal-run.ts';

/** A canary stands at 10 % while people look at it with tools of their own. */
let stage: Stage;
let canary: TealRun;
beforeAll(async () => {
  stage = await aStage();
  stage.service('api', { deployment: { strategy: { canary: { weight: 10, bake: '60s' } }, bake: '0s' } });
  await stage.teal(['deploy', 'api']);
  stage.version('api', { name: 'v2' });
  canary = stage.start(['deploy', 'api']);
  await canary.event(isWeights(90));
});
afterAll(() => stage?.[Symbol.asyncDispose]());

const run = promisify(execFile);

async function tool(program: string, ...args: readonly string[]): Promise<string> {
  const environment = { ...awsEnvironment(stage.endpoint), AWS_ACCESS_KEY_ID: '000000000000' };
  const { stdout } = await run(program, args, { env: environment, maxBuffer: 64 << 20 });
  return stdout;
}

/** What the AWS CLI answers to a query; `--query` is its own language for picking. */
const aws = async (query: string, ...args: readonly string[]): Promise<unknown> =>
  JSON.parse(await tool('aws', ...args, '--query', query, '--output', 'json'));

describe.skipIf(!has('aws', '--version'))('the AWS CLI', () => {
  test('reads services, tasks, targets, rules, logs and the journal while a canary runs', async () => {
    const services = ['ecs', 'describe-services', '--cluster', 'local', '--services', 'api-blue', 'api-green'];
    const [names, counts, taskArns, groups, weights, tables] = await Promise.all([
      aws('sort(serviceArns)', 'ecs', 'list-services', '--cluster', 'local'),
      aws('services[].[serviceName, runningCount, deployments[0].rolloutState]', ...services),
      aws('taskArns', 'ecs', 'list-tasks', '--cluster', 'local', '--service-name', 'api-blue'),
      aws('TargetGroups[].[TargetGroupName, TargetGroupArn]', 'elbv2', 'describe-target-groups'),
      rules(),
      aws('TableNames', 'dynamodb', 'list-tables'),
    ]);
    expect(names).toHaveLength(2);
    expect(counts).toEqual([
      ['api-blue', 2, 'COMPLETED'],
      ['api-green', 2, 'COMPLETED'],
    ]);
    expect(taskArns).toHaveLength(2);
    expect(weights.map(({ weights: found }) => found)).toContainEqual({ blue: 10, green: 90 });
    const blue = pairs(groups).find(([name]) => name === 'local-api-blue')?.[1] ?? '';
    const table = texts(tables)[0] ?? '';
    const group = texts(await aws('logGroups[].logGroupName', 'logs', 'describe-log-groups'))[0] ?? '';
    const [tasks, health, lines, entries] = await Promise.all([
      aws('tasks[].lastStatus', 'ecs', 'describe-tasks', '--cluster', 'local', '--tasks', ...texts(taskArns)),
      aws(
        'TargetHealthDescriptions[].TargetHealth.State',
        ...['elbv2', 'describe-target-health', '--target-group-arn', blue],
      ),
      aws('events[].message', 'logs', 'filter-log-events', '--log-group-name', group),
      aws('length(Items)', 'dynamodb', 'scan', '--table-name', table),
    ]);
    expect(tasks).toEqual(['RUNNING', 'RUNNING']);
    expect(health).toEqual(['healthy', 'healthy']);
    expect(lines).toContain('version v2 listens');
    expect(entries).toBeGreaterThan(10);
  });
});

describe.skipIf(!has('python3', '-c', 'import boto3'))('boto3', () => {
  test('pages through services, tasks, rules, parameters, logs and the journal while a canary runs', async () => {
    const found: unknown = JSON.parse(await tool('python3', '-c', boto3Source));
    expect(found).toMatchObject({ services: 2, tasks: 4, states: ['healthy'], account: '000000000000' });
    expect(found).toMatchObject({ parameters: expect.arrayContaining(['/teal/local', '/teal/local/api']) });
    expect(found).toMatchObject({ opened: 2, lease: 1 });
  });
});

describe.skipIf(!has('aws', '--version'))('the AWS CLI, by hand', () => {
  test('switches with elbv2 modify-rule under load, and no request fails', async () => {
    await stage.teal(['promote', 'api']);
    const ended = await canary.ended;
    expect(ended.exitCode, wordsOf(ended)).toBe(0);
    const clients = someClients(await stage.url(), 50);
    await clients.answeredBy('v2', 50);
    const production = (await rules()).find(({ weights }) => weights.blue === 100 && weights.green === 0);
    if (!production) throw new Error('a rule gives blue everything');
    const targets = production.groups.map((arn) => ({
      TargetGroupArn: arn,
      Weight: arn.includes('-green/') ? 100 : 0,
    }));
    const actions = JSON.stringify([{ Type: 'forward', ForwardConfig: { TargetGroups: targets } }]);
    await tool('aws', 'elbv2', 'modify-rule', '--rule-arn', production.arn, '--actions', actions);
    const switchedAt = Date.now();
    await clients.answeredBy('v1', 50);
    const records = await clients.stop();
    expect(failuresOf(records)).toEqual([]);
    expect(versionsBetween(records, switchedAt, Number.POSITIVE_INFINITY)).toEqual(['v1']);
    expect((await statusOf(stage, 'api')).weights).toEqual({ blue: 0, green: 100 });
  });
});

interface RuleFound {
  readonly arn: string;
  readonly groups: readonly string[];
  readonly weights: { readonly blue: number; readonly green: number };
}

/** The production rules: those without the header of test traffic. */
async function rules(): Promise<readonly RuleFound[]> {
  const listeners = await aws(
    'Listeners[].ListenerArn',
    ...[
      'elbv2',
      'describe-listeners',
      '--load-balancer-arn',
      ...texts(await aws('LoadBalancers[].LoadBalancerArn', 'elbv2', 'describe-load-balancers')),
    ],
  );
  const found: [string, [string, number][]][] = JSON.parse(
    await tool(
      'aws',
      ...['elbv2', 'describe-rules', '--listener-arn', texts(listeners)[0] ?? '', '--output', 'json', '--query'],
      "Rules[?length(Conditions[?Field=='http-header']) == `0` && Actions[0].ForwardConfig].[RuleArn, Actions[0].ForwardConfig.TargetGroups[].[TargetGroupArn, Weight]]",
    ),
  );
  return found.map(([arn, groups]) => {
    const weightOf = (color: string): number => groups.find(([group]) => group.includes(`-${color}/`))?.[1] ?? 0;
    return {
      arn,
      groups: groups.map(([group]) => group),
      weights: { blue: weightOf('blue'), green: weightOf('green') },
    };
  });
}

const texts = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);

const pairs = (value: unknown): readonly (readonly [string, string])[] =>
  Array.isArray(value) ? value.map((pair: readonly unknown[]) => [String(pair[0]), String(pair[1])]) : [];

const boto3Source = `
import boto3, json
ecs, elb, ssm, logs, ddb, sts = (boto3.client(n) for n in ('ecs', 'elbv2', 'ssm', 'logs', 'dynamodb', 'sts'))
services = [a for p in ecs.get_paginator('list_services').paginate(cluster='local') for a in p['serviceArns']]
tasks = [a for p in ecs.get_paginator('list_tasks').paginate(cluster='local') for a in p['taskArns']]
described = ecs.describe_tasks(cluster='local', tasks=tasks)['tasks']
assert {t['lastStatus'] for t in described} == {'RUNNING'}, described
groups = [g for p in elb.get_paginator('describe_target_groups').paginate() for g in p['TargetGroups']]
states = {h['TargetHealth']['State'] for g in groups for h in elb.describe_target_health(TargetGroupArn=g['TargetGroupArn'])['TargetHealthDescriptions']}
balancer = elb.describe_load_balancers()['LoadBalancers'][0]['LoadBalancerArn']
listener = elb.describe_listeners(LoadBalancerArn=balancer)['Listeners'][0]['ListenerArn']
assert len(elb.describe_rules(ListenerArn=listener)['Rules']) == 3
parameters = [x['Name'] for p in ssm.get_paginator('describe_parameters').paginate() for x in p['Parameters']]
group = logs.describe_log_groups()['logGroups'][0]['logGroupName']
events = [e for p in logs.get_paginator('filter_log_events').paginate(logGroupName=group) for e in p['events']]
assert any('listens' in e['message'] for e in events)
items = [i for p in ddb.get_paginator('scan').paginate(TableName=ddb.list_tables()['TableNames'][0]) for i in p['Items']]
texts = [json.dumps(i) for i in items]
print(json.dumps({
  'services': len(services), 'tasks': len(tasks), 'states': sorted(states), 'parameters': parameters,
  'account': sts.get_caller_identity()['Account'],
  'opened': sum('opened' in t for t in texts), 'lease': sum('"lease"' in t for t in texts),
}))
`;
