import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  PutLogEventsCommand,
  paginateFilterLogEvents,
  ResourceAlreadyExistsException,
} from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../src/base/index.ts';
import { aDataDir, aLocalRuntime, awsEnvironment, has, type RuntimeUnderTest } from './local-runtime.ts';

let runtime: RuntimeUnderTest;
let logs: CloudWatchLogsClient;
const logGroupName = '/teal/test/app';
const started = systemClock.now();

beforeAll(async () => {
  runtime = await aLocalRuntime();
  logs = new CloudWatchLogsClient(runtime.client);
  await logs.send(new CreateLogGroupCommand({ logGroupName, tags: { project: 'teal' } }));
  for (const logStreamName of ['web/1', 'web/2']) {
    await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
    await logs.send(
      new PutLogEventsCommand({
        logGroupName,
        logStreamName,
        logEvents: ['started', '{"level":"error","code":503}', 'ERROR: no route – "überall"'].map((message, n) => ({
          timestamp: started + n,
          message,
        })),
      }),
    );
  }
});

afterAll(async () => {
  logs.destroy();
  await runtime[Symbol.asyncDispose]();
  expect(runtime.log).toEqual([]);
});

test('a client reads a stream and pages through all of them', async () => {
  const read = await logs.send(new GetLogEventsCommand({ logGroupName, logStreamName: 'web/1', limit: 1 }));
  expect(read.events?.map(({ message }) => message)).toEqual(['ERROR: no route – "überall"']);
  const found: (string | undefined)[] = [];
  const pages = paginateFilterLogEvents(
    { client: logs, pageSize: 1 },
    { logGroupName, filterPattern: '{ $.level = "error" && $.code >= 500 }' },
  );
  for await (const page of pages) found.push(...(page.events ?? []).map(({ logStreamName }) => logStreamName));
  expect(found).toEqual(['web/1', 'web/2']);
});

test('a client gets the errors of the model', async () => {
  await expect(logs.send(new CreateLogGroupCommand({ logGroupName }))).rejects.toBeInstanceOf(
    ResourceAlreadyExistsException,
  );
});

test('events outlive the runtime', async () => {
  const dataDir = aDataDir();
  const put = async (message: string) => {
    await using one = await aLocalRuntime({ dataDir });
    const client = new CloudWatchLogsClient(one.client);
    await client.send(new CreateLogGroupCommand({ logGroupName })).catch(() => {});
    await client.send(new CreateLogStreamCommand({ logGroupName, logStreamName: message }));
    const logEvents = [{ timestamp: started, message }];
    await client.send(new PutLogEventsCommand({ logGroupName, logStreamName: message, logEvents }));
    const { events } = await client.send(new FilterLogEventsCommand({ logGroupName }));
    client.destroy();
    return events?.map((event) => event.message);
  };
  expect(await put('first')).toEqual(['first']);
  expect(await put('second')).toEqual(['first', 'second']);
  rmSync(dataDir, { recursive: true });
});

const run = promisify(execFile);

test.skipIf(!has('aws', '--version'))('the AWS CLI filters events and lists tags', async () => {
  const aws = async (...args: readonly string[]): Promise<string> => {
    const { stdout } = await run('aws', ['logs', ...args], { env: awsEnvironment(runtime.endpoint) });
    return stdout;
  };
  const found = await aws(
    ...['filter-log-events', '--log-group-name', logGroupName, '--filter-pattern', '?ERROR ?started'],
    ...['--log-stream-names', 'web/2', '--query', 'events[].message', '--output', 'json'],
  );
  expect(JSON.parse(found)).toEqual(['started', 'ERROR: no route – "überall"']);
  const arn = 'arn:aws:logs:us-east-1:000000000000:log-group:/teal/test/app';
  expect(JSON.parse(await aws('list-tags-for-resource', '--resource-arn', arn, '--output', 'json'))).toEqual({
    tags: { project: 'teal' },
  });
});

