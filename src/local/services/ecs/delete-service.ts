import { refuse } from '../../aws-error.ts';
import type { EcsHandler } from './ecs-state.ts';
import { findService } from './service-input.ts';

/** ECS-API/API_DeleteService: DRAINING while tasks are left, then INACTIVE. */
export const deleteService: EcsHandler<'DeleteService'> = (state, input) => {
  const service =
    findService(state, input.cluster, input.service) ?? refuse('ServiceNotFoundException', 'Service not found.');
  const { status, desiredCount, deployments } = service.document;
  if (status === 'INACTIVE') refuse('ServiceNotFoundException', 'Service not found.');
  if (status === 'ACTIVE') {
    if (!input.force && desiredCount > 0)
      refuse('InvalidParameterException', 'The service cannot be stopped while it is scaled above 0.');
    if (!input.force && deployments.length > 1)
      refuse('InvalidParameterException', 'The service cannot be stopped while deployments are active.');
    service.drain();
  }
  return { service: service.describe({ tags: true }) };
};
