import { parseCondition } from '../expressions/condition.ts';
import { parseKeyCondition } from '../expressions/key-condition.ts';
import { readPlaceholders } from '../expressions/placeholders.ts';
import { parseProjection } from '../expressions/projection.ts';
import { attributesOf } from '../expressions/syntax.ts';
import { activeTable } from '../find-table.ts';
import { keyNames } from '../keys.ts';
import type { Operation } from '../operation.ts';
import { readPage } from '../read-page.ts';
import { refuseLegacy } from '../refuse-legacy.ts';
import { sourceOf, walk } from '../source.ts';
import { invalid } from '../validation.ts';

/** DynamoDB-API/API_Query */
export const query: Operation<'Query'> = (state, input) => {
  refuseLegacy(input);
  const { ProjectionExpression, FilterExpression, KeyConditionExpression } = input;
  if (KeyConditionExpression === undefined) {
    return invalid('Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.');
  }
  const placeholders = readPlaceholders(input, { ProjectionExpression, FilterExpression, KeyConditionExpression });
  const projection =
    ProjectionExpression === undefined
      ? undefined
      : parseProjection('ProjectionExpression', ProjectionExpression, placeholders);
  const filter =
    FilterExpression === undefined ? undefined : parseCondition('FilterExpression', FilterExpression, placeholders);
  const table = activeTable(state, input.TableName);
  const source = sourceOf(table, input.IndexName, input.ConsistentRead, state.world.clock.now());
  const range = parseKeyCondition(KeyConditionExpression, placeholders, source.key, table.record.attributes);
  placeholders.refuseUnused();
  const filteredKey = filter && attributesOf(filter).find((name) => keyNames(source.key).includes(name));
  if (filteredKey !== undefined) {
    invalid(`Filter Expression can only contain non-primary key attributes: Primary key attribute: ${filteredKey}`);
  }
  const order = input.ScanIndexForward === false ? 'descending' : 'ascending';
  const items = walk(source, range, order, input.ExclusiveStartKey);
  return readPage({ source, items, filter, projection, input });
};
