import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { phaseOf } from './index-phase.ts';
import { afterPrefix } from './key-encoding.ts';
import { checkStartKey, keyNames, primaryKeyOf, secondaryKeyOf } from './keys.ts';
import type { IndexRecord, KeySchema, Table } from './table.ts';
import { invalid } from './validation.ts';
import { attribute, type Item } from './value.ts';

/** What Query and Scan walk through: a table or one of its indexes. */
export interface Source {
  readonly table: Table;
  readonly index: IndexRecord | undefined;
  readonly key: KeySchema;
}

export interface KeyRange {
  /** Encoded; inclusive. */
  readonly from: string;
  /** Encoded; exclusive. */
  readonly to: string;
}

/** @throws AwsError ValidationException */
export function sourceOf(
  table: Table,
  indexName: string | undefined,
  consistent: boolean | undefined,
  now: number,
): Source {
  if (indexName === undefined) return { table, index: undefined, key: table.record.key };
  const index =
    table.record.indexes.find((one) => one.name === indexName && phaseOf(one, now) !== 'deleting') ??
    invalid(`The table does not have the specified index: ${indexName}`);
  if (phaseOf(index, now) !== 'active') invalid(`Cannot read from backfilling global secondary index: ${indexName}`);
  if (consistent && index.kind === 'global') {
    invalid('Consistent reads are not supported on global secondary indexes');
  }
  return { table, index, key: index.key };
}

/** The items of a range, in order or against it, after the start key; with the attributes that the index has. */
export function* walk(
  source: Source,
  range: KeyRange,
  order: 'ascending' | 'descending',
  exclusiveStart: Readonly<Record<string, AttributeValue>> | undefined,
): Iterable<Item> {
  const { from, to } = exclusiveStart ? after(source, range, order, exclusiveStart) : range;
  const { table, index } = source;
  if (!index) {
    for (const [, item] of table.items.range(from, to, order)) yield item;
    return;
  }
  for (const [, key] of table.index(index.name).range(from, to, order)) {
    const item = table.items.get(key);
    if (item) yield projected(table, index, item);
  }
}

function after(
  source: Source,
  range: KeyRange,
  order: 'ascending' | 'descending',
  exclusiveStart: Readonly<Record<string, AttributeValue>>,
): KeyRange {
  const { table, index } = source;
  const start = checkStartKey(table.record, index, exclusiveStart);
  const at = (index && secondaryKeyOf(index, table.record, start)) ?? primaryKeyOf(table.record.key, start);
  if (at < range.from || at >= range.to) {
    invalid('The provided starting key is outside query boundaries based on provided conditions');
  }
  return order === 'ascending' ? { from: afterPrefix(at), to: range.to } : { from: range.from, to: at };
}

/** A local index reads what it lacks from the table, so that its items are whole. Source: DynamoDB/LSI */
function projected(table: Table, index: IndexRecord, item: Item): Item {
  if (index.kind === 'local' || index.projection === 'ALL') return item;
  const names = new Set([...keyNames(table.record.key), ...keyNames(index.key), ...index.include]);
  return Object.fromEntries(
    [...names].flatMap((name) => {
      const value = attribute(item, name);
      return value ? [[name, value] as const] : [];
    }),
  );
}
