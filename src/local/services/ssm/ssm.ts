import * as sdk from '@aws-sdk/client-ssm';
import type { ServiceDefinition } from '../../service.ts';
import type { World } from '../../world.ts';
import { deleteParameter, deleteParameters } from './delete-parameters.ts';
import { describeParameters } from './describe-parameters.ts';
import { getParameter, getParameterHistory, getParameters, getParametersByPath } from './get-parameters.ts';
import { createParameterState, currentOf, type ParameterState, plainValueOf } from './parameter-state.ts';
import { addTagsToResource, listTagsForResource, removeTagsFromResource } from './parameter-tags.ts';
import { putParameter } from './put-parameter.ts';

/** Systems Manager's Parameter Store. Source: SSM-API */
export const ssm: ServiceDefinition<ParameterState> = {
  name: 'ssm',
  sdk,
  create: createParameterState,
  operations: {
    PutParameter: putParameter,
    GetParameter: getParameter,
    GetParameters: getParameters,
    GetParametersByPath: getParametersByPath,
    GetParameterHistory: getParameterHistory,
    DescribeParameters: describeParameters,
    DeleteParameter: deleteParameter,
    DeleteParameters: deleteParameters,
    AddTagsToResource: addTagsToResource,
    RemoveTagsFromResource: removeTagsFromResource,
    ListTagsForResource: listTagsForResource,
  },
};

/** What a container's secret gets: the decrypted value of a parameter by name or ARN; undefined when there is none. */
export function parameterValue(world: World, nameOrArn: string): string | undefined {
  const state = world.use(ssm);
  const parameter = currentOf(state, nameOrArn);
  return parameter && plainValueOf(state, parameter);
}
