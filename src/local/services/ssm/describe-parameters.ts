import type { ParameterStringFilter } from '@aws-sdk/client-ssm';
import { refuse } from '../../aws-error.ts';
import { page } from './page.ts';
import { checkFilter, matchesFilter } from './parameter-filter.ts';
import { arnOf, type Operation } from './parameter-state.ts';

/** Source: SSM-API/API_DescribeParameters, SSM-API/API_ParameterStringFilter */
export const describeParameters: Operation<'DescribeParameters'> = (state, input) => {
  if (input.Filters && input.ParameterFilters) {
    refuse('ValidationException', 'You can use either Filters or ParameterFilters in a single request.');
  }
  const filters: readonly ParameterStringFilter[] =
    input.ParameterFilters ??
    (input.Filters ?? []).map(({ Key, Values }) => ({ Key, Values, Option: Key === 'Name' ? 'BeginsWith' : 'Equals' }));
  for (const filter of filters) checkFilter('DescribeParameters', filter);
  const wanted = state.current
    .entries()
    .filter(([, parameter]) => filters.every((filter) => matchesFilter(state, parameter, filter)));
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
