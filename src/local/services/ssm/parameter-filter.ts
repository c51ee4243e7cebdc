import type { ParameterStringFilter } from '@aws-sdk/client-ssm';
import { refuse } from '../../aws-error.ts';
import { versionLabelled } from './parameter-labels.ts';
import type { ParameterState, ParameterVersion } from './parameter-state.ts';

/** Keys that each of the two operations takes. Source: SSM-API/API_ParameterStringFilter */
const keysOf = {
  DescribeParameters: ['Path', 'Name', 'Type', 'KeyId', 'Tier', 'DataType', 'tag:key'],
  GetParametersByPath: ['Type', 'KeyId', 'Label'],
} as const;

/**
 * A filter is judged by itself, whatever parameters there are.
 * @throws AwsError InvalidFilterKey, InvalidFilterOption, InvalidFilterValue
 */
export function checkFilter(operation: keyof typeof keysOf, filter: ParameterStringFilter): void {
  const { Key = '', Option, Values = [] } = filter;
  const keys: readonly string[] = keysOf[operation];
  if (!keys.includes(Key.startsWith('tag:') ? 'tag:key' : Key)) {
    refuse(
      'InvalidFilterKey',
      `The following filter key is not valid: ${Key}. Valid filter keys include: [${keys.join(', ')}].`,
    );
  }
  const options = optionsOf(Key);
  if (Option !== undefined && !options.includes(Option)) {
    refuse(
      'InvalidFilterOption',
      `The following filter option is not valid: ${Option}. Valid options include: ${options.join(', ')}.`,
    );
  }
  const wrong = Values.find((value) => allowed[Key]?.includes(value) === false);
  if (wrong !== undefined) {
    refuse(
      'InvalidFilterValue',
      `The following filter value is not valid: ${wrong}. Valid values include: ${allowed[Key]?.join(', ')}.`,
    );
  }
}

export function matchesFilter(
  state: ParameterState,
  parameter: ParameterVersion,
  filter: ParameterStringFilter,
): boolean {
  const key = filter.Key ?? '';
  const values = filter.Values ?? [];
  if (key === 'Path') return values.some((path) => lies(parameter.name, path, filter.Option ?? 'OneLevel'));
  if (key === 'Label') return values.some((label) => versionLabelled(state, parameter.name, label) !== undefined);
  if (key.startsWith('tag:')) {
    const held = state.tags.get(parameter.name)?.[key.slice('tag:'.length)];
    return held !== undefined && (values.length === 0 || values.includes(held));
  }
  const held = heldUnder(key, parameter);
  return values.some((value) => compare(filter.Option ?? 'Equals', held, value));
}

function optionsOf(key: string): readonly string[] {
  if (key === 'Path') return ['OneLevel', 'Recursive'];
  if (key === 'Label') return ['Equals'];
  return key === 'Name' ? ['Equals', 'BeginsWith', 'Contains'] : ['Equals', 'BeginsWith'];
}

const allowed: Readonly<Record<string, readonly string[]>> = {
  Type: ['String', 'StringList', 'SecureString'],
  Tier: ['Standard', 'Advanced', 'Intelligent-Tiering'],
};

function heldUnder(key: string, parameter: ParameterVersion): string {
  switch (key) {
    case 'Type':
      return parameter.type;
    case 'KeyId':
      return parameter.keyId ?? '';
    case 'Tier':
      return parameter.tier;
    case 'DataType':
      return parameter.dataType;
    default:
      return parameter.name;
  }
}

function compare(option: string, held: string, value: string): boolean {
  switch (option) {
    case 'BeginsWith':
      return held.startsWith(value);
    case 'Contains':
      return held.includes(value);
    default:
      return held === value;
  }
}

function lies(name: string, path: string, option: string): boolean {
  const below = path.endsWith('/') ? path : `${path}/`;
  if (!name.startsWith(below)) return false;
  return option === 'Recursive' || !name.slice(below.length).includes('/');
}
