import { AwsError, refuse } from '../../aws-error.ts';
import { matching } from './list-secrets.ts';
import { page } from './page.ts';
import {
  allSecrets,
  anySecretOf,
  type Operation,
  type SecretRecord,
  type SecretsState,
  secretOf,
  valueKey,
} from './state.ts';
import { checkLength, requestToken } from './validation.ts';
import { addVersion, moveStage, valueIn, valueOut, versionOf } from './versions.ts';

/** Source: SM-API/API_PutSecretValue */
export const putSecretValue: Operation<'PutSecretValue'> = (state, input) => {
  const secret = secretOf(state, input.SecretId);
  const id = requestToken(input.ClientRequestToken);
  const value =
    valueIn(input) ?? refuse('InvalidRequestException', 'You must provide either SecretString or SecretBinary.');
  const changed = addVersion(state, secret, { id, value, stages: input.VersionStages ?? ['AWSCURRENT'] });
  state.secrets.put(secret.name, changed);
  return { ARN: secret.arn, Name: secret.name, VersionId: id, VersionStages: stagesOf(changed, id) };
};

/** Source: SM-API/API_UpdateSecret */
export const updateSecret: Operation<'UpdateSecret'> = (state, input) => {
  const secret = secretOf(state, input.SecretId);
  const id = requestToken(input.ClientRequestToken);
  const value = valueIn(input);
  const described: SecretRecord = {
    ...secret,
    description: input.Description === undefined ? secret.description : input.Description || null,
    kmsKeyId: input.KmsKeyId === undefined ? secret.kmsKeyId : input.KmsKeyId || null,
    changedAt: state.world.clock.now(),
  };
  state.secrets.put(
    secret.name,
    value ? addVersion(state, described, { id, value, stages: ['AWSCURRENT'] }) : described,
  );
  return { ARN: secret.arn, Name: secret.name, VersionId: value && id };
};

/** Source: SM-API/API_GetSecretValue */
export const getSecretValue: Operation<'GetSecretValue'> = (state, input) => {
  checkLength('versionId', input.VersionId, 32, 64);
  checkLength('versionStage', input.VersionStage, 1, 256);
  return read(state, secretOf(state, input.SecretId), input);
};

/** What can't be read is told beside what can. Source: SM-API/API_BatchGetSecretValue */
export const batchGetSecretValue: Operation<'BatchGetSecretValue'> = (state, input) => {
  const { SecretIdList: ids, Filters } = input;
  if ((ids === undefined) === (Filters === undefined)) {
    refuse('InvalidParameterException', "Either 'SecretIdList' or 'Filters' must be provided, but not both.");
  }
  if (ids && input.MaxResults !== undefined) {
    refuse(
      'InvalidParameterException',
      "'Filters' not specified. 'Filters' must also be specified when 'MaxResults' is provided.",
    );
  }
  if (ids && ids.length > 20) refuse('InvalidParameterException', "'SecretIdList' takes 20 secrets at most.");
  const found = allSecrets(state).filter((secret) => !secret.deletion && matching(secret, Filters ?? []));
  const { items, NextToken } = ids
    ? { items: ids, NextToken: undefined }
    : page(
        found.map(({ arn }) => arn),
        (arn) => arn,
        input,
        20,
      );
  const results = items.map((SecretId) => {
    try {
      return { value: read(state, secretOf(state, SecretId), {}) };
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return { error: { SecretId, ErrorCode: error.code, Message: error.message } };
    }
  });
  return {
    SecretValues: results.flatMap(({ value }) => value ?? []),
    Errors: results.flatMap(({ error }) => error ?? []),
    NextToken,
  };
};

/** Source: SM-API/API_ListSecretVersionIds */
export const listSecretVersionIds: Operation<'ListSecretVersionIds'> = (state, input) => {
  const secret = anySecretOf(state, input.SecretId);
  const shown = secret.versions.filter(({ stages }) => input.IncludeDeprecated || stages.length > 0);
  const { items, NextToken } = page(shown, ({ createdAt, id }) => `${createdAt}/${id}`, input, 100);
  return {
    ARN: secret.arn,
    Name: secret.name,
    Versions: items.map(({ id, stages, createdAt }) => ({
      VersionId: id,
      VersionStages: [...stages],
      CreatedDate: new Date(createdAt),
    })),
    NextToken,
  };
};

/** Source: SM-API/API_UpdateSecretVersionStage */
export const updateSecretVersionStage: Operation<'UpdateSecretVersionStage'> = (state, input) => {
  const secret = secretOf(state, input.SecretId);
  const { VersionStage: stage = '', MoveToVersionId: to, RemoveFromVersionId: from } = input;
  for (const id of [to, from]) if (id !== undefined) versionOf(secret, { VersionId: id });
  const holder = secret.versions.find(({ stages }) => stages.includes(stage))?.id;
  if (to === undefined && stage === 'AWSCURRENT') {
    refuse(
      'InvalidParameterException',
      "You can only move staging label AWSCURRENT to a different secret version. It can't be completely removed.",
    );
  }
  if (holder !== undefined && holder !== to && from === undefined) {
    refuse(
      'InvalidParameterException',
      `The parameter RemoveFromVersionId can't be empty. Staging label ${stage} is currently attached to version ${holder}, so you must explicitly reference that version in RemoveFromVersionId.`,
    );
  }
  if (from !== undefined && holder !== from) {
    refuse(
      'InvalidParameterException',
      `Staging label ${stage} is not currently attached to version ${from}, so it can't be removed from that version.`,
    );
  }
  const versions = moveStage(secret.versions, stage, to);
  state.secrets.put(secret.name, { ...secret, versions, changedAt: state.world.clock.now() });
  return { ARN: secret.arn, Name: secret.name };
};

/** LastAccessedDate is a day, not an instant. */
function read(state: SecretsState, secret: SecretRecord, asked: Parameters<typeof versionOf>[1]) {
  const version = versionOf(secret, asked);
  const value = state.values.get(valueKey(secret.arn, version.id));
  if (!value) throw new Error(`version ${version.id} of a secret has no value`);
  const day = Math.floor(state.world.clock.now() / 86_400_000) * 86_400_000;
  if (secret.accessedAt !== day) state.secrets.put(secret.name, { ...secret, accessedAt: day });
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionId: version.id,
    ...valueOut(value),
    VersionStages: [...version.stages],
    CreatedDate: new Date(version.createdAt),
  };
}

const stagesOf = ({ versions }: SecretRecord, id: string): string[] => [
  ...(versions.find((version) => version.id === id)?.stages ?? []),
];
