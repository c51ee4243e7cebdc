import { invalid } from './validation.ts';

const replaced: Readonly<Record<string, string>> = {
  AttributesToGet: 'ProjectionExpression',
  AttributeUpdates: 'UpdateExpression',
  ConditionalOperator: 'ConditionExpression or FilterExpression',
  Expected: 'ConditionExpression',
  KeyConditions: 'KeyConditionExpression',
  QueryFilter: 'FilterExpression',
  ScanFilter: 'FilterExpression',
};

/**
 * The parameters that expressions replaced in 2014 (DynamoDB/LegacyConditionalParameters) are not imitated. They are
 * refused, since to ignore them would change what a request means.
 */
export function refuseLegacy(input: object): void {
  for (const [legacy, expression] of Object.entries(replaced)) {
    if (legacy in input && Reflect.get(input, legacy) !== undefined) {
      invalid(`The local runtime does not support the legacy parameter ${legacy}: use ${expression}`);
    }
  }
}
