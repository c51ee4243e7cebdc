import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { whyNoTerraform } from '../field/terraform.ts';
import { aProxy, type RuntimeProxy, type SeenCall } from '../integration/engine/kit/proxy.ts';
import { accessesOf, type Caller } from './kit/iam/accesses.ts';
import { evaluate, type Policy } from './kit/iam/evaluate.ts';
import { aPlatformByProvision } from './kit/platform.ts';
import { account, aWorld, type World } from './kit/world.ts';

const reason = whyNoTerraform();
if (reason !== undefined) process.stdout.write(`skipped: ${reason}\n`);

const region = 'eu-west-1';

/** The module's policy, and every call that teal's commands really sent, as they went over the wire. */
describe.skipIf(reason !== undefined)('the role of who deploys, made by Terraform', () => {
  let world: World;
  let proxy: RuntimeProxy;
  let policy: Policy;
  let calls: readonly SeenCall[];
  let caller: Caller;

  beforeAll(async () => {
    world = await aWorld({ region });
    await aPlatformByProvision(world);
    await world.version('v1');
    for (const name of ['ssm:/world/token', 'secretsmanager:world/key']) await world.teal(['secret', 'generate', name]);
    world.service('api', {
      secrets: { TOKEN: { from: 'ssm:/world/token' }, KEY: { from: 'secretsmanager:world/key' } },
      scaling: { min: 1, max: 2, cpuPercent: 60 },
      uses: { tables: { posts: { keys: { id: 'S' } } } },
    });
    await world.teal(['sync']);
    const services = await world.root('services');
    await services.apply();
    const { output } = await services.run(['output', '-json', 'services']);
    const made: Readonly<Record<string, MadeService>> = JSON.parse(output);
    policy = await policyFor(world, made);
    proxy = await aProxy(world.endpoint);
    const teal = async (...args: readonly string[]): Promise<void> => {
      const { exitCode, stderr } = await world.start(args, undefined, proxy.endpoint).ended;
      if (exitCode !== 0) throw new Error(`teal ${args.join(' ')}: ${exitCode}\n${stderr}`);
    };
    await teal('plan', 'api');
    await teal('deploy', 'api');
    await world.version('v2');
    world.service('api', {
      secrets: { TOKEN: { from: 'ssm:/world/token' }, KEY: { from: 'secretsmanager:world/key' } },
      scaling: { min: 1, max: 2, cpuPercent: 60 },
      uses: { tables: { posts: { keys: { id: 'S' } } } },
      environment: { SECOND: 'yes' },
    });
    const second = world.start(['deploy', 'api'], undefined, proxy.endpoint);
    // Nobody sends a request, so that its limits have nothing to judge and would hold the bake.
    await second.event(({ type, body }) => type === 'phase' && body.phase === 'baking');
    await second.event(({ type }) => type === 'status');
    await teal('promote', 'api');
    expect((await second.ended).exitCode).toBe(0);
    await teal('status');
    await teal('logs', 'api');
    await teal('history', 'api');
    await teal('rollback', 'api');
    await teal('sweep');
    calls = proxy.calls.filter(({ service }) => service !== '');
    const roles = Object.values(made).flatMap((service) => Object.values(service.roles));
    caller = {
      account,
      region,
      secretArn: (name) => secretArn(name, 'world/key'),
      roleArn: (name) => roles.find((arn) => arn.endsWith(`/${name}`)) ?? `arn:aws:iam::${account}:role/${name}`,
    };
  }, 600_000);
  afterAll(async () => {
    await proxy?.[Symbol.asyncDispose]();
    await world?.[Symbol.asyncDispose]();
  });

  test('lets every call of a deployment, a roll-back and what looks at them pass', () => {
    const refused = calls.flatMap((call) =>
      accessesOf(call, caller)
        .filter((access) => !evaluate(policy, access).allowed)
        .map(({ action, resource, context }) => `${action} ${resource} ${JSON.stringify(context)}`),
    );
    expect([...new Set(refused)]).toEqual([]);
    expect(calls.map(({ operation }) => operation)).toEqual(
      expect.arrayContaining(['ModifyRule', 'UpdateService', 'RegisterTaskDefinition', 'RegisterScalableTarget']),
    );
  });

  test('has no statement that none of them uses, but for alarms and metrics', () => {
    const used = new Set(
      calls.flatMap((call) => accessesOf(call, caller).flatMap((access) => evaluate(policy, access).by)),
    );
    const allows = policy.Statement.filter(({ Effect }) => Effect === 'Allow').map(({ Sid }) => Sid);
    // The service has no alarm, and its bake is over before CloudWatch has counted a minute.
    expect(allows.filter((sid) => !used.has(sid))).toEqual(['WatchAlarmsAndMetrics']);
  });

  test('lets no call pass that names another environment, account or service', () => {
    const elsewhere: readonly (readonly [string, (text: string) => string])[] = [
      ['environment', (text) => text.replaceAll('staging', 'production')],
      ['account', (text) => text.replaceAll(account, '999999999999')],
      ['service', (text) => text.replaceAll(/\bapi\b/g, 'web')],
    ];
    for (const [what, change] of elsewhere) {
      const passed = calls.flatMap((call) =>
        accessesOf(call, caller)
          .map((access) => ({ access, changed: changed(access, change) }))
          .filter(({ access, changed }) => JSON.stringify(access) !== JSON.stringify(changed))
          .filter(({ changed }) => evaluate(policy, changed).allowed)
          .map(({ changed }) => `${changed.action} ${changed.resource}`),
      );
      expect([...new Set(passed)], `of another ${what}`).toEqual([]);
    }
  });

  test('gives nobody the value of a secret', () => {
    const decrypting = {
      service: 'ssm',
      operation: 'GetParameters',
      body: JSON.stringify({ Names: ['/world/token'], WithDecryption: true }),
    };
    expect(accessesOf(decrypting, caller).map((access) => evaluate(policy, access))).toEqual([
      { allowed: true, by: ['SeeVersionsOfParameters'] },
      { allowed: false, by: ['NeverTheirValues'] },
    ]);
    const reading = { action: 'secretsmanager:GetSecretValue', resource: caller.secretArn('world/key'), context: {} };
    expect(evaluate(policy, reading).allowed).toBe(false);
  });
});

