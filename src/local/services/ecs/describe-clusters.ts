import type { Cluster, Failure } from '@aws-sdk/client-ecs';
import { refuse } from '../../aws-error.ts';
import { ecsArn, nameOf } from './arn.ts';
import { describeCluster } from './cluster.ts';
import type { EcsHandler } from './ecs-state.ts';

/** ECS-API/API_DescribeClusters */
export const describeClusters: EcsHandler<'DescribeClusters'> = (state, input) => {
  const references = input.clusters?.length ? input.clusters : ['default'];
  if (references.length > 100) refuse('InvalidParameterException', 'Clusters cannot be empty or exceed 100.');
  const clusters: Cluster[] = [];
  const failures: Failure[] = [];
  for (const reference of references) {
    const found = state.clusters.get(nameOf(reference));
    if (found) clusters.push(describeCluster(state, found, input.include ?? []));
    else failures.push({ arn: ecsArn(state.world, `cluster/${nameOf(reference)}`), reason: 'MISSING' });
  }
  return { clusters, failures };
};
