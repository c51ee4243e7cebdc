import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeShop } from './shop.ts';
import { openWorkbench, type Ran, type Workbench } from './workbench.ts';

let bench: Workbench;
let client: { endpoint: string; region: string; credentials: { accessKeyId: string; secretAccessKey: string } };

beforeAll(async () => {
  bench = await openWorkbench();
  await makeShop(bench);
  bench.edit('services/shop.json', (service) => ({
    ...service,
    secrets: {
      TOKEN: { from: 'ssm:/shop/token' },
      KEY: { from: 'secretsmanager:shop/login:key' },
      PASSWORD: { from: 'secretsmanager:shop/login:password' },
    },
  }));
  const { stdout } = await bench.teal('local', 'status', '--json');
  const { endpoint, account }: { endpoint: string; account: string } = JSON.parse(stdout);
  client = { endpoint, region: 'us-east-1', credentials: { accessKeyId: account, secretAccessKey: 'local' } };
});
afterAll(() => bench[Symbol.asyncDispose]());

/** With a value on stdin. */
function put(value: string, ...args: readonly string[]): Promise<Ran> {
  const child = spawn(process.execPath, [bench.program, 'secret', 'put', ...args], {
    cwd: bench.folder,
    env: bench.environment,
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (text) => {
    stdout += text;
  });
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  child.stdin.end(value);
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, stdout, stderr })));
}

async function parameter(name: string): Promise<{ value: string | undefined; type: string | undefined }> {
  const ssm = new SSMClient(client);
  const { Parameter } = await ssm.send(new GetParameterCommand({ Name: name, WithDecryption: true }));
  ssm.destroy();
  return { value: Parameter?.Value, type: Parameter?.Type };
}

async function secret(name: string): Promise<string | undefined> {
  const secrets = new SecretsManagerClient(client);
  const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: name }));
  secrets.destroy();
  return SecretString;
}

test('a value from stdin goes to the store and is told nowhere', async () => {
  const done = await put('hunter2 with spaces\n', 'ssm:/shop/token');
  expect(done).toMatchObject({ code: 0, stderr: '' });
  expect(done.stdout).toContain('ssm:/shop/token is made, version 1.\nTasks that run keep what they have.');
  expect(done.stdout).toContain('teal deploy shop --env local');
  expect(await parameter('/shop/token')).toEqual({ value: 'hunter2 with spaces', type: 'SecureString' });
  const { stdout } = await bench.teal('secret', 'list', '--json');
  expect(JSON.parse(stdout)).toMatchObject({
    secrets: [
      { name: 'shop/login', key: 'key', reading: { kind: 'missing' }, usedBy: [{ service: 'shop', variable: 'KEY' }] },
      { name: 'shop/login', key: 'password', reading: { kind: 'missing' } },
      { name: '/shop/token', key: null, reading: { kind: 'there', version: '1' } },
    ],
  });
  expect(done.stdout + done.stderr + stdout + logOfRuntime()).not.toContain('hunter2');
});

test('a value is made where there is none, and only rotated where there is one', async () => {
  expect((await bench.teal('secret', 'rotate', 'session')).stderr).toContain('teal secret generate ssm:/session');
  const made = await bench.teal('secret', 'generate', 'session', '--length', '40');
  expect(made.code).toBe(0);
  const { value: first } = await parameter('/session');
  expect(first).toMatch(/^[A-Za-z0-9]{40}$/);
  const again = await bench.teal('secret', 'generate', 'session');
  expect(again.code).toBe(3);
  expect(again.stderr).toContain('teal secret rotate ssm:/session');
  expect((await parameter('/session')).value).toBe(first);
  expect((await bench.teal('secret', 'rotate', 'session')).code).toBe(0);
  const { value: second } = await parameter('/session');
  expect(second).not.toBe(first);
  expect(made.stdout + again.stderr + logOfRuntime()).not.toContain(first);
});

test('one member of a JSON object in Secrets Manager changes, and the others stay', async () => {
  expect((await bench.teal('secret', 'generate', 'secretsmanager:shop/login:key')).code).toBe(0);
  expect((await put('open sesame', 'secretsmanager:shop/login:password')).code).toBe(0);
  const { key, password, ...others } = JSON.parse((await secret('shop/login')) ?? '');
  expect({ password, others }).toEqual({ password: 'open sesame', others: {} });
  expect(key).toMatch(/^[A-Za-z0-9]{32}$/);
});

test('a name that a service uses goes to the store that the service names', async () => {
  expect((await put('a third', 'shop/token')).code).toBe(0);
  expect((await parameter('/shop/token')).value).toBe('a third');
});

test('one of a service’s own is named by the service and its variable, and kept apart for each environment', async () => {
  bench.edit('services/shop.json', (service) => ({
    ...service,
    secrets: { ...service.secrets, OWN: { from: 'teal' } },
  }));
  expect((await put('mine alone', 'shop/OWN')).stdout).toContain('ssm:/teal/local/shop/OWN is made, version 1.');
  expect((await parameter('/teal/local/shop/OWN')).value).toBe('mine alone');
  const { stdout } = await bench.teal('secret', 'list');
  expect(stdout).toMatch(/ssm:\/teal\/local\/shop\/OWN +version 1, .*shop OWN/);
});

test('no value is no secret', async () => {
  const nothing = await put('\n', 'ssm:/shop/empty');
  expect(nothing.code).toBe(2);
  expect(nothing.stderr).toContain('Nothing was changed.');
});

function logOfRuntime(): string {
  const folder = join(bench.environment.XDG_STATE_HOME ?? '', 'teal', 'local');
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.log'))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .join('\n');
}
