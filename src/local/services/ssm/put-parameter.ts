import { refuse } from '../../aws-error.ts';
import { labelsOf } from './parameter-labels.ts';
import { checkName } from './parameter-name.ts';
import {
  type Operation,
  type ParameterState,
  type ParameterVersion,
  versionKey,
  versionsOf,
} from './parameter-state.ts';

/** Source: SSM-API/API_PutParameter */
export const putParameter: Operation<'PutParameter'> = (state, input) => {
  const { world, current, history, secureValues, tags } = state;
  const name = input.Name ?? '';
  const value = input.Value ?? '';
  checkName(name);
  const existing = current.get(name);
  const type = checkedType(input.Type, existing);
  const tier = checkedTier(value, input.Tier, existing);
  refusePolicies(input.Policies);
  checkValue(value, input.AllowedPattern);
  if (input.Overwrite && input.Tags) {
    refuse(
      'ValidationException',
      "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource.",
    );
  }
  if (existing && !input.Overwrite) {
    refuse(
      'ParameterAlreadyExists',
      'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
    );
  }

  checkRoom(state, name);
  const version = (existing?.version ?? 0) + 1;
  const secure = type === 'SecureString';
  const written: ParameterVersion = {
    name,
    version,
    type,
    value: secure ? ciphertext(state) : value,
    // Kept where nothing is said of it: Terraform's provider sends a description only when that changes, and relies on it.
    description: input.Description ?? existing?.description ?? null,
    keyId: secure ? (input.KeyId ?? 'alias/aws/ssm') : null,
    allowedPattern: input.AllowedPattern ?? null,
    tier,
    dataType: input.DataType ?? existing?.dataType ?? 'text',
    modifiedAt: world.clock.now(),
    modifiedBy: `arn:aws:iam::${world.account}:root`,
  };
  if (secure) secureValues.put(versionKey(name, version), value);
  history.put(versionKey(name, version), written);
  current.put(name, written);
  if (input.Tags) tags.put(name, Object.fromEntries(input.Tags.map((tag) => [tag.Key ?? '', tag.Value ?? ''])));
  forgetOldest(state, name);
  return { Version: version, Tier: tier };
};

/** The oldest of 100 versions makes room for a new one, unless it has a label. Source: SSM-API/API_PutParameter */
function checkRoom(state: ParameterState, name: string): void {
  const versions = versionsOf(state, name);
  const oldest = versions[0];
  if (!oldest || versions.length < versionsMax || labelsOf(state, name, oldest.version).length === 0) return;
  refuse(
    'ParameterMaxVersionLimitExceeded',
    `You attempted to create a new version of ${name} by calling the PutParameter API with the overwrite flag. Version ${oldest.version}, the oldest version, can't be deleted because it has a label associated with it. Move the label to another version of the parameter, and try again.`,
  );
}

const versionsMax = 100;

/** Expiration and its like are not imitated, and so not taken for granted. None at all is what Terraform sends. */
function refusePolicies(policies: string | undefined): void {
  if (policies !== undefined && !/^\s*(\[\s*(\{\s*\}\s*)?\]|\{\s*\})?\s*$/.test(policies)) {
    refuse('ValidationException', 'The local runtime does not imitate parameter policies.');
  }
}

/** AWS keeps 100 versions and drops the oldest. Source: SSM-UG/sysman-paramstore-versions */
function forgetOldest(state: ParameterState, name: string): void {
  const versions = versionsOf(state, name);
  for (const { version } of versions.slice(0, Math.max(0, versions.length - versionsMax))) {
    state.history.delete(versionKey(name, version));
    state.secureValues.delete(versionKey(name, version));
  }
}

function checkedType(asked: string | undefined, existing: ParameterVersion | undefined): ParameterVersion['type'] {
  if (asked === undefined) {
    return existing?.type ?? refuse('ValidationException', 'A parameter type is required when you create a parameter.');
  }
  if (asked !== 'String' && asked !== 'StringList' && asked !== 'SecureString') {
    return refuse(
      'ValidationException',
      `1 validation error detected: Value '${asked}' at 'type' failed to satisfy constraint: Member must satisfy enum value set: [SecureString, StringList, String]`,
    );
  }
  if (existing && existing.type !== asked) {
    return refuse(
      'HierarchyTypeMismatchException',
      "Parameter Store doesn't support changing a parameter type in a hierarchy. For example, you can't change a parameter from a String type to a SecureString type. You must create a new, unique parameter.",
    );
  }
  return asked;
}

function checkedTier(
  value: string,
  asked: string | undefined,
  existing: ParameterVersion | undefined,
): ParameterVersion['tier'] {
  const advanced = existing?.tier === 'Advanced';
  const size = Buffer.byteLength(value);
  const more =
    'For more information, see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html';
  if (size > 8192) {
    refuse(
      'ValidationException',
      `Advanced tier parameters support a maximum parameter value of 8192 characters. ${more}`,
    );
  }
  if (advanced && asked === 'Standard') {
    refuse(
      'ValidationException',
      "This parameter uses the advanced-parameter tier. You can't downgrade a parameter from the advanced-parameter tier to the standard-parameter tier. If necessary, you can delete the advanced parameter and recreate it as a standard parameter.",
    );
  }
  if (size > 4096 && !advanced && asked !== 'Advanced' && asked !== 'Intelligent-Tiering') {
    refuse(
      'ValidationException',
      `Standard tier parameters support a maximum parameter value of 4096 characters. To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier. ${more}`,
    );
  }
  return advanced || asked === 'Advanced' || size > 4096 ? 'Advanced' : 'Standard';
}

function checkValue(value: string, allowedPattern: string | undefined): void {
  if (value === '') {
    refuse(
      'ValidationException',
      "1 validation error detected: Value '' at 'value' failed to satisfy constraint: Member must have length greater than or equal to 1.",
    );
  }
  if (/\{\{.*\}\}/s.test(value)) {
    refuse('ValidationException', 'Parameter value can\'t nest another parameter. Do not use "{{}}" in the value.');
  }
  if (allowedPattern !== undefined && !compiled(allowedPattern).test(value)) {
    refuse(
      'ParameterPatternMismatchException',
      `Parameter value, cannot be validated against allowedPattern: ${allowedPattern}`,
    );
  }
}

function compiled(pattern: string): RegExp {
  try {
    return new RegExp(pattern);
  } catch {
    return refuse(
      'InvalidAllowedPatternException',
      `The request does not meet the regular expression requirement: ${pattern}`,
    );
  }
}

/** What a SecureString shows without decryption: nothing that has to do with its value. */
const ciphertext = (state: ParameterState): string => `AQICAH${Buffer.from(state.random.hex(96)).toString('base64')}`;
