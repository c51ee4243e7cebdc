import { refuse } from '../../aws-error.ts';
import { checkedDuration, credentialsFor, type Operation, roleSession } from './sts-state.ts';
import { claimsOf } from './web-identity-token.ts';

/** Any role may be assumed; calls with the credentials act in the role's account. Source: STS-API/API_AssumeRole */
export const assumeRole: Operation<'AssumeRole'> = (state, input) => {
  const { account, identity } = roleSession(state, input.RoleArn, input.RoleSessionName ?? '');
  const lasts = checkedDuration(input.DurationSeconds, 3600, 43_200);
  checkPolicy(input.Policy);
  return {
    Credentials: credentialsFor(state, account, identity, lasts),
    AssumedRoleUser: { AssumedRoleId: identity.userId, Arn: identity.arn },
    SourceIdentity: input.SourceIdentity,
  };
};

/**
 * For a pipeline's token, unsigned. The token's form and time are judged; neither its signature nor the role's trust
 * is. Source: STS-API/API_AssumeRoleWithWebIdentity
 */
export const assumeRoleWithWebIdentity: Operation<'AssumeRoleWithWebIdentity'> = (state, input) => {
  const { account, identity } = roleSession(state, input.RoleArn, input.RoleSessionName ?? '');
  const lasts = checkedDuration(input.DurationSeconds, 3600, 43_200);
  checkPolicy(input.Policy);
  const claims = claimsOf(input.WebIdentityToken ?? '', state.world.clock.now());
  return {
    Credentials: credentialsFor(state, account, identity, lasts),
    AssumedRoleUser: { AssumedRoleId: identity.userId, Arn: identity.arn },
    SubjectFromWebIdentityToken: claims.subject,
    Audience: claims.audience,
    Provider: claims.issuer,
  };
};

function checkPolicy(policy: string | undefined): void {
  if (policy === undefined) return;
  try {
    JSON.parse(policy);
  } catch {
    refuse('MalformedPolicyDocumentException', 'This policy contains invalid Json');
  }
}
