import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { GetParametersByPathCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterEach, expect, test } from 'vitest';
import { DataFolderTaken, PortTaken, readLockFile, startLocalRuntime } from '../../src/local/index.ts';
import { aDataDir, aLocalRuntime, aRuntimeProcess, clientOptions } from './local-runtime.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});
const aFolder = (): string => {
  const folder = aDataDir();
  folders.push(folder);
  return folder;
};

async function namesIn(endpoint: string): Promise<(string | undefined)[]> {
  const ssm = new SSMClient(clientOptions(endpoint));
  const names: (string | undefined)[] = [];
  let NextToken: string | undefined;
  do {
    const page = await ssm.send(new GetParametersByPathCommand({ Path: '/', Recursive: true, NextToken }));
    names.push(...(page.Parameters ?? []).map(({ Name }) => Name));
    NextToken = page.NextToken;
  } while (NextToken);
  return names;
}

test('kill -9 loses nothing that was acknowledged, and the folder is taken over', async () => {
  const dataDir = aFolder();
  const first = await aRuntimeProcess(dataDir, '--driver', 'simulated');
  const ssm = new SSMClient({ ...clientOptions(first.endpoint), maxAttempts: 1 });
  const acknowledged: string[] = [];
  const writer = async (id: number) => {
    for (let n = 0; ; n++) {
      const Name = `/w${id}/${n}`;
      await ssm.send(new PutParameterCommand({ Name, Value: 'x'.repeat(200), Type: 'SecureString' }));
      if (acknowledged.push(Name) === 300) void first.end('SIGKILL');
    }
  };
  await Promise.allSettled([1, 2, 3, 4].map(writer));
  expect(acknowledged.length).toBeGreaterThanOrEqual(300);
  expect(readLockFile(dataDir)).toMatchObject({ pid: first.pid });

  const second = await aRuntimeProcess(dataDir, '--driver', 'simulated');
  expect(readLockFile(dataDir)).toMatchObject({ pid: second.pid, endpoint: second.endpoint });
  const kept = await namesIn(second.endpoint);
  expect(acknowledged.filter((name) => !kept.includes(name))).toEqual([]);
  expect(await second.end('SIGTERM')).toBe(0);
  expect(existsSync(join(dataDir, 'runtime.json'))).toBe(false);
});

test('POST /_teal/stop ends the process', async () => {
  const dataDir = aFolder();
  const runtime = await aRuntimeProcess(dataDir, '--driver', 'simulated');
  await fetch(`${runtime.endpoint}/_teal/stop`, { method: 'POST' });
  expect(await runtime.end('SIGTERM')).toBe(0);
  expect(readLockFile(dataDir)).toBeUndefined();
});

test('a second runtime on the same folder is refused, and told by whom', async () => {
  const dataDir = aFolder();
  const first = await aRuntimeProcess(dataDir, '--driver', 'simulated');
  const refused = await aLocalRuntime({ dataDir }).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(DataFolderTaken);
  expect(refused).toMatchObject({
    message: `Another local runtime (process ${first.pid}, ${first.endpoint}) has the data folder ${dataDir}. Stop it (teal local stop) or give this one a folder of its own (--data <folder>).`,
  });
  expect(readLockFile(dataDir)).toMatchObject({ pid: first.pid });
  await first.end('SIGTERM');
});

test('a folder whose holder is dead is taken, also when its number is another process now', async () => {
  const dataDir = aFolder();
  const startedAt = '2026-01-01T00:00:00.000Z';
  for (const pid of [2 ** 22 + 1, process.ppid]) {
    writeFileSync(join(dataDir, 'lock'), JSON.stringify({ pid, startedAt }));
    writeFileSync(
      join(dataDir, 'runtime.json'),
      JSON.stringify({ endpoint: 'http://127.0.0.1:1', pid, startedAt, version: '0' }),
    );
    await using runtime = await aLocalRuntime({ dataDir });
    expect(readLockFile(dataDir)).toMatchObject({ pid: process.pid, endpoint: runtime.endpoint });
  }
});

test('a taken port is named, with what to do, and nothing is left behind', async () => {
  const dataDir = aFolder();
  const other = createServer();
  const port = await new Promise<number>((resolve) => {
    other.listen(0, '127.0.0.1', () => {
      const address = other.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });
  const options = {
    port,
    dataDir,
    account: '000000000000',
    timing: 'instant',
    driver: 'simulated',
    hostPath: '',
    version: '0',
    log: () => {},
  } as const;
  const refused = await startLocalRuntime(options).catch((error: unknown) => error);
  other.close();
  expect(refused).toBeInstanceOf(PortTaken);
  expect(refused).toMatchObject({ message: expect.stringContaining(`Port ${port} of 127.0.0.1 is taken`) });
  expect(refused).toMatchObject({ message: expect.stringContaining('--port') });
  await using again = await aLocalRuntime({ dataDir });
  expect(await namesIn(again.endpoint)).toEqual([]);
});

test('state survives a restart, and a reset empties all accounts and regions', async () => {
  const dataDir = aFolder();
  const places = [
    ['us-east-1', 'test'],
    ['eu-west-1', '111122223333'],
  ] as const;
  const valuesAt = (endpoint: string) =>
    Promise.all(
      places.map(async ([region, key]) => {
        const ssm = new SSMClient(clientOptions(endpoint, region, key));
        return (await ssm.send(new GetParametersByPathCommand({ Path: '/' }))).Parameters?.length;
      }),
    );
  {
    await using runtime = await aLocalRuntime({ dataDir });
    for (const [region, key] of places) {
      const ssm = new SSMClient(clientOptions(runtime.endpoint, region, key));
      await ssm.send(new PutParameterCommand({ Name: '/x', Value: 'v', Type: 'String' }));
    }
  }
  {
    await using runtime = await aLocalRuntime({ dataDir });
    expect(await valuesAt(runtime.endpoint)).toEqual([1, 1]);
    await fetch(`${runtime.endpoint}/_teal/reset`, { method: 'POST' });
    expect(await valuesAt(runtime.endpoint)).toEqual([0, 0]);
  }
  await using runtime = await aLocalRuntime({ dataDir });
  expect(await valuesAt(runtime.endpoint)).toEqual([0, 0]);
});
