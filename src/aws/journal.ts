import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { epochMs, err, ok, type Result } from '../base/index.ts';
import {
  type AppendError,
  type CallError,
  type Entry,
  type EntryBody,
  type Holder,
  type Journal,
  type LeaseError,
  type LeaseReading,
  type PendingRequest,
  type RequestKind,
  readEntry,
} from '../deployment/index.ts';
import { type Aws, change, done, read } from './aws.ts';

/** Keys of the journal's table. */
export const journalKeys = { partition: 'stream', sort: 'item' } as const;

/** Sort key of the lease: letters sort after the digits of entries. */
const leaseItem = 'lease';
const entriesPerPage = 50;

type Item = Record<string, AttributeValue>;

/** The journal and lease of one service in one environment, in a DynamoDB table: single-item conditional writes only. */
export function dynamoJournal(aws: Aws, table: string, environment: string, service: string): Journal {
  const stream = { S: `${environment}/${service}` };
  const leaseKey = { stream, item: { S: leaseItem } };

  const query = async (
    forward: boolean,
    from: Item | undefined,
    signal: AbortSignal,
  ): Promise<Result<{ entries: Entry[]; next: Item | undefined }, CallError>> => {
    const { client, sdk } = await aws.clients.dynamodb();
    const command = () =>
      new sdk.QueryCommand({
        TableName: table,
        ConsistentRead: true,
        KeyConditionExpression: '#stream = :stream AND #item < :lease',
        ExpressionAttributeNames: { '#stream': 'stream', '#item': 'item' },
        ExpressionAttributeValues: { ':stream': stream, ':lease': { S: leaseItem } },
        ScanIndexForward: forward,
        Limit: entriesPerPage,
        ExclusiveStartKey: from,
      });
    const page = await read(aws, client, command, signal, (output) => output.Items && output);
    if (!page.ok) return page;
    return ok({ entries: (page.value.Items ?? []).map(toEntry), next: page.value.LastEvaluatedKey });
  };

  const getItem = async (item: string, signal: AbortSignal): Promise<Result<Item | undefined, CallError>> => {
    const { client, sdk } = await aws.clients.dynamodb();
    const command = () =>
      new sdk.GetItemCommand({ TableName: table, Key: { stream, item: { S: item } }, ConsistentRead: true });
    // An item that is not there and an answer without content look alike, but that a real one tells its table's capacity.
    const found = await read(aws, client, command, signal, (output) => output.$metadata && { item: output.Item });
    return found.ok ? ok(found.value.item) : found;
  };

  const updateLease = async (
    update: { set: string; condition: string; names?: Record<string, string>; values: Item },
    signal: AbortSignal,
  ): Promise<Result<Item, LeaseError>> => {
    const { client, sdk } = await aws.clients.dynamodb();
    const command = new sdk.UpdateItemCommand({
      TableName: table,
      Key: leaseKey,
      UpdateExpression: update.set,
      ConditionExpression: update.condition,
      ...(update.names && { ExpressionAttributeNames: update.names }),
      ExpressionAttributeValues: update.values,
      ReturnValues: 'ALL_NEW',
    });
    return changed(await change(aws, client, command, signal, (output) => output.Attributes));
  };

  return {
    async readTail(signal) {
      const tail: Entry[] = [];
      let from: Item | undefined;
      do {
        const page = await query(false, from, signal);
        if (!page.ok) return page;
        const opened = page.value.entries.findIndex((entry) => entry.kind === 'opened');
        if (opened >= 0) return ok([...tail, ...page.value.entries.slice(0, opened + 1)].reverse());
        tail.push(...page.value.entries);
        from = page.value.next;
      } while (from);
      return ok(tail.reverse());
    },

    async readAll(signal) {
      const all: Entry[] = [];
      let from: Item | undefined;
      do {
        const page = await query(true, from, signal);
        if (!page.ok) return page;
        all.push(...page.value.entries);
        from = page.value.next;
      } while (from);
      return ok(all);
    },

    async append(entry, signal): Promise<Result<void, AppendError>> {
      const { client, sdk } = await aws.clients.dynamodb();
      const command = new sdk.PutItemCommand({
        TableName: table,
        Item: toItem(stream, entry),
        ConditionExpression: 'attribute_not_exists(#item)',
        ExpressionAttributeNames: { '#item': 'item' },
        ReturnConsumedCapacity: 'TOTAL',
      });
      const put = changed(await change(aws, client, command, signal, (output) => output.ConsumedCapacity));
      if (put.ok) return ok(undefined);
      if (put.error.kind !== 'changed') return err(put.error);
      const there = await getItem(sortKey(entry.seq), signal);
      if (!there.ok) return there;
      return there.value
        ? err({ kind: 'occupied', by: toEntry(there.value) })
        : err({ kind: 'unknown', cause: 'a put was refused for an item that is not there' });
    },

    async readLease(signal) {
      const found = await getItem(leaseItem, signal);
      return found.ok ? ok(found.value && toLease(found.value)) : found;
    },

    async takeLease(from, holder, expirySeconds, force, signal) {
      const condition = !from
        ? 'attribute_not_exists(epoch)'
        : force
          ? 'epoch = :was'
          : 'epoch = :was AND renewals = :renewals AND released = :released';
      const taken = await updateLease(
        {
          set: 'SET epoch = :epoch, holder = :holder, renewals = :zero, released = :false, expirySeconds = :expiry, renewedAt = :now, requests = if_not_exists(requests, :none)',
          condition,
          values: {
            ':epoch': { N: String((from?.epoch ?? 0) + 1) },
            ':holder': {
              M: { who: { S: holder.who }, where: { S: holder.where }, since: { N: String(holder.since) } },
            },
            ':zero': { N: '0' },
            ':false': { BOOL: false },
            ':expiry': { N: String(expirySeconds) },
            ':none': { M: {} },
            ':now': { N: String(aws.clock.now()) },
            ...(from && { ':was': { N: String(from.epoch) } }),
            ...(from && !force && { ':renewals': { N: String(from.renewals) }, ':released': { BOOL: from.released } }),
          },
        },
        signal,
      );
      return done(taken);
    },

    async renewLease(epoch, signal) {
      const renewed = await updateLease(
        {
          set: 'SET renewals = renewals + :one, renewedAt = :now',
          condition: 'epoch = :epoch AND released = :false',
          values: {
            ':one': { N: '1' },
            ':now': { N: String(aws.clock.now()) },
            ':epoch': { N: String(epoch) },
            ':false': { BOOL: false },
          },
        },
        signal,
      );
      return renewed.ok ? ok(toLease(renewed.value)) : renewed;
    },

    async releaseLease(epoch, signal) {
      const update = {
        set: 'SET released = :true',
        condition: 'epoch = :epoch',
        values: { ':true': { BOOL: true }, ':epoch': { N: String(epoch) } },
      };
      return done(await updateLease(update, signal));
    },

    async request(request, signal) {
      const added = await updateLease(
        {
          set: 'SET requests.#id = :request',
          condition: 'attribute_exists(epoch)',
          names: { '#id': request.id },
          values: {
            ':request': {
              M: {
                deployment: { S: request.deployment },
                hold: { S: request.hold },
                kind: { S: request.kind },
                by: { S: request.by },
              },
            },
          },
        },
        signal,
      );
      if (added.ok) return ok(undefined);
      return err(
        added.error.kind === 'changed'
          ? { kind: 'refused', code: 'NoLease', message: 'nobody ever held the lease' }
          : added.error,
      );
    },

    async forget(epoch, requestId, signal) {
      const update = {
        set: 'REMOVE requests.#id',
        condition: 'epoch = :epoch',
        names: { '#id': requestId },
        values: { ':epoch': { N: String(epoch) } },
      };
      return done(await updateLease(update, signal));
    },
  };
}

