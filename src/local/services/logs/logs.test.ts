import { describe, expect, test } from 'vitest';
import { ms } from '../../../base/index.ts';
import { memoryStore } from '../../store/memory-store.ts';
import { type Fixture, logsFixture, withStreams } from './logs-fixture.ts';
import { filterLogEvents } from './operations/filter-log-events.ts';
import { getLogEvents } from './operations/get-log-events.ts';
import {
  createLogGroup,
  deleteLogGroup,
  deleteRetentionPolicy,
  describeLogGroups,
  putRetentionPolicy,
} from './operations/groups.ts';
import { associateKmsKey, disassociateKmsKey } from './operations/kms-key.ts';
import { putLogEvents } from './operations/put-log-events.ts';
import { createLogStream, deleteLogStream, describeLogStreams } from './operations/streams.ts';
import { listTagsForResource, listTagsLogGroup, tagResource, untagResource } from './operations/tags.ts';
import { taskOutput } from './task-output.ts';

const logGroupName = '/app';
const arn = 'arn:aws:logs:eu-central-1:000000000000:log-group:/app';
const dayMs = 24 * 60 * 60 * 1000;

const put = ({ run, clock }: Fixture, logStreamName: string, ...messages: string[]) =>
  run(putLogEvents, {
    logGroupName,
    logStreamName,
    logEvents: messages.map((message) => ({ timestamp: clock.now(), message })),
  });

describe('a group', () => {
  test('is created once, described, and deleted with all in it', () => {
    const fixture = withStreams();
    const { run, refusal, clock } = fixture;
    put(fixture, 'a', 'hello');
    expect(refusal(createLogGroup, { logGroupName })).toBe(
      'ResourceAlreadyExistsException: The specified log group already exists',
    );
    expect(run(describeLogGroups, { logGroupNamePrefix: '/a' }).logGroups).toEqual([
      {
        logGroupName,
        creationTime: clock.now(),
        metricFilterCount: 0,
        arn: `${arn}:*`,
        logGroupArn: arn,
        storedBytes: 31,
        logGroupClass: 'STANDARD',
      },
    ]);
    run(deleteLogGroup, { logGroupName });
    expect(refusal(deleteLogGroup, { logGroupName })).toBe(
      'ResourceNotFoundException: The specified log group does not exist.',
    );
    run(createLogGroup, { logGroupName });
    expect(run(describeLogStreams, { logGroupName }).logStreams).toEqual([]);
    expect(run(filterLogEvents, { logGroupName }).events).toEqual([]);
  });

  test('is listed in pages, by prefix or pattern', () => {
    const { run, refusal } = logsFixture();
    for (const name of ['/x/b', '/x/a', '/y/a']) run(createLogGroup, { logGroupName: name });
    const names = (input: Parameters<typeof describeLogGroups>[1]) =>
      run(describeLogGroups, input).logGroups?.map((group) => group.logGroupName);
    expect(names({ logGroupNamePrefix: '/x' })).toEqual(['/x/a', '/x/b']);
    expect(names({ logGroupNamePattern: '/A' })).toEqual(['/x/a', '/y/a']);
    const first = run(describeLogGroups, { limit: 2 });
    expect(first.logGroups?.length).toBe(2);
    expect(names({ limit: 2, nextToken: first.nextToken })).toEqual(['/y/a']);
    expect(refusal(describeLogGroups, { nextToken: 'nonsense' })).toBe(
      'InvalidParameterException: The specified nextToken is invalid.',
    );
  });

  test('keeps events for as many days as it is told', () => {
    const fixture = withStreams();
    const { run, refusal, clock } = fixture;
    put(fixture, 'a', 'old');
    run(putRetentionPolicy, { logGroupName, retentionInDays: 3 });
    clock.advance(ms(2 * dayMs));
    put(fixture, 'a', 'new');
    const messages = () => run(filterLogEvents, { logGroupName }).events?.map(({ message }) => message);
    expect(messages()).toEqual(['old', 'new']);
    clock.advance(ms(dayMs + 1));
    expect(messages()).toEqual(['new']);
    run(deleteRetentionPolicy, { logGroupName });
    clock.advance(ms(10 * dayMs));
    expect(messages()).toEqual(['new']);
    expect(refusal(putRetentionPolicy, { logGroupName, retentionInDays: 2 })).toContain(
      "InvalidParameterException: 1 validation error detected: Value '2' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [1, 3, 5, 7, 14, 30,",
    );
  });

  // CWL-API/API_AssociateKmsKey
  test('has the key that it was made with or that was put on it, until that is taken off', () => {
    const { run, refusal } = logsFixture();
    const key = (id: string) => `arn:aws:kms:eu-central-1:000000000000:key/${id}`;
    const told = () => run(describeLogGroups, {}).logGroups?.map(({ kmsKeyId }) => kmsKeyId);
    run(createLogGroup, { logGroupName, kmsKeyId: key('1') });
    expect(told()).toEqual([key('1')]);
    run(associateKmsKey, { resourceIdentifier: arn, kmsKeyId: key('2') });
    expect(told()).toEqual([key('2')]);
    run(disassociateKmsKey, { logGroupName });
    expect(told()).toEqual([undefined]);
    expect(refusal(associateKmsKey, { logGroupName, kmsKeyId: 'alias/teal' })).toContain('InvalidParameterException');
    expect(refusal(associateKmsKey, { kmsKeyId: key('1') })).toContain('InvalidParameterException');
    expect(refusal(disassociateKmsKey, { logGroupName: '/none' })).toContain('ResourceNotFoundException');
  });

  test('has tags, by its ARN with and without the star', () => {
    const { run, refusal } = logsFixture();
    run(createLogGroup, { logGroupName, tags: { a: '1' } });
    run(tagResource, { resourceArn: arn, tags: { b: '2' } });
    run(untagResource, { resourceArn: `${arn}:*`, tagKeys: ['a'] });
    expect(run(listTagsForResource, { resourceArn: arn }).tags).toEqual({ b: '2' });
    expect(run(listTagsLogGroup, { logGroupName }).tags).toEqual({ b: '2' });
    expect(refusal(listTagsForResource, { resourceArn: `${arn}/other` })).toContain('ResourceNotFoundException');
  });

  test('needs a name of the allowed characters', () => {
    expect(logsFixture().refusal(createLogGroup, { logGroupName: 'a b' })).toBe(
      "InvalidParameterException: 1 validation error detected: Value 'a b' at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+",
    );
  });
});

