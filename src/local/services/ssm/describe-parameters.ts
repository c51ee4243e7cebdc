import type { ParameterStringFilter } from '@aws-sdk/client-ssm';
import { refuse } from '../../aws-error.ts';
import { page } from './page.ts';
import { arnOf, type Operation, type ParameterState, type ParameterVersion } from './parameter-state.ts';

/** Source: SSM-API/API_DescribeParameters, SSM-API/API_ParameterStringFilter */
export const describeParameters: Operation<'DescribeParameters'> = (state, input) => {
  if (input.Filters && input.ParameterFilters) {
    refuse('ValidationException', 'You can use either Filters or ParameterFilters in a single request.');
  }
  const filters: readonly ParameterStringFilter[] =
    input.ParameterFilters ??
    (input.Filters ?? []).map(({ Key, Values }) => ({ Key, Values, Option: Key === 'Name' ? 'BeginsWith' : 'Equals' }));
  for (const filter of filters) check(filter);
  const wanted = state.current
    .entries()
    .filter(([, parameter]) => filters.every((filter) => matches(state, parameter, filter)));
  const { items, next } = page(wanted, input.NextToken, input.MaxResults, 50);
  return {
    Parameters: items.map(([, each]) => ({
      Name: each.name,
      ARN: arnOf(state.world, each.name),
      Type: each.type,
      KeyId: each.keyId ?? undefined,
      LastModifiedDate: new Date(each.modifiedAt),
      LastModifiedUser: each.modifiedBy,
      Description: each.description ?? undefined,
      AllowedPattern: each.allowedPattern ?? undefined,
      Version: each.version,
      Tier: each.tier,
      Policies: [],
      DataType: each.dataType,
    })),
    NextToken: next,
  };
};

function matches(state: ParameterState, parameter: ParameterVersion, filter: ParameterStringFilter): boolean {
  const key = filter.Key ?? '';
  const values = filter.Values ?? [];
  if (key === 'Path') return values.some((path) => lies(parameter.name, path, filter.Option ?? 'OneLevel'));
  if (key.startsWith('tag:')) {
    const held = state.tags.get(parameter.name)?.[key.slice('tag:'.length)];
    return held !== undefined && (values.length === 0 || values.includes(held));
  }
  const held = heldUnder(key, parameter);
  return values.some((value) => compare(filter.Option ?? 'Equals', held, value));
}

const keys = ['Name', 'Type', 'KeyId', 'Tier', 'DataType'] as const;
const allowed: Readonly<Record<string, readonly string[]>> = {
  Type: ['String', 'StringList', 'SecureString'],
  Tier: ['Standard', 'Advanced', 'Intelligent-Tiering'],
};

/** A filter is judged by itself, whatever parameters there are. */
function check({ Key = '', Option, Values = [] }: ParameterStringFilter): void {
  if (Key.startsWith('tag:')) return;
  if (Key !== 'Path' && !keys.some((key) => key === Key)) {
    refuse(
      'InvalidFilterKey',
      `The following filter key is not valid: ${Key}. Valid filter keys include: [Path, Name, Type, KeyId, Tier, DataType, tag:key].`,
    );
  }
  const options = Key === 'Path' ? ['OneLevel', 'Recursive'] : ['Equals', 'BeginsWith', 'Contains'];
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
