import { refuse } from '../../aws-error.ts';
import { page } from './page.ts';
import { parseName } from './parameter-name.ts';
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

/** Source: SSM-API/API_GetParameter */
export const getParameter: Operation<'GetParameter'> = (state, input) => {
  const found = find(state, input.Name ?? '');
  if (found.kind === 'no-version') {
    return refuse(
      'ParameterVersionNotFound',
      `Systems Manager could not find version ${found.version} of ${found.name}. Verify the version and try again.`,
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
  const found = names.map((name) => ({ name, found: find(state, name) }));
  return {
    Parameters: found.flatMap(({ found }) =>
      found.kind === 'found' ? [describe(state, found.parameter, input.WithDecryption, found.selector)] : [],
    ),
    InvalidParameters: found.flatMap(({ name, found }) => (found.kind === 'found' ? [] : [name])),
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
  const wanted = state.current
    .entries()
    .filter(([name]) => name.startsWith(below) && (input.Recursive || !name.slice(below.length).includes('/')))
    .filter(([, { type }]) =>
      (input.ParameterFilters ?? []).every(({ Key, Values }) => Key !== 'Type' || (Values ?? []).includes(type)),
    );
  const { items, next } = page(wanted, input.NextToken, input.MaxResults, 10);
  return {
    Parameters: items.map(([, each]) => describe(state, each, input.WithDecryption, undefined)),
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
      Labels: [],
      Tier: each.tier,
      Policies: [],
      DataType: each.dataType,
    })),
    NextToken: next,
  };
};

type Found =
  | { readonly kind: 'found'; readonly parameter: ParameterVersion; readonly selector: string | undefined }
  | { readonly kind: 'no-version'; readonly name: string; readonly version: string }
  | { readonly kind: 'none' };

function find(state: ParameterState, text: string): Found {
  const { version } = parseName(text);
  const current = currentOf(state, text);
  if (!current) return { kind: 'none' };
  const { name } = current;
  if (version === undefined) return { kind: 'found', parameter: current, selector: undefined };
  const parameter = /^\d+$/.test(version) ? state.history.get(versionKey(name, Number(version))) : undefined;
  return parameter ? { kind: 'found', parameter, selector: `:${version}` } : { kind: 'no-version', name, version };
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