describe('a stream', () => {
  test('is created once in a group that exists, ordered by name or last event, and deleted alone', () => {
    const fixture = withStreams();
    const { run, refusal, clock } = fixture;
    expect(refusal(createLogStream, { logGroupName, logStreamName: 'a' })).toBe(
      'ResourceAlreadyExistsException: The specified log stream already exists',
    );
    expect(refusal(createLogStream, { logGroupName: '/none', logStreamName: 'a' })).toBe(
      'ResourceNotFoundException: The specified log group does not exist.',
    );
    put(fixture, 'b', 'x');
    const at = clock.now();
    clock.advance(ms(1000));
    put(fixture, 'a', 'y');
    const names = (input: object) =>
      run(describeLogStreams, { logGroupName, ...input }).logStreams?.map((stream) => stream.logStreamName);
    expect(names({})).toEqual(['a', 'b']);
    expect(names({ orderBy: 'LastEventTime' })).toEqual(['b', 'a']);
    expect(names({ orderBy: 'LastEventTime', descending: true, limit: 1 })).toEqual(['a']);
    expect(names({ logStreamNamePrefix: 'b' })).toEqual(['b']);
    expect(run(describeLogStreams, { logGroupName, logStreamNamePrefix: 'b' }).logStreams?.[0]).toMatchObject({
      firstEventTimestamp: at,
      lastEventTimestamp: at,
      arn: `${arn}:log-stream:b`,
    });
    run(deleteLogStream, { logGroupName, logStreamName: 'b' });
    expect(run(filterLogEvents, { logGroupName }).events?.map(({ message }) => message)).toEqual(['y']);
    expect(refusal(getLogEvents, { logGroupName, logStreamName: 'b' })).toBe(
      'ResourceNotFoundException: The specified log stream does not exist.',
    );
  });

  test('is read in pages from its head, and its last token waits for what comes', () => {
    const fixture = withStreams();
    const { run } = fixture;
    put(fixture, 'a', '1', '2', '3');
    put(fixture, 'b', 'other');
    const read = (nextToken?: string) =>
      run(getLogEvents, {
        logGroupName,
        logStreamName: 'a',
        startFromHead: true,
        limit: 2,
        ...(nextToken ? { nextToken } : {}),
      });
    const messages = (page: ReturnType<typeof read>) => page.events?.map(({ message }) => message);
    const first = read();
    const second = read(first.nextForwardToken);
    const third = read(second.nextForwardToken);
    expect([first, second, third].map(messages)).toEqual([['1', '2'], ['3'], []]);
    expect(third.nextForwardToken).toBe(second.nextForwardToken);
    put(fixture, 'a', '4');
    expect(messages(read(third.nextForwardToken))).toEqual(['4']);
    expect(messages(read(second.nextBackwardToken))).toEqual(['1', '2']);
  });

  test('is read from its end unless asked otherwise; an end of time does not belong to the range', () => {
    const fixture = withStreams();
    const { run, clock } = fixture;
    const started = clock.now();
    for (const message of ['1', '2', '3']) {
      put(fixture, 'a', message);
      clock.advance(ms(1000));
    }
    const read = (input: object) =>
      run(getLogEvents, { logGroupName, logStreamName: 'a', ...input }).events?.map(({ message }) => message);
    expect(read({ limit: 2 })).toEqual(['2', '3']);
    expect(read({ startTime: started + 1000 })).toEqual(['2', '3']);
    expect(read({ endTime: started + 2000 })).toEqual(['1', '2']);
  });
});

