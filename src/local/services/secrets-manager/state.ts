import type * as sdk from '@aws-sdk/client-secrets-manager';
import type { Random } from '../../../base/index.ts';
import { refuse } from '../../aws-error.ts';
import type { Handler, InputOf, OutputOf } from '../../service.ts';
import type { Collection } from '../../store/store.ts';
import type { World } from '../../world.ts';
import { checkSecretId } from './validation.ts';

export type Version = {
  readonly id: string;
  readonly stages: readonly string[];
  readonly createdAt: number;
};

/** A secret with all but its values. */
export type SecretRecord = {
  readonly name: string;
  readonly arn: string;
  readonly description: string | null;
  readonly kmsKeyId: string | null;
  readonly createdAt: number;
  readonly changedAt: number;
  readonly accessedAt: number | null;
  readonly rotation: Rotation | null;
  readonly policy: string | null;
  readonly tags: Readonly<Record<string, string>>;
  /** The oldest first. */
  readonly versions: readonly Version[];
  /** Marked for deletion: from `goneAt` on it is not there. */
  readonly deletion: { readonly date: number; readonly goneAt: number } | null;
};

/** Kept and described: no function is called. */
export type Rotation = {
  readonly enabled: boolean;
  readonly lambdaArn: string | null;
  readonly days: number | null;
  readonly duration: string | null;
  readonly schedule: string | null;
  readonly rotatedAt: number | null;
};

/** One of the two. */
export type SecretValue = { readonly text: string } | { readonly base64: string };

export interface SecretsState {
  readonly world: World;
  readonly random: Random;
  /** By name. */
  readonly secrets: Collection<SecretRecord>;
  /** By ARN and version. The store on disk keeps this collection encrypted. */
  readonly values: Collection<SecretValue>;
}

export type Operation<Name extends string> = Handler<
  SecretsState,
  InputOf<typeof sdk, Name>,
  OutputOf<typeof sdk, Name>
>;

export const createSecretsState = (world: World): SecretsState => ({
  world,
  random: world.random.fork('secrets-manager'),
  secrets: world.store.collection('secretsmanager/secrets'),
  values: world.store.collection('secretsmanager/secure-values'),
});

export const valueKey = (arn: string, version: string): string => `${arn}|${version}`;

/** What is stored under a name, an ARN, or an ARN without its last six characters; those marked for deletion too. */
export function findSecret(state: SecretsState, id: string): SecretRecord | undefined {
  forgetDeleted(state);
  const name = /^arn:[^:]+:secretsmanager:[^:]*:\d*:secret:(.+)$/.exec(id)?.[1];
  if (name === undefined) return state.secrets.get(id);
  const found = state.secrets.get(name.replace(/-[A-Za-z0-9]{6}$/, '')) ?? state.secrets.get(name);
  return found && (found.arn === id || found.arn.slice(0, -7) === id) ? found : undefined;
}

/** @throws AwsError ResourceNotFoundException, ValidationException */
export const anySecretOf = (state: SecretsState, id: string | undefined): SecretRecord =>
  findSecret(state, checkSecretId(id)) ??
  refuse('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");

/** @throws AwsError ResourceNotFoundException, ValidationException, InvalidRequestException where it is marked for deletion */
export function secretOf(state: SecretsState, id: string | undefined): SecretRecord {
  const secret = anySecretOf(state, id);
  if (secret.deletion) {
    refuse(
      'InvalidRequestException',
      "You can't perform this operation on the secret because it was marked for deletion.",
    );
  }
  return secret;
}

/** All that are there, in order of their names. */
export function allSecrets(state: SecretsState): readonly SecretRecord[] {
  forgetDeleted(state);
  return state.secrets.entries().map(([, secret]) => secret);
}

function forgetDeleted(state: SecretsState): void {
  const now = state.world.clock.now();
  for (const [name, { arn, versions, deletion }] of state.secrets.entries()) {
    if (!deletion || deletion.goneAt > now) continue;
    for (const { id } of versions) state.values.delete(valueKey(arn, id));
    state.secrets.delete(name);
  }
}
