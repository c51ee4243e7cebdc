import type {
  AttributeDefinition,
  GlobalSecondaryIndex,
  KeySchemaElement,
  LocalSecondaryIndex,
} from '@aws-sdk/client-dynamodb';
import { keyNames } from './keys.ts';
import type { IndexRecord, KeySchema, KeyType, Projection, TableRecord } from './table.ts';
import { constraint, invalid, oneOf, required } from './validation.ts';

interface SchemaInput {
  readonly AttributeDefinitions?: readonly AttributeDefinition[] | undefined;
  readonly KeySchema?: readonly KeySchemaElement[] | undefined;
  readonly GlobalSecondaryIndexes?: readonly GlobalSecondaryIndex[] | undefined;
  readonly LocalSecondaryIndexes?: readonly LocalSecondaryIndex[] | undefined;
}

/** Keys, attribute types and indexes of a CreateTable. @throws AwsError ValidationException */
export function parseSchema(input: SchemaInput): Pick<TableRecord, 'attributes' | 'key' | 'indexes'> {
  const attributes = parseAttributes(required(input.AttributeDefinitions, 'attributeDefinitions'));
  const key = parseKeySchema(input.KeySchema, 'keySchema');
  const indexes = [
    ...(input.LocalSecondaryIndexes ?? []).map((index) => parseIndex(index, 'local')),
    ...(input.GlobalSecondaryIndexes ?? []).map((index) => parseIndex(index, 'global')),
  ];
  checkAttributes(attributes, key, indexes);
  checkIndexes(key, indexes);
  return { attributes, key, indexes };
}

/** @throws AwsError ValidationException */
export function parseAttributes(definitions: readonly AttributeDefinition[]): TableRecord['attributes'] {
  return Object.fromEntries(
    definitions.map(({ AttributeName, AttributeType }, index): [string, KeyType] => {
      const member = `attributeDefinitions.${index + 1}.member`;
      const name = required(AttributeName, `${member}.attributeName`);
      if (AttributeType === 'S' || AttributeType === 'N' || AttributeType === 'B') return [name, AttributeType];
      return constraint(
        `${member}.attributeType`,
        AttributeType ?? null,
        AttributeType === undefined ? 'Member must not be null' : 'Member must satisfy enum value set: [B, N, S]',
      );
    }),
  );
}

/** @throws AwsError ValidationException */
export function parseIndex(index: GlobalSecondaryIndex, kind: IndexRecord['kind']): IndexRecord {
  const name = required(index.IndexName, 'indexName');
  const projection = index.Projection?.ProjectionType;
  const include = index.Projection?.NonKeyAttributes ?? [];
  if (projection === undefined)
    return invalid('One or more parameter values were invalid: Unknown ProjectionType: null');
  oneOf(projection, 'projection.projectionType', ['ALL', 'INCLUDE', 'KEYS_ONLY']);
  if (projection !== 'INCLUDE' && include.length > 0) {
    invalid(
      'One or more parameter values were invalid: ' +
        `ProjectionType is ${projection}, but NonKeyAttributes is specified`,
    );
  }
  return {
    name,
    kind,
    key: parseKeySchema(index.KeySchema, 'keySchema'),
    projection: projections[projection] ?? 'ALL',
    include,
  };
}

const projections: Readonly<Record<string, Projection>> = { ALL: 'ALL', INCLUDE: 'INCLUDE', KEYS_ONLY: 'KEYS_ONLY' };

function parseKeySchema(elements: readonly KeySchemaElement[] | undefined, member: string): KeySchema {
  const [hash, range, ...more] = required(elements, member);
  if (!hash) return constraint(member, '[]', 'Member must have length greater than or equal to 1');
  if (more.length > 0) {
    return constraint(member, `[${more.length + 2} items]`, 'Member must have length less than or equal to 2');
  }
  if (hash.KeyType !== 'HASH') invalid('Invalid KeySchema: The first KeySchemaElement is not a HASH key type');
  if (range && range.KeyType !== 'RANGE') {
    invalid('Invalid KeySchema: The second KeySchemaElement is not a RANGE key type');
  }
  const hashName = required(hash.AttributeName, `${member}.1.member.attributeName`);
  const rangeName = range ? required(range.AttributeName, `${member}.2.member.attributeName`) : null;
  if (hashName === rangeName) {
    invalid('Both the Hash Key and the Range Key element in the KeySchema have the same name');
  }
  return { hash: hashName, range: rangeName };
}

/** @throws AwsError ValidationException unless exactly the key attributes are defined. */
export function checkAttributes(
  attributes: TableRecord['attributes'],
  key: KeySchema,
  indexes: readonly IndexRecord[],
): void {
  const defined = Object.keys(attributes);
  const used = [...new Set([key, ...indexes.map((index) => index.key)].flatMap(keyNames))];
  if (used.some((name) => !defined.includes(name))) {
    invalid(
      'One or more parameter values were invalid: Some index key attributes are not defined in AttributeDefinitions. ' +
        `Keys: [${used.join(', ')}], AttributeDefinitions: [${defined.join(', ')}]`,
    );
  }
  if (defined.length === used.length) return;
  invalid(
    indexes.length === 0
      ? 'One or more parameter values were invalid: Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions'
      : 'One or more parameter values were invalid: Some AttributeDefinitions are not used. ' +
          `AttributeDefinitions: [${defined.join(', ')}], keys used: [${used.join(', ')}]`,
  );
}

function checkIndexes(key: KeySchema, indexes: readonly IndexRecord[]): void {
  const names = indexes.map(({ name }) => name);
  const repeated = names.find((name, at) => names.indexOf(name) !== at);
  if (repeated !== undefined) {
    invalid(`One or more parameter values were invalid: Duplicate index name: ${repeated}`);
  }
  for (const index of indexes) {
    if (!/^[a-zA-Z0-9_.-]{3,255}$/.test(index.name)) {
      constraint('indexName', index.name, 'Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+');
    }
    if (index.kind === 'global') continue;
    if (key.range === null) {
      invalid(
        'One or more parameter values were invalid: ' +
          'Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex',
      );
    }
    if (index.key.hash !== key.hash) {
      invalid(
        'One or more parameter values were invalid: Table KeySchema and index KeySchema must have the same hash key. ' +
          `Index: ${index.name}`,
      );
    }
  }
}
