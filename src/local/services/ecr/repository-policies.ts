import { refuse } from '../../aws-error.ts';
import { repositoryOf } from './repository.ts';
import type { EcrState, Operation, RepositoryRecord } from './state.ts';

/** Kept and returned: there is no IAM here. Source: ECR-API/API_SetRepositoryPolicy */
export const setRepositoryPolicy: Operation<'SetRepositoryPolicy'> = (state, input) => {
  const policy = checked(input.policyText ?? '');
  const record = { ...repositoryOf(state, input), policy };
  state.repositories.put(record.name, record);
  return { ...of(state, record), policyText: policy };
};

/** Source: ECR-API/API_GetRepositoryPolicy */
export const getRepositoryPolicy: Operation<'GetRepositoryPolicy'> = (state, input) => {
  const record = repositoryOf(state, input);
  return { ...of(state, record), policyText: record.policy ?? none(state, record) };
};

/** Source: ECR-API/API_DeleteRepositoryPolicy */
export const deleteRepositoryPolicy: Operation<'DeleteRepositoryPolicy'> = (state, input) => {
  const record = repositoryOf(state, input);
  const policyText = record.policy ?? none(state, record);
  state.repositories.put(record.name, { ...record, policy: null });
  return { ...of(state, record), policyText };
};

const of = ({ world }: EcrState, { name }: RepositoryRecord) => ({ registryId: world.account, repositoryName: name });

function none({ world }: EcrState, { name }: RepositoryRecord): never {
  return refuse(
    'RepositoryPolicyNotFoundException',
    `Repository policy does not exist for the repository with name '${name}' in the registry with id '${world.account}'`,
  );
}

function checked(text: string): string {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null && 'Statement' in parsed) return text;
  } catch {
    // Told below.
  }
  return refuse(
    'InvalidParameterException',
    "Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Invalid repository policy provided'",
  );
}
