import * as sdk from '@aws-sdk/client-sts';
import { type Random, seconds } from '../../../base/index.ts';
import { refuse } from '../../aws-error.ts';
import type { Handler, InputOf, OutputOf, ServiceDefinition } from '../../service.ts';
import type { World } from '../../world.ts';

interface State {
  readonly world: World;
  readonly random: Random;
}

type Operation<Name extends string> = Handler<State, InputOf<typeof sdk, Name>, OutputOf<typeof sdk, Name>>;

/** Whoever asks is the root of the account that the access key belongs to: the runtime knows no users. */
const getCallerIdentity: Operation<'GetCallerIdentity'> = ({ world }) => ({
  UserId: world.account,
  Account: world.account,
  Arn: `arn:aws:iam::${world.account}:root`,
});

/** Any role may be assumed; calls with the credentials act in the role's account. Source: STS-API/API_AssumeRole */
const assumeRole: Operation<'AssumeRole'> = ({ world, random }, input) => {
  const role = /^arn:aws[\w-]*:iam::(\d{12}):role\/(?:.*\/)?([\w+=,.@-]+)$/.exec(input.RoleArn ?? '');
  const [, account, name] = role ?? [];
  if (!account || !name) return refuse('ValidationError', `${input.RoleArn} is invalid`);
  const session = input.RoleSessionName ?? '';
  if (!/^[\w+=,.@-]{2,64}$/.test(session)) {
    return refuse(
      'ValidationError',
      `1 validation error detected: Value '${session}' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*`,
    );
  }
  const lasts = input.DurationSeconds ?? 3600;
  if (lasts < 900 || lasts > 43_200) {
    return refuse(
      'ValidationError',
      `1 validation error detected: Value '${lasts}' at 'durationSeconds' failed to satisfy constraint: Member must have value ${lasts < 900 ? 'greater than or equal to 900' : 'less than or equal to 43200'}`,
    );
  }
  const roleId = `AROA${random.hex(17).toUpperCase()}`;
  return {
    Credentials: {
      // The access key carries the account: see `accountOf` of the wire layer.
      AccessKeyId: `ASIA${account}${random.hex(4).toUpperCase()}`,
      SecretAccessKey: random.hex(40),
      SessionToken: random.hex(64),
      Expiration: new Date(world.clock.now() + seconds(lasts)),
    },
    AssumedRoleUser: {
      AssumedRoleId: `${roleId}:${session}`,
      Arn: `arn:aws:sts::${account}:assumed-role/${name}/${session}`,
    },
  };
};

/** Security Token Service. Source: STS-API */
export const sts: ServiceDefinition<State> = {
  name: 'sts',
  sdk,
  create: (world) => ({ world, random: world.random.fork('sts') }),
  operations: { GetCallerIdentity: getCallerIdentity, AssumeRole: assumeRole },
};
