import type { Failure, Service } from '@aws-sdk/client-ecs';
import { refuse } from '../../aws-error.ts';
import { ecsArn } from './arn.ts';
import { activeCluster } from './cluster.ts';
import type { EcsHandler } from './ecs-state.ts';
import { serviceName } from './service-input.ts';

/** AWS keeps INACTIVE services describable for a time that it does not tell. */
const inactiveVisible = 3_600_000;

/** ECS-API/API_DescribeServices: at most 10; an unknown one is a failure, not an error. */
export const describeServices: EcsHandler<'DescribeServices'> = (state, input) => {
  const cluster = activeCluster(state, input.cluster);
  const references = input.services ?? [];
  if (references.length === 0) refuse('InvalidParameterException', 'Services cannot be empty.');
  if (references.length > 10) refuse('InvalidParameterException', 'Services cannot exceed 10 items.');
  const services: Service[] = [];
  const failures: Failure[] = [];
  for (const reference of references) {
    const key = `${cluster.name}/${serviceName(reference)}`;
    const found = state.services.get(key);
    const since = found?.document.inactiveSince ?? null;
    if (found && (since === null || since > state.world.clock.now() - inactiveVisible))
      services.push(found.describe({ tags: input.include?.includes('TAGS') ?? false }));
    else failures.push({ arn: ecsArn(state.world, `service/${key}`), reason: 'MISSING' });
  }
  return { services, failures };
};