const secretArn = (name: string, ...known: readonly string[]): string =>
  name.startsWith('arn:')
    ? name
    : `arn:aws:secretsmanager:${region}:${account}:secret:${name}${known.includes(name) ? '-AbC123' : '-Other1'}`;

function changed<Access extends { readonly resource: string; readonly context: object }>(
  access: Access,
  change: (text: string) => string,
): Access {
  return { ...access, resource: change(access.resource), context: JSON.parse(change(JSON.stringify(access.context))) };
}

/** What the module gives a role for the services as the root's outputs name them: planned by the real provider. */
async function policyFor(world: World, made: Readonly<Record<string, MadeService>>): Promise<Policy> {
  const folder = join(world.folder, 'terraform', 'deployer');
  mkdirSync(folder);
  writeFileSync(join(folder, 'main.tf'), deployer);
  const root = await world.root('deployer', {
    services: Object.fromEntries(
      Object.entries(made).map(([name, { production_rules, test_rules, roles, log_group, tables }]) => [
        name,
        {
          rule_arns: [...Object.values(production_rules), ...Object.values(test_rules)],
          role_arns: Object.values(roles),
          log_group,
          tables: Object.values(tables),
          parameters: ['/world/token'],
          secrets: ['world/key'],
        },
      ]),
    ),
  });
  await root.apply();
  const told = await root.run(['output', '-json', 'policy']);
  const text: string = JSON.parse(told.output);
  return JSON.parse(text);
}

interface MadeService {
  readonly production_rules: Readonly<Record<string, string>>;
  readonly test_rules: Readonly<Record<string, string>>;
  readonly roles: Readonly<Record<string, string>>;
  readonly log_group: string;
  readonly tables: Readonly<Record<string, string>>;
}

const deployer = `terraform {
  backend "s3" {}
}

variable "synced" {
  type = string
}

variable "services" {
  type = any
}

provider "aws" {
  region = "${region}"
}

module "deployer" {
  source = "../modules/deployer-role"

  environment   = { name = "staging", account = "${account}", region = "${region}" }
  cluster       = "staging"
  journal_table = "teal-journal-staging"
  services      = var.services
  scaled        = keys(var.services)
  github        = { subjects = ["repo:acme/shop:environment:staging"] }
}

output "policy" {
  value = module.deployer.policy
}
`;