const sortKey = (seq: number): string => String(seq).padStart(12, '0');

/** A condition that did not hold is the answer of a lost race, not a failure. */
function changed<T>(result: Result<T, CallError>): Result<T, LeaseError> {
  if (result.ok || result.error.kind !== 'refused') return result;
  return err(result.error.code === 'ConditionalCheckFailedException' ? { kind: 'changed' } : result.error);
}

/** Numbers and names as attributes of their own, for people who look into the table; the body as one JSON text. */
const toItem = (stream: AttributeValue, entry: Entry): Item => ({
  stream,
  item: { S: sortKey(entry.seq) },
  schema: { N: String(entry.schema) },
  epoch: { N: String(entry.epoch) },
  deployment: { S: entry.deployment },
  at: { S: entry.at },
  kind: { S: entry.kind },
  body: { S: JSON.stringify(entry.body) },
});

/** Written by `toItem` of this or an earlier release. */
function toEntry(item: Item): Entry {
  const body = { kind: item.kind?.S, body: JSON.parse(item.body?.S ?? 'null') } as EntryBody;
  return readEntry({
    schema: 1,
    seq: Number(item.item?.S),
    epoch: Number(item.epoch?.N),
    deployment: item.deployment?.S ?? '',
    at: item.at?.S ?? '',
    ...body,
  });
}

function toLease(item: Item): LeaseReading {
  const holder = item.holder?.M;
  return {
    epoch: Number(item.epoch?.N),
    holder: toHolder(holder ?? {}),
    released: item.released?.BOOL === true,
    renewals: Number(item.renewals?.N),
    expirySeconds: Number(item.expirySeconds?.N),
    renewedAt: epochMs(Number(item.renewedAt?.N)),
    requests: Object.entries(item.requests?.M ?? {}).map(
      ([id, request]): PendingRequest => ({
        id,
        deployment: request.M?.deployment?.S ?? '',
        hold: request.M?.hold?.S ?? '',
        kind: request.M?.kind?.S as RequestKind,
        by: request.M?.by?.S ?? '',
      }),
    ),
  };
}

const toHolder = (holder: Item): Holder => ({
  who: holder.who?.S ?? '',
  where: holder.where?.S ?? '',
  since: epochMs(Number(holder.since?.N)),
});
