import { refuse } from '../../aws-error.ts';
import { type Operation, secretOf } from './state.ts';
import { checkLength, constraint } from './validation.ts';

/** Kept and returned: there is no IAM here. Source: SM-API/API_PutResourcePolicy */
export const putResourcePolicy: Operation<'PutResourcePolicy'> = (state, input) => {
  const secret = secretOf(state, input.SecretId);
  const policy = parsePolicy(input.ResourcePolicy);
  if (input.BlockPublicPolicy && policy.statements.some(isBroad)) {
    refuse(
      'PublicPolicyException',
      'The BlockPublicPolicy parameter is set to true, and the resource policy did not prevent broad access to the secret.',
    );
  }
  state.secrets.put(secret.name, { ...secret, policy: policy.text });
  return { ARN: secret.arn, Name: secret.name };
};

/** Source: SM-API/API_GetResourcePolicy */
export const getResourcePolicy: Operation<'GetResourcePolicy'> = (state, input) => {
  const secret = secretOf(state, input.SecretId);
  return { ARN: secret.arn, Name: secret.name, ResourcePolicy: secret.policy ?? undefined };
};

/** Source: SM-API/API_DeleteResourcePolicy */
export const deleteResourcePolicy: Operation<'DeleteResourcePolicy'> = (state, input) => {
  const secret = secretOf(state, input.SecretId);
  state.secrets.put(secret.name, { ...secret, policy: null });
  return { ARN: secret.arn, Name: secret.name };
};

/**
 * Instead of AWS's reasoning about policies: a statement for any principal without a condition is broad access where it
 * allows, and locks the caller out where it denies. Nothing is kept. Source: SM-API/API_ValidateResourcePolicy
 */
export const validateResourcePolicy: Operation<'ValidateResourcePolicy'> = (state, input) => {
  if (input.SecretId !== undefined) secretOf(state, input.SecretId);
  const { statements } = parsePolicy(input.ResourcePolicy);
  const ValidationErrors = [
    ...(statements.some(isBroad)
      ? [{ CheckName: 'PublicAccess', ErrorMessage: 'The resource policy allows broad access to the secret.' }]
      : []),
    ...(statements.some(locksOut)
      ? [{ CheckName: 'Lockout', ErrorMessage: 'The resource policy denies its own change to every principal.' }]
      : []),
  ];
  return { PolicyValidationPassed: ValidationErrors.length === 0, ValidationErrors };
};

type Statement = Readonly<Record<string, unknown>>;

const isBroad = (statement: Statement): boolean => statement.Effect === 'Allow' && forAnybody(statement);

/** That nobody may put another policy in its place. */
const locksOut = (statement: Statement): boolean =>
  statement.Effect === 'Deny' &&
  forAnybody(statement) &&
  list(statement.Action).some((action) => /^(\*|secretsmanager:(\*|Put\*|PutResourcePolicy))$/.test(String(action)));

function forAnybody({ Principal, Condition }: Statement): boolean {
  if (Condition !== undefined) return false;
  const named = isObject(Principal) ? list(Principal.AWS) : list(Principal);
  return named.includes('*');
}

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

const isObject = (value: unknown): value is Statement => typeof value === 'object' && value !== null;

/** @throws AwsError MalformedPolicyDocumentException, ValidationException */
function parsePolicy(text: string | undefined): { readonly text: string; readonly statements: readonly Statement[] } {
  if (text === undefined) return constraint('resourcePolicy', null, 'Member must not be null');
  checkLength('resourcePolicy', text, 1, 20_480);
  const parsed = parse(text);
  const statements = isObject(parsed) ? list(parsed.Statement) : [];
  if (statements.length > 0 && statements.every(isObject)) return { text, statements };
  return refuse('MalformedPolicyDocumentException', 'This resource policy contains a syntax error.');
}

/** Undefined for what is no JSON. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