describe('events', () => {
  test('are found over all streams in order of time, in pages, by stream, time and pattern', () => {
    const fixture = withStreams();
    const { run, refusal, clock } = fixture;
    const started = clock.now();
    for (const [stream, message] of [
      ['a', 'ERROR one'],
      ['b', 'ERROR two'],
      ['a', 'fine'],
      ['a', 'ERROR three'],
    ] as const) {
      put(fixture, stream, message);
      clock.advance(ms(1000));
    }
    const find = (input: object) => run(filterLogEvents, { logGroupName, ...input });
    const messages = (input: object) => find(input).events?.map(({ message }) => message);
    expect(messages({ filterPattern: 'ERROR' })).toEqual(['ERROR one', 'ERROR two', 'ERROR three']);
    expect(messages({ logStreamNames: ['b'] })).toEqual(['ERROR two']);
    expect(messages({ logStreamNamePrefix: 'a', filterPattern: 'ERROR' })).toEqual(['ERROR one', 'ERROR three']);
    expect(messages({ startTime: started + 1000, endTime: started + 2000 })).toEqual(['ERROR two', 'fine']);
    const first = find({ limit: 3 });
    expect(first.events?.[1]).toMatchObject({ logStreamName: 'b', timestamp: started + 1000, message: 'ERROR two' });
    expect(messages({ nextToken: first.nextToken })).toEqual(['ERROR three']);
    expect(find({ limit: 4 }).nextToken).toBeUndefined();
    expect(refusal(filterLogEvents, { logGroupName, logStreamNames: ['none'] })).toBe(
      'ResourceNotFoundException: The specified log stream does not exist.',
    );
  });

  test('outside the window of acceptance are left out and told of', () => {
    const { run, clock } = withStreams();
    const now = clock.now();
    const hourMs = 60 * 60 * 1000;
    const answer = run(putLogEvents, {
      logGroupName,
      logStreamName: 'a',
      logEvents: [
        { timestamp: now, message: 'kept' },
        { timestamp: now + 3 * hourMs, message: 'too new' },
      ],
    });
    expect(answer.rejectedLogEventsInfo).toEqual({ tooNewLogEventStartIndex: 1 });
    const old = run(putLogEvents, {
      logGroupName,
      logStreamName: 'a',
      logEvents: [{ timestamp: now - 15 * dayMs, message: 'too old' }],
    });
    expect(old.rejectedLogEventsInfo).toEqual({ tooOldLogEventEndIndex: 1 });
    expect(run(filterLogEvents, { logGroupName }).events?.map(({ message }) => message)).toEqual(['kept']);
  });

  test('come in order and in a batch that is not too large', () => {
    const { refusal, clock } = withStreams();
    const send = (...logEvents: { timestamp: number; message: string }[]) =>
      refusal(putLogEvents, { logGroupName, logStreamName: 'a', logEvents });
    const now = clock.now();
    expect(send({ timestamp: now, message: 'x' }, { timestamp: now - 1, message: 'y' })).toBe(
      'InvalidParameterException: Log events in a single PutLogEvents request must be in chronological order.',
    );
    expect(send({ timestamp: now, message: 'x'.repeat(1_048_551) })).toBe(
      'InvalidParameterException: Upload too large: 1048577 bytes exceeds limit of 1048576',
    );
    expect(send({ timestamp: now - 2 * dayMs, message: 'x' }, { timestamp: now, message: 'y' })).toContain(
      'cannot span more than 24 hours',
    );
  });

  test('are there for the successor of the server', () => {
    const store = memoryStore();
    put(withStreams(store), 'a', 'hello');
    const successor = logsFixture(store);
    put(successor, 'a', 'again');
    expect(successor.run(filterLogEvents, { logGroupName }).events?.map(({ message }) => message)).toEqual([
      'hello',
      'again',
    ]);
  });
});

