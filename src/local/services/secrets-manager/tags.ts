import type { Tag } from '@aws-sdk/client-secrets-manager';
import { refuse } from '../../aws-error.ts';
import { type Operation, secretOf } from './state.ts';

/** Source: SM-API/API_TagResource */
export const tagResource: Operation<'TagResource'> = (state, input) => {
  const secret = secretOf(state, input.SecretId);
  const tags = { ...secret.tags, ...tagsIn(input.Tags) };
  if (Object.keys(tags).length > 50) refuse('InvalidParameterException', 'A secret has 50 tags at most.');
  state.secrets.put(secret.name, { ...secret, tags });
  return {};
};

/** Source: SM-API/API_UntagResource */
export const untagResource: Operation<'UntagResource'> = (state, input) => {
  const secret = secretOf(state, input.SecretId);
  const left = Object.entries(secret.tags).filter(([key]) => !(input.TagKeys ?? []).includes(key));
  state.secrets.put(secret.name, { ...secret, tags: Object.fromEntries(left) });
  return {};
};

export const tagsIn = (tags: readonly Tag[] | undefined): Record<string, string> =>
  Object.fromEntries((tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));
