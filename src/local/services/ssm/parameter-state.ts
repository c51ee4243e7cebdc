import type * as sdk from '@aws-sdk/client-ssm';
import type { Random } from '../../../base/index.ts';
import type { Handler, InputOf, OutputOf } from '../../service.ts';
import type { Collection } from '../../store/store.ts';
import type { World } from '../../world.ts';
import { parseName } from './parameter-name.ts';

/** One version of a parameter. A SecureString's value is in `secureValues` alone; `value` is then its ciphertext. */
export type ParameterVersion = {
  readonly name: string;
  readonly version: number;
  readonly type: 'String' | 'StringList' | 'SecureString';
  readonly value: string;
  readonly description: string | null;
  readonly keyId: string | null;
  readonly allowedPattern: string | null;
  readonly tier: 'Standard' | 'Advanced';
  readonly dataType: string;
  readonly modifiedAt: number;
  readonly modifiedBy: string;
};

export interface ParameterState {
  readonly world: World;
  readonly random: Random;
  /** By name: the current version. */
  readonly current: Collection<ParameterVersion>;
  /** By `versionKey`: all versions, the current one too. */
  readonly history: Collection<ParameterVersion>;
  /** By `versionKey`: what SecureStrings hold. The store on disk keeps this collection encrypted. */
  readonly secureValues: Collection<string>;
  /** By name: which version each label is on. */
  readonly labels: Collection<Readonly<Record<string, number>>>;
  /** By name. */
  readonly tags: Collection<Readonly<Record<string, string>>>;
}

export type Operation<Name extends string> = Handler<
  ParameterState,
  InputOf<typeof sdk, Name>,
  OutputOf<typeof sdk, Name>
>;

export function createParameterState(world: World): ParameterState {
  return {
    world,
    random: world.random.fork('ssm'),
    current: world.store.collection('ssm/parameters'),
    history: world.store.collection('ssm/history'),
    secureValues: world.store.collection('ssm/secure-values'),
    labels: world.store.collection('ssm/labels'),
    tags: world.store.collection('ssm/tags'),
  };
}

/** Sorts by name, then by version. Names hold no colon. */
export const versionKey = (name: string, version: number): string => `${name}:${String(version).padStart(6, '0')}`;

/** What is stored under a name or an ARN. An ARN does not tell `/a` from `a`: both are looked for. */
export function currentOf(state: ParameterState, nameOrArn: string): ParameterVersion | undefined {
  const { name } = parseName(nameOrArn);
  return state.current.get(name) ?? (nameOrArn.startsWith('arn:') ? state.current.get(name.slice(1)) : undefined);
}

/** The value of any version, decrypted. */
export function plainValueOf(state: ParameterState, { name, type, version, value }: ParameterVersion): string {
  return type === 'SecureString' ? (state.secureValues.get(versionKey(name, version)) ?? value) : value;
}

/** All versions of one parameter, the oldest first. */
export function versionsOf(state: ParameterState, name: string): readonly ParameterVersion[] {
  return [...state.history.range(`${name}:`, `${name};`)].map(([, version]) => version);
}

/** Removes a parameter with all that belongs to it; false when there is none. */
export function removeParameter(state: ParameterState, nameOrArn: string): boolean {
  const name = currentOf(state, nameOrArn)?.name;
  if (name === undefined) return false;
  for (const { version } of versionsOf(state, name)) {
    state.history.delete(versionKey(name, version));
    state.secureValues.delete(versionKey(name, version));
  }
  state.labels.delete(name);
  state.tags.delete(name);
  state.current.delete(name);
  return true;
}

export const arnOf = ({ account, region }: World, name: string): string =>
  `arn:aws:ssm:${region}:${account}:parameter/${name.replace(/^\//, '')}`;
