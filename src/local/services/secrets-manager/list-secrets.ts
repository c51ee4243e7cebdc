import type { Filter } from '@aws-sdk/client-secrets-manager';
import { refuse } from '../../aws-error.ts';
import { described, stages } from './describe-secret.ts';
import { page } from './page.ts';
import { allSecrets, type Operation, type SecretRecord } from './state.ts';
import { constraint } from './validation.ts';

/** The newest first, as on AWS. Source: SM-API/API_ListSecrets */
export const listSecrets: Operation<'ListSecrets'> = (state, input) => {
  checkFilters(input.Filters);
  const found = allSecrets(state)
    .filter((secret) => input.IncludePlannedDeletion || !secret.deletion)
    .filter((secret) => matching(secret, input.Filters ?? []));
  const { items, NextToken } = page(found, placeOf, input, 100, input.SortOrder === 'asc' ? 'ascending' : 'descending');
  return {
    SecretList: items.map((secret) => ({ ...described(secret), SecretVersionsToStages: stages(secret) })),
    NextToken,
  };
};

/** By the time when they were made; of those of one millisecond, by name. */
const placeOf = ({ createdAt, name }: SecretRecord): string => `${createdAt}/${name}`;

const filterKeys = ['description', 'name', 'tag-key', 'tag-value', 'primary-region', 'owning-service', 'all'];

/** @throws AwsError ValidationException, InvalidParameterException */
function checkFilters(filters: readonly Filter[] = []): void {
  for (const [index, { Key, Values }] of filters.entries()) {
    if (Key === undefined) refuse('InvalidParameterException', 'Invalid filter key');
    if (!filterKeys.includes(Key)) {
      constraint(
        `filters.${index + 1}.member.key`,
        Key,
        `Member must satisfy enum value set: [${filterKeys.join(', ')}]`,
      );
    }
    if (Values === undefined) refuse('InvalidParameterException', `Invalid filter values for key: ${Key}`);
  }
}

/** All filters must hold, of each one value; `!` before a value turns it round. */
export const matching = (secret: SecretRecord, filters: readonly Filter[]): boolean =>
  filters.every(({ Key = 'all', Values = [] }) =>
    Values.some((value) => {
      const negated = value.startsWith('!');
      return holds(secret, Key, negated ? value.slice(1) : value) !== negated;
    }),
  );

/** Names, keys and values by their beginning and case, descriptions by their words. */
function holds(secret: SecretRecord, key: string, value: string): boolean {
  const words = value.toLowerCase();
  const description = (secret.description ?? '').toLowerCase().includes(words);
  switch (key) {
    case 'name':
      return secret.name.startsWith(value);
    case 'description':
      return description;
    case 'tag-key':
      return Object.keys(secret.tags).some((each) => each.startsWith(value));
    case 'tag-value':
      return Object.values(secret.tags).some((each) => each.startsWith(value));
    case 'all':
      return (
        description ||
        secret.name.toLowerCase().includes(words) ||
        Object.entries(secret.tags).some((each) => each.join(' ').toLowerCase().includes(words))
      );
    default:
      return false;
  }
}
