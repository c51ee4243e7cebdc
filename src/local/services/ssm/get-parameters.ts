import type { Parameter } from '@aws-sdk/client-ssm';
import { refuse } from '../../aws-error.ts';
import { findParameter } from './find-parameter.ts';
import { page } from './page.ts';
import { checkFilter, matchesFilter } from './parameter-filter.ts';
import { labelsOf, versionLabelled } from './parameter-labels.ts';
import {
  arnOf,
  currentOf,
  type Operation,
  type ParameterState,
  type ParameterVersion,
  plainValueOf,
  versionKey,
  versionsOf,
} from './parameter-state.ts';
import { isSecretName, referencedSecret } from './secret-reference.ts';

/** Source: SSM-API/API_GetParameter */
export const getParameter: Operation<'GetParameter'> = (state, input) => {
  const name = input.Name ?? '';
  if (isSecretName(name)) return { Parameter: referencedSecret(state, name, input.WithDecryption) };
  const found = findParameter(state, name);
  if (found.kind === 'no-version') {
    return refuse(
      'ParameterVersionNotFound',
      `Systems Manager could not find version ${found.selector} of ${found.name}. Verify the version and try again.`,
    );
  }
  // AWS gives no text here: its message is empty.
  if (found.kind === 'none') return refuse('ParameterNotFound', '');
  return { Parameter: describe(state, found.parameter, input.WithDecryption, found.selector) };
};

/** Unknown names are an answer, not an error. Source: SSM-API/API_GetParameters */
export const getParameters: Operation<'GetParameters'> = (state, input) => {
  const names = [...new Set(input.Names ?? [])];
  if (names.length > 10) {
    refuse(
      'ValidationException',
      `1 validation error detected: Value '[${names.join(', ')}]' at 'names' failed to satisfy constraint: Member must have length less than or equal to 10`,
    );
  }
  const found = names.map((name) => ({ name, parameter: read(state, name, input.WithDecryption) }));
  return {
    Parameters: found.flatMap(({ parameter }) => parameter ?? []),
    InvalidParameters: found.flatMap(({ name, parameter }) => (parameter ? [] : [name])),
  };
};

/** Source: SSM-API/API_GetParametersByPath */
export const getParametersByPath: Operation<'GetParametersByPath'> = (state, input) => {
  const path = input.Path ?? '';
  if (!path.startsWith('/') || !/^[a-zA-Z0-9_.\-/]+$/.test(path)) {
    refuse(
      'ValidationException',
      'The parameter doesn\'t meet the parameter name requirements. The parameter name must begin with a forward slash "/". It can\'t be prefixed with \\"aws\\" or \\"ssm\\" (case-insensitive). It must use only letters, numbers, or the following symbols: . (period), - (hyphen), _ (underscore). Special characters are not allowed. All sub-paths, if specified, must use the forward slash symbol "/". Valid example: /get/parameters2-/by1./path0_.',
    );
  }
  const below = path.endsWith('/') ? path : `${path}/`;
  const filters = input.ParameterFilters ?? [];
  for (const filter of filters) checkFilter('GetParametersByPath', filter);
  const wanted = state.current
    .entries()
    .filter(([name]) => name.startsWith(below) && (input.Recursive || !name.slice(below.length).includes('/')))
    .filter(([, parameter]) => filters.every((filter) => matchesFilter(state, parameter, filter)));
  const { items, next } = page(wanted, input.NextToken, input.MaxResults, 10);
  const labels = filters.flatMap(({ Key, Values }) => (Key === 'Label' ? (Values ?? []) : []));
  return {
    Parameters: items.map(([, each]) =>
      describe(state, labelledAs(state, each, labels), input.WithDecryption, undefined),
    ),
    NextToken: next,
  };
};

/** Source: SSM-API/API_GetParameterHistory */
export const getParameterHistory: Operation<'GetParameterHistory'> = (state, input) => {
  const { name } = currentOf(state, input.Name ?? '') ?? refuse('ParameterNotFound', '');
  const versions = versionsOf(state, name).map((each) => [versionKey(name, each.version), each] as const);
  const { items, next } = page(versions, input.NextToken, input.MaxResults, 50);
  return {
    Parameters: items.map(([, each]) => ({
      Name: each.name,
      Type: each.type,
      KeyId: each.keyId ?? undefined,
      LastModifiedDate: new Date(each.modifiedAt),
      LastModifiedUser: each.modifiedBy,
      Description: each.description ?? undefined,
      Value: shownValue(state, each, input.WithDecryption),
      AllowedPattern: each.allowedPattern ?? undefined,
      Version: each.version,
      Labels: [...labelsOf(state, name, each.version)],
      Tier: each.tier,
      Policies: [],
      DataType: each.dataType,
    })),
    NextToken: next,
  };
};

/** Undefined for what is not there, in whatever way. */
function read(state: ParameterState, name: string, decrypted: boolean | undefined): Parameter | undefined {
  if (isSecretName(name)) return referencedSecret(state, name, decrypted);
  const found = findParameter(state, name);
  return found.kind === 'found' ? describe(state, found.parameter, decrypted, found.selector) : undefined;
}

/** The version that has one of these labels; the current one where none is asked for. */
function labelledAs(state: ParameterState, current: ParameterVersion, labels: readonly string[]): ParameterVersion {
  const version = labels.map((label) => versionLabelled(state, current.name, label)).find((each) => each !== undefined);
  return (version === undefined ? undefined : state.history.get(versionKey(current.name, version))) ?? current;
}

const describe = (
  state: ParameterState,
  parameter: ParameterVersion,
  decrypted: boolean | undefined,
  selector: string | undefined,
) => ({
  Name: parameter.name,
  Type: parameter.type,
  Value: shownValue(state, parameter, decrypted),
  Version: parameter.version,
  Selector: selector,
  LastModifiedDate: new Date(parameter.modifiedAt),
  ARN: arnOf(state.world, parameter.name),
  DataType: parameter.dataType,
});

function shownValue(state: ParameterState, parameter: ParameterVersion, decrypted: boolean | undefined): string {
  return decrypted ? plainValueOf(state, parameter) : parameter.value;
}
