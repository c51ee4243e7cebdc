import { refuse } from '../../aws-error.ts';
import { type SecretRecord, type SecretsState, type SecretValue, type Version, valueKey } from './state.ts';

interface ValueInput {
  readonly SecretString?: string | undefined;
  readonly SecretBinary?: Uint8Array | undefined;
}

/** Undefined where a call brings no value, or an empty text, which AWS takes for none. @throws AwsError InvalidParameterException */
export function valueIn({ SecretString, SecretBinary }: ValueInput): SecretValue | undefined {
  if (SecretString !== undefined && SecretBinary !== undefined) {
    refuse(
      'InvalidParameterException',
      "You can't specify both a binary secret value and a string secret value in the same secret.",
    );
  }
  const size = SecretBinary?.length ?? Buffer.byteLength(SecretString ?? '');
  if (size > 65_536) refuse('InvalidParameterException', 'The secret value is longer than 65536 bytes.');
  if (SecretString) return { text: SecretString };
  return SecretBinary && { base64: Buffer.from(SecretBinary).toString('base64') };
}

/** As a call's answer has it. */
export const valueOut = (value: SecretValue) =>
  'text' in value
    ? { SecretString: value.text }
    : { SecretBinary: new Uint8Array(Buffer.from(value.base64, 'base64')) };

/**
 * Keeps a value as a version of its own. The same value under the same token again changes nothing.
 * @throws AwsError ResourceExistsException where the token has another value
 */
export function addVersion(
  state: SecretsState,
  secret: SecretRecord,
  added: { readonly id: string; readonly value: SecretValue; readonly stages: readonly string[] },
): SecretRecord {
  const { id, value } = added;
  const key = valueKey(secret.arn, id);
  const present = state.values.get(key);
  if (present) {
    if (JSON.stringify(present) === JSON.stringify(value)) return secret;
    refuse(
      'ResourceExistsException',
      `You can't use ClientRequestToken ${id} because that value is already in use for a version of secret ${secret.arn}.`,
    );
  }
  const now = state.world.clock.now();
  // The first version is the current one, whatever it is called.
  const stages = secret.versions.length === 0 ? [...new Set([...added.stages, current])] : added.stages;
  const fresh: Version = { id, stages: [], createdAt: now };
  const versions = stages.reduce((all, stage) => moveStage(all, stage, id), [
    ...secret.versions,
    fresh,
  ] as readonly Version[]);
  const changed: SecretRecord = { ...secret, versions, changedAt: now };
  state.values.put(key, value);
  return forgetOldest(state, changed);
}

export const current = 'AWSCURRENT';
const previous = 'AWSPREVIOUS';

/** A stage is on one version at most. What loses AWSCURRENT becomes AWSPREVIOUS. */
export function moveStage(versions: readonly Version[], stage: string, to: string | undefined): readonly Version[] {
  const holder = versions.find(({ stages }) => stages.includes(stage));
  if (holder?.id === to) return versions;
  const moved = versions.map((version) => {
    const others = version.stages.filter((each) => each !== stage);
    return { ...version, stages: version.id === to ? [...others, stage] : others };
  });
  return stage === current && holder ? moveStage(moved, previous, holder.id) : moved;
}

/** A version without stages is deprecated; AWS keeps about 100. */
function forgetOldest(state: SecretsState, secret: SecretRecord): SecretRecord {
  const deprecated = secret.versions.filter(({ stages }) => stages.length === 0);
  const gone = new Set(deprecated.slice(0, Math.max(0, deprecated.length - 100)).map(({ id }) => id));
  for (const id of gone) state.values.delete(valueKey(secret.arn, id));
  return gone.size === 0 ? secret : { ...secret, versions: secret.versions.filter(({ id }) => !gone.has(id)) };
}

/** The version that a call means. @throws AwsError ResourceNotFoundException, InvalidRequestException */
export function versionOf(
  { versions }: SecretRecord,
  { VersionId, VersionStage }: { readonly VersionId?: string | undefined; readonly VersionStage?: string | undefined },
): Version {
  const stage = VersionStage ?? (VersionId === undefined ? current : undefined);
  const found = versions.find(
    (version) =>
      (VersionId === undefined || version.id === VersionId) && (stage === undefined || version.stages.includes(stage)),
  );
  if (found) return found;
  if (VersionId !== undefined && VersionStage !== undefined && versions.some(({ id }) => id === VersionId)) {
    refuse('InvalidRequestException', 'You provided a VersionStage that is not associated to the provided VersionId.');
  }
  const what = VersionId === undefined ? `staging label: ${stage}` : `VersionId: ${VersionId}`;
  return refuse('ResourceNotFoundException', `Secrets Manager can't find the specified secret value for ${what}`);
}