describe('the output of a task', () => {
  test('becomes an event per line, in the order in which it came', () => {
    const { state, run, clock } = logsFixture();
    const output = taskOutput(state);
    output.createGroup(logGroupName);
    output.append(logGroupName, 'web/1', 'one\ntwo\r\n\n');
    output.append(logGroupName, 'web/1', 'three');
    expect(run(getLogEvents, { logGroupName, logStreamName: 'web/1' }).events).toEqual(
      ['one', 'two', 'three'].map((message) => ({ message, timestamp: clock.now(), ingestionTime: clock.now() })),
    );
  });

  test('is lost without its group', () => {
    const { state, run } = logsFixture();
    const output = taskOutput(state);
    output.append(logGroupName, 'web/1', 'one');
    expect(output.hasGroup(logGroupName)).toBe(false);
    output.createGroup(logGroupName);
    output.append(logGroupName, 'web/1', 'two');
    expect(run(filterLogEvents, { logGroupName }).events?.map(({ message }) => message)).toEqual(['two']);
  });

  test('is cut where a line is longer than 256 KB, never within a character', () => {
    const { state, run } = logsFixture();
    const output = taskOutput(state);
    output.createGroup(logGroupName);
    const line = `x${'😀'.repeat(100_000)}`;
    output.append(logGroupName, 'web/1', line);
    const events = run(filterLogEvents, { logGroupName }).events ?? [];
    expect(events.every(({ message }) => Buffer.byteLength(message ?? '') <= 256 * 1024)).toBe(true);
    expect(events.map(({ message }) => message).join('')).toBe(line);
    expect(events.every(({ message }) => message === Buffer.from(message ?? '').toString())).toBe(true);
  });

  test('pushes the oldest events out once a group is full', () => {
    const { state, run } = logsFixture();
    const output = taskOutput(state);
    output.createGroup(logGroupName);
    for (let n = 0; n < 140; n++) output.append(logGroupName, 'web/1', `${n} ${'x'.repeat(250 * 1024)}`);
    const [group] = run(describeLogGroups, {}).logGroups ?? [];
    expect(group?.storedBytes).toBeLessThanOrEqual(32 * 1024 * 1024);
    expect(group?.storedBytes).toBeGreaterThan(28 * 1024 * 1024);
    const last = run(getLogEvents, { logGroupName, logStreamName: 'web/1', limit: 1 }).events?.[0]?.message;
    expect(last?.slice(0, 3)).toBe('139');
  });
});
