import { parseCondition } from '../expressions/condition.ts';
import { readPlaceholders } from '../expressions/placeholders.ts';
import { parseProjection } from '../expressions/projection.ts';
import { activeTable } from '../find-table.ts';
import { afterPrefix, encodeKeyValue } from '../key-encoding.ts';
import type { Operation } from '../operation.ts';
import { readPage } from '../read-page.ts';
import { refuseLegacy } from '../refuse-legacy.ts';
import { sourceOf, walk } from '../source.ts';
import { constraint, invalid } from '../validation.ts';
import { attribute, type Item } from '../value.ts';

/** DynamoDB-API/API_Scan. In order of keys, where AWS promises no order. */
export const scan: Operation<'Scan'> = (state, input) => {
  refuseLegacy(input);
  const { ProjectionExpression, FilterExpression } = input;
  const placeholders = readPlaceholders(input, { ProjectionExpression, FilterExpression });
  const projection =
    ProjectionExpression === undefined
      ? undefined
      : parseProjection('ProjectionExpression', ProjectionExpression, placeholders);
  const filter =
    FilterExpression === undefined ? undefined : parseCondition('FilterExpression', FilterExpression, placeholders);
  placeholders.refuseUnused();
  const table = activeTable(state, input.TableName);
  const source = sourceOf(table, input.IndexName, input.ConsistentRead, state.world.clock.now());
  const inSegment = segmentOf(input.Segment, input.TotalSegments, table.record.key.hash);
  const everything = { from: '', to: afterPrefix('') };
  const items = only(walk(source, everything, 'ascending', input.ExclusiveStartKey), inSegment);
  return readPage({ source, items, filter, projection, input });
};

/** A parallel scan's share of the items: by a hash of the partition key. */
function segmentOf(segment: number | undefined, total: number | undefined, hashName: string): (item: Item) => boolean {
  if (segment === undefined && total === undefined) return () => true;
  if (total === undefined) {
    return invalid(
      'The TotalSegments parameter is required but was not present in the request when Segment parameter is present',
    );
  }
  if (segment === undefined) {
    return invalid(
      'The Segment parameter is required but was not present in the request when parameter TotalSegments is present',
    );
  }
  if (total < 1) constraint('totalSegments', String(total), 'Member must have value greater than or equal to 1');
  if (segment < 0) constraint('segment', String(segment), 'Member must have value greater than or equal to 0');
  if (segment >= total) {
    invalid(
      'The Segment parameter is zero-based and must be less than parameter TotalSegments: ' +
        `Segment: ${segment} is not less than TotalSegments: ${total}`,
    );
  }
  return (item) => {
    const value = attribute(item, hashName);
    return value !== undefined && checksum(encodeKeyValue(value)) % total === segment;
  };
}

function checksum(text: string): number {
  let sum = 7;
  for (let at = 0; at < text.length; at++) sum = (Math.imul(sum, 31) + text.charCodeAt(at)) >>> 0;
  return sum;
}

function* only(items: Iterable<Item>, wanted: (item: Item) => boolean): Iterable<Item> {
  for (const item of items) if (wanted(item)) yield item;
}
