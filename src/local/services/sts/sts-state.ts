import type * as sdk from '@aws-sdk/client-sts';
import { type Random, seconds } from '../../../base/index.ts';
import { accessKeyFor } from '../../access-key.ts';
import { refuse } from '../../aws-error.ts';
import type { Handler, InputOf, OutputOf } from '../../service.ts';
import type { World } from '../../world.ts';

export interface StsState {
  readonly world: World;
  readonly random: Random;
}

export type Operation<Name extends string> = Handler<StsState, InputOf<typeof sdk, Name>, OutputOf<typeof sdk, Name>>;

/** Who a session's calls come from. */
export interface Identity {
  readonly userId: string;
  readonly arn: string;
}

/** Temporary credentials. The token says whose they are: nothing need be kept, and a restart forgets none. */
export const credentialsFor = ({ world, random }: StsState, account: string, identity: Identity, lasts: number) => ({
  AccessKeyId: accessKeyFor(account, random),
  SecretAccessKey: random.hex(40),
  SessionToken: Buffer.from(JSON.stringify([identity.userId, identity.arn, random.hex(32)])).toString('base64'),
  Expiration: new Date(world.clock.now() + seconds(lasts)),
});

/** Undefined for a token that was not given here. */
export function identityIn(sessionToken: string | undefined): Identity | undefined {
  if (sessionToken === undefined) return undefined;
  const text = Buffer.from(sessionToken, 'base64').toString();
  const [, userId, arn] = /^\["([\w+=,.@:-]+)","(arn:[^"\\]+)","[0-9a-f]+"\]$/.exec(text) ?? [];
  return userId !== undefined && arn !== undefined ? { userId, arn } : undefined;
}

/** @throws AwsError ValidationError */
export function checkedDuration(asked: number | undefined, otherwise: number, most: number): number {
  const lasts = asked ?? otherwise;
  if (lasts < 900 || lasts > most) {
    constraint(
      String(lasts),
      'durationSeconds',
      `Member must have value ${lasts < 900 ? 'greater than or equal to 900' : `less than or equal to ${most}`}`,
    );
  }
  return lasts;
}

/** A role's session as its callers see it. @throws AwsError ValidationError */
export function roleSession(
  { random }: StsState,
  roleArn: string | undefined,
  session: string,
): { readonly account: string; readonly identity: Identity } {
  const [, account, name] = /^arn:aws[\w-]*:iam::(\d{12}):role\/(?:.*\/)?([\w+=,.@-]+)$/.exec(roleArn ?? '') ?? [];
  if (!account || !name) return refuse('ValidationError', `${roleArn} is invalid`);
  if (session.length < 2) constraint(session, 'roleSessionName', 'Member must have length greater than or equal to 2');
  if (session.length > 64) constraint(session, 'roleSessionName', 'Member must have length less than or equal to 64');
  if (!/^[\w+=,.@-]*$/.test(session)) {
    constraint(session, 'roleSessionName', 'Member must satisfy regular expression pattern: [\\w+=,.@-]*');
  }
  return {
    account,
    identity: {
      userId: `AROA${random.hex(17).toUpperCase()}:${session}`,
      arn: `arn:aws:sts::${account}:assumed-role/${name}/${session}`,
    },
  };
}

function constraint(value: string, member: string, rule: string): never {
  return refuse(
    'ValidationError',
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: ${rule}`,
  );
}
