import { membersOfSecret, putManagedSecret, putParameterSecret, readParameters, readSecrets } from '../aws/index.ts';
import { err, ok, type Random, type Result } from '../base/index.ts';
import { discoveryPath, type Project, type StoredAt, secretPlace } from '../config/index.ts';
import type { CallError, SecretReading } from '../deployment/index.ts';
import { checkAccount } from './account.ts';
import type { Context } from './context.ts';
import type { OperationRefusal } from './refusal.ts';
import { unlessUnset } from './unset-secret.ts';

/** Where a value is kept. */
export type SecretTarget = StoredAt;

/** A variable of a service that gets a secret. */
export interface SecretUse {
  readonly service: string;
  readonly variable: string;
}

export interface KnownSecret extends SecretTarget {
  readonly usedBy: readonly SecretUse[];
}

/** Every secret that a project's services name, by its place. */
export function secretsOf(
  { services }: Pick<Project, 'services'>,
  environment: Context['environment'],
): readonly KnownSecret[] {
  const found = new Map<string, KnownSecret & { usedBy: SecretUse[] }>();
  for (const service of services)
    for (const [variable, secret] of Object.entries(service.secrets)) {
      const target = secretPlace(secret, { service: service.name, variable }, environment);
      const known = found.get(placeText(target)) ?? { ...target, usedBy: [] };
      known.usedBy.push({ service: service.name, variable });
      found.set(placeText(target), known);
    }
  return [...found.values()].sort((a, b) => (placeText(a) < placeText(b) ? -1 : 1));
}

/** As a service's JSON says it: `ssm:/items/url`, `secretsmanager:api/login:password`. */
export const placeText = ({ store, name, key }: Omit<SecretTarget, 'own'>): string =>
  `${store}:${name}${key === null ? '' : `:${key}`}`;

/**
 * The secret that a person means: a whole place, the name of one that a service names, `<service>/<VARIABLE>` of one that
 * it has of its own, or a name alone, which goes to
 * the store that the environment chose.
 */
export function targetOf(
  text: string,
  { environment }: Pick<Context, 'environment'>,
  known: readonly KnownSecret[],
): SecretTarget {
  const [, store, name, key] = /^(ssm|secretsmanager):([^:]+)(?::(.+))?$/.exec(text) ?? [];
  if (name !== undefined) {
    const named = { store: store === 'ssm' ? ('ssm' as const) : ('secretsmanager' as const), name, key: key ?? null };
    return { ...named, own: known.some((secret) => secret.own && placeText(secret) === placeText(named)) };
  }
  const meant = known.find(
    (secret) =>
      secret.name === text ||
      secret.name === `/${text}` ||
      (secret.own && secret.usedBy.some(({ service, variable }) => `${service}/${variable}` === text)),
  );
  if (meant) return { store: meant.store, name: meant.name, key: null, own: meant.own };
  const { secretsStore } = environment.settings;
  // A parameter's name with a slash in it has to begin with one.
  return {
    store: secretsStore,
    name: secretsStore === 'ssm' && !text.startsWith('/') ? `/${text}` : text,
    key: null,
    own: false,
  };
}

/** What a store tells of each secret; never its value. */
export async function readKnownSecrets(
  context: Context,
  known: readonly KnownSecret[],
): Promise<readonly (KnownSecret & { readonly reading: SecretReading })[]> {
  const readings = await readSecrets(context.aws, known, context.signal);
  return known.map((secret, index) => {
    const reading = readings[index] ?? { kind: 'missing' };
    return { ...secret, reading: context.runtime ? reading : unlessUnset(secret, reading) };
  });
}

export type SecretRefusal =
  | { readonly kind: 'operation'; readonly refusal: OperationRefusal }
  /** One is there, and it was to be made. */
  | { readonly kind: 'there-already'; readonly version: string }
  /** None is there, and it was to be replaced. */
  | { readonly kind: 'not-there' }
  /** Terraform makes it, and has not yet: it would find one in its way. */
  | { readonly kind: 'not-made' }
  | { readonly kind: 'to-be-deleted'; readonly deletedAt: string | null }
  /** A member of it was named, and it is no JSON object. */
  | { readonly kind: 'no-object' }
  | { readonly kind: 'call'; readonly error: CallError };

/** `make`: only where there is none. `replace`: only where there is one. */
export type PutKind = 'put' | 'make' | 'replace';

/** Gives a secret a value; resolves with the version that it has now. The value goes to the store and nowhere else. */
export async function putSecret(
  context: Context,
  target: SecretTarget,
  value: string,
  how: PutKind,
): Promise<Result<{ readonly version: string; readonly made: boolean }, SecretRefusal>> {
  const { aws, signal } = context;
  const account = context.runtime ? undefined : await checkAccount(context);
  if (account) return err({ kind: 'operation', refusal: account });
  const [reading] = await readSecrets(aws, [target], signal);
  if (!reading || reading.kind === 'unread')
    return err({ kind: 'call', error: reading?.error ?? { kind: 'unknown', cause: 'no answer' } });
  if (reading.kind === 'without-value' && reading.deletedAt !== null)
    return err({ kind: 'to-be-deleted', deletedAt: reading.deletedAt });
  const isThere = reading.kind !== 'missing';
  if (target.own && !isThere && !context.runtime) return err({ kind: 'not-made' });
  const now = context.runtime ? reading : unlessUnset(target, reading);
  const members = isThere && target.key !== null ? await membersOf(context, target.name, reading) : ok({});
  if (!members.ok) return members;
  const hasValue = now.kind === 'there' && (target.key === null || Object.hasOwn(members.value, target.key));
  if (how === 'make' && hasValue)
    return err({ kind: 'there-already', version: reading.kind === 'there' ? reading.version : '' });
  if (how === 'replace' && !hasValue) return err({ kind: 'not-there' });
  const whole = target.key === null ? value : JSON.stringify({ ...members.value, [target.key]: value });
  const keeping = {
    kmsKeyArn: await keyOf(context),
    tags: { 'teal:environment': context.environment.name },
  };
  const put = target.store === 'ssm' ? putParameterSecret : putManagedSecret;
  const done = await put(aws, target.name, whole, keeping, isThere, signal);
  return done.ok ? ok({ version: done.value, made: !isThere }) : err({ kind: 'call', error: done.error });
}

async function membersOf(
  { aws, signal }: Context,
  name: string,
  reading: SecretReading,
): Promise<Result<Readonly<Record<string, unknown>>, SecretRefusal>> {
  if (reading.kind !== 'there') return ok({});
  const members = await membersOfSecret(aws, name, signal);
  if (!members.ok) return err({ kind: 'call', error: members.error });
  return members.value ? ok(members.value) : err({ kind: 'no-object' });
}

/** The environment's own KMS key, where its platform has one: the tasks' roles may use that one. */
async function keyOf({ aws, environment, signal }: Context): Promise<string | null> {
  if (!environment.settings.ownKey) return null;
  const name = discoveryPath(environment.name, 'platform');
  const found = await readParameters(aws, [name], signal);
  const text = found.ok ? found.value.get(name)?.value : undefined;
  return /"kmsKeyArn":\s*"([^"]+)"/.exec(text ?? '')?.[1] ?? null;
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** A value that nobody knows: letters and digits, so that it needs no quoting anywhere. */
export const secretValue = (random: Random, length: number): string =>
  Array.from({ length }, () => letters[random.int(letters.length)]).join('');