test.skipIf(!has('python3', '-c', 'import boto3'))('boto3 pages through groups and events', async () => {
  const program = `
import boto3
logs = boto3.client('logs')
groups = [group['logGroupName'] for page in logs.get_paginator('describe_log_groups').paginate() for group in page['logGroups']]
assert groups == ['${logGroupName}'], groups
pages = logs.get_paginator('filter_log_events').paginate(logGroupName='${logGroupName}', PaginationConfig={'PageSize': 2})
events = [event for page in pages for event in page['events']]
assert len(events) == 6, events
try:
    logs.put_retention_policy(logGroupName='${logGroupName}', retentionInDays=2)
    raise AssertionError('accepted')
except logs.exceptions.InvalidParameterException:
    pass
print('ok')
`;
  const { stdout } = await run('python3', ['-c', program], { env: awsEnvironment(runtime.endpoint) });
  expect(stdout.trim()).toBe('ok');
});

/** Version 2 alone has `logs tail`; version 1 may come before it on the PATH. */
const version2 = (process.env.PATH ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'aws'))
  .find((program) => /^aws-cli\/2/.test(spawnSync(program, ['--version'], { encoding: 'utf8' }).stdout ?? ''));
if (version2 === undefined) process.stdout.write('skipped: aws logs tail cannot be run here (AWS CLI version 2)\n');

describe.skipIf(version2 === undefined)('aws logs tail (AWS CLI version 2)', () => {
  const tail = (...options: readonly string[]): ChildProcess =>
    spawn(version2 ?? '', ['--endpoint-url', runtime.endpoint, 'logs', 'tail', '/tailed', ...options], {
      env: { ...awsEnvironment(runtime.endpoint), PYTHONUNBUFFERED: '1' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  const linesOf = async (...options: readonly string[]): Promise<readonly string[]> => {
    const child = tail(...options);
    let text = '';
    for await (const chunk of child.stdout ?? []) text += chunk;
    return text.split('\n').filter((line) => line !== '');
  };
  const put = (logStreamName: string, ageMs: number, message: string) =>
    logs.send(
      new PutLogEventsCommand({
        logGroupName: '/tailed',
        logStreamName,
        logEvents: [{ timestamp: systemClock.now() - ageMs, message }],
      }),
    );

  beforeAll(async () => {
    await logs.send(new CreateLogGroupCommand({ logGroupName: '/tailed' }));
    for (const logStreamName of ['web/1', 'job/1'])
      await logs.send(new CreateLogStreamCommand({ logGroupName: '/tailed', logStreamName }));
    await put('web/1', 7_200_000, 'ERROR long ago');
    await put('web/1', 1_000, 'ERROR just now');
    await put('job/1', 500, 'all well');
  });

  test('shows the last ten minutes, with stream and time', async () => {
    expect(await linesOf()).toEqual([
      expect.stringMatching(/^\S+T\S+\+00:00 web\/1 ERROR just now$/),
      expect.stringMatching(/ job\/1 all well$/),
    ]);
  });

  test('goes as far back as it is told, in short form, by pattern and by stream', async () => {
    expect(await linesOf('--since', '3h', '--format', 'short', '--filter-pattern', '[level = ERROR, ...]')).toEqual([
      expect.stringMatching(/^\S+ ERROR long ago$/),
      expect.stringMatching(/^\S+ ERROR just now$/),
    ]);
    expect(await linesOf('--log-stream-name-prefix', 'job/')).toEqual([expect.stringContaining('all well')]);
  });

  test('follows what comes later, each line once', async () => {
    const child = tail('--follow', '--format', 'short');
    let text = '';
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    await vi.waitFor(() => expect(text).toContain('all well'), { timeout: 30_000 });
    await put('web/1', 0, 'a later line');
    await vi.waitFor(() => expect(text).toContain('a later line'), { timeout: 30_000 });
    const ended = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGINT');
    await ended;
    expect(text.split('\n').filter((line) => line !== '')).toHaveLength(3);
  });
});
