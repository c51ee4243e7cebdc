import type { Tag } from '@aws-sdk/client-dynamodb';
import { invalid } from './validation.ts';

const tagsMax = 50;

/** @throws AwsError ValidationException */
export function parseTags(tags: readonly Tag[] | undefined): Readonly<Record<string, string>> {
  const parsed = Object.fromEntries((tags ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? '']));
  if (Object.keys(parsed).length < (tags ?? []).length) {
    invalid('One or more parameter values were invalid: Duplicate tag key');
  }
  if (Object.keys(parsed).length > tagsMax) invalid(`Too many tags: more than ${tagsMax}`);
  return parsed;
}
