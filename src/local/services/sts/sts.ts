import * as sdk from '@aws-sdk/client-sts';
import { accountOfAccessKey } from '../../access-key.ts';
import { refuse } from '../../aws-error.ts';
import type { ServiceDefinition } from '../../service.ts';
import { assumeRole, assumeRoleWithWebIdentity } from './assume-role.ts';
import {
  checkedDuration,
  credentialsFor,
  type Identity,
  identityIn,
  type Operation,
  type StsState,
} from './sts-state.ts';

/** The runtime knows no users: whoever has assumed no role is the root of the account of the access key. */
const rootOf = ({ world }: StsState): Identity => ({
  userId: world.account,
  arn: `arn:aws:iam::${world.account}:root`,
});

/** Source: STS-API/API_GetCallerIdentity */
const getCallerIdentity: Operation<'GetCallerIdentity'> = (state, _input, { sessionToken }) => {
  const { userId, arn } = identityIn(sessionToken) ?? rootOf(state);
  return { UserId: userId, Account: state.world.account, Arn: arn };
};

/** Source: STS-API/API_GetSessionToken */
const getSessionToken: Operation<'GetSessionToken'> = (state, input, { sessionToken }) => {
  if (identityIn(sessionToken)) refuse('AccessDenied', 'Cannot call GetSessionToken with session credentials', 403);
  const lasts = checkedDuration(input.DurationSeconds, 43_200, 129_600);
  return { Credentials: credentialsFor(state, state.world.account, rootOf(state), lasts) };
};

/** A key that carries no account is taken for one of the caller's. Source: STS-API/API_GetAccessKeyInfo */
const getAccessKeyInfo: Operation<'GetAccessKeyInfo'> = ({ world }, input) => ({
  Account: accountOfAccessKey(input.AccessKeyId ?? '') ?? world.account,
});

/** Security Token Service. Source: STS-API */
export const sts: ServiceDefinition<StsState> = {
  name: 'sts',
  sdk,
  create: (world) => ({ world, random: world.random.fork('sts') }),
  operations: {
    AssumeRole: assumeRole,
    AssumeRoleWithWebIdentity: assumeRoleWithWebIdentity,
    GetAccessKeyInfo: getAccessKeyInfo,
    GetCallerIdentity: getCallerIdentity,
    GetSessionToken: getSessionToken,
  },
};
