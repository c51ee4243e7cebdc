import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CloudWatchLogsClient, DeleteLogGroupCommand, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient, ListTablesCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { DescribeImagesCommand, ECRClient } from '@aws-sdk/client-ecr';
import { DescribeTaskDefinitionCommand, ECSClient } from '@aws-sdk/client-ecs';
import { CreateSecretCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask } from './kit/load.ts';
import { aStage, type Stage } from './kit/stage.ts';

const bundle = fileURLToPath(new URL('../../../dist/teal.cjs', import.meta.url));
const planted = 'planted-9b1f6c52d7e04a3c8a61';
const secrets = { PLANTED: { from: 'secretsmanager:engine/planted:key' } };

/** Each test goes on from the one before. */
let stage: Stage;
beforeAll(async () => {
  stage = await aStage();
  stage.service('api', { tasks: 1, fields: { secrets }, deployment: { strategy: 'all-at-once', bake: '0s' } });
});
afterAll(() => stage?.[Symbol.asyncDispose]());

/** What a person sees. */
function teal(
  args: readonly string[],
  more: NodeJS.ProcessEnv = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = { PATH: process.env.PATH, HOME: stage.folder, XDG_STATE_HOME: join(stage.folder, 'state'), ...more };
  return new Promise((resolve) => {
    execFile(process.execPath, [bundle, ...args], { cwd: stage.project, env }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
    );
  });
}

async function journalled(): Promise<string> {
  const client = new DynamoDBClient(stage.client);
  const { TableNames = [] } = await client.send(new ListTablesCommand({}));
  const pages = await Promise.all(TableNames.map((TableName) => client.send(new ScanCommand({ TableName }))));
  return JSON.stringify(pages.map(({ Items }) => Items));
}

test('a secret that is missing refuses with its remedy, in the deployment and in the plan, and nothing is changed', async () => {
  const refused = await stage.teal(['deploy', 'api'], 3);
  expect(refused.stderr).toContain(
    'secrets.PLANTED: there is no secret engine/planted in Secrets Manager, and without it no task starts. Put it there: teal secret put secretsmanager:engine/planted --env local',
  );
  expect(refused.stderr).toContain('Nothing was changed.');
  expect(await journalled()).not.toContain('"opened"');

  const plan = await teal(['plan', 'api']);
  expect(plan.code).toBe(3);
  expect(plan.stdout).toMatch(/Preflight: 1 NG, \d OK, \d SKIP \(roles, [^)]*\)\.\n {2}└─ NG +secrets +/);
  expect(plan.stdout).toContain('is refused until no check is NG');
});

test('a secret of Secrets Manager reaches the task, and stands in no journal, log, argument or task definition', async () => {
  const client = new SecretsManagerClient(stage.client);
  await client.send(
    new CreateSecretCommand({ Name: 'engine/planted', SecretString: JSON.stringify({ key: planted, other: 'x' }) }),
  );
  const plan = await teal(['plan', 'api', '--verbose']);
  expect(plan.code, plan.stderr).toBe(0);
  expect(plan.stdout).toMatch(
    /secrets\.PLANTED {2}secretsmanager:engine\/planted:key,\s+version [0-9a-f]{8} of \d{4}-/,
  );
  expect(plan.stdout).toMatch(/├─ SKIP roles +the local runtime takes roles as given/);
  expect(plan.stdout).toMatch(/├─ OK +secrets +1 of 1 are there/);

  const run = stage.start(['deploy', 'api']);
  await run.event(({ type }) => type === 'scaled');
  const commandLines = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => readIfThere(join('/proc', pid, 'cmdline')));
  const deployed = await run.ended;
  expect([deployed.exitCode, deployed.stderr]).toEqual([0, expect.any(String)]);
  expect(JSON.parse((await ask(await stage.url(), '/secret')).body)).toEqual({ length: planted.length });

  const ecs = new ECSClient(stage.client);
  const { taskDefinition } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: 'local-api' }));
  expect(taskDefinition?.containerDefinitions?.[0]?.secrets).toEqual([
    {
      name: 'PLANTED',
      valueFrom: expect.stringMatching(/^arn:aws:secretsmanager:.*:secret:engine\/planted-\w{6}:key::$/),
    },
  ]);
  const logs = new CloudWatchLogsClient(stage.client);
  const { events } = await logs.send(new FilterLogEventsCommand({ logGroupName: '/teal/local/api' }));
  expect(events?.length).toBeGreaterThan(0);
  const journal = await journalled();
  expect(journal).toContain('engine/planted');
  const everywhere = [
    journal,
    JSON.stringify(taskDefinition),
    JSON.stringify(events),
    deployed.stdout,
    deployed.stderr,
  ];
  expect([...everywhere, ...commandLines].filter((text) => text.includes(planted))).toEqual([]);
});

test('a rollback to tasks that were started before their secret changed starts them anew', async () => {
  stage.version('api', { name: 'v2' });
  await stage.teal(['deploy', 'api']);
  const client = new SecretsManagerClient(stage.client);
  const changed = JSON.stringify({ key: `${planted}-changed` });
  await client.send(new PutSecretValueCommand({ SecretId: 'engine/planted', SecretString: changed }));
  const back = await stage.teal(['rollback', 'api']);
  expect(back.stderr).toContain('was started before PLANTED changed');
  expect(JSON.parse((await ask(await stage.url(), '/secret')).body)).toEqual({ length: `${planted}-changed`.length });
});

test('where nothing is made by the deployment, a log group that is missing refuses with its remedy', async () => {
  const ssm = new SSMClient(stage.client);
  for (const path of ['', '/api']) {
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: `/teal/local${path}` }));
    await ssm.send(
      new PutParameterCommand({ Name: `/teal/staging${path}`, Type: 'String', Value: Parameter?.Value ?? '' }),
    );
  }
  mkdirSync(join(stage.project, 'environments'));
  const staging = { account: '000000000000', region: 'us-east-1', allowEndpoint: true };
  writeFileSync(join(stage.project, 'environments', 'staging.json'), JSON.stringify(staging));
  const ecr = new ECRClient(stage.client);
  const { imageDetails } = await ecr.send(new DescribeImagesCommand({ repositoryName: 'api' }));
  const image = `000000000000.dkr.ecr.us-east-1.amazonaws.com/api@${imageDetails?.[0]?.imageDigest}`;
  stage.service('api', {
    tasks: 1,
    fields: { image, secrets },
    // The name of its load balancer leads nowhere from here.
    deployment: { strategy: 'all-at-once', bake: '0s', verification: [] },
  });
  const logs = new CloudWatchLogsClient(stage.client);
  await logs.send(new DeleteLogGroupCommand({ logGroupName: '/teal/local/api' }));

  const aws = {
    AWS_ENDPOINT_URL: stage.endpoint,
    AWS_ACCESS_KEY_ID: '000000000000',
    AWS_SECRET_ACCESS_KEY: 'local',
  };
  const refused = await teal(['deploy', 'api', '--env', 'staging'], aws);
  expect([refused.code, refused.stderr]).toEqual([
    3,
    expect.stringContaining('There is no log group /teal/local/api, and without it no task starts. Apply Terraform'),
  ]);
  const plan = await teal(['plan', 'api', '--env', 'staging', '--verbose'], aws);
  expect(plan.code).toBe(3);
  expect(plan.stdout).toMatch(/├─ NG +log group +There is no log group/);
  expect(plan.stdout).toMatch(/├─ OK +image +sha256:[0-9a-f]{12}… is in ECR/);
});

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
