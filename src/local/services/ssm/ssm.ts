import * as sdk from '@aws-sdk/client-ssm';
import type { ServiceDefinition } from '../../service.ts';
import type { World } from '../../world.ts';
import { deleteParameter, deleteParameters } from './delete-parameters.ts';
import { describeParameters } from './describe-parameters.ts';
import { findParameter } from './find-parameter.ts';
import { getParameter, getParameterHistory, getParameters, getParametersByPath } from './get-parameters.ts';
import { labelParameterVersion, unlabelParameterVersion } from './parameter-labels.ts';
import { createParameterState, type ParameterState, plainValueOf } from './parameter-state.ts';
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
    LabelParameterVersion: labelParameterVersion,
    UnlabelParameterVersion: unlabelParameterVersion,
    ListTagsForResource: listTagsForResource,
  },
};

/** What a container's secret gets: the decrypted value of a parameter by name or ARN, or of one version; undefined when there is none. */
export function parameterValue(world: World, nameOrArn: string): string | undefined {
  const state = world.use(ssm);
  const found = findParameter(state, nameOrArn);
  return found.kind === 'found' ? plainValueOf(state, found.parameter) : undefined;
}
