import type { EcsState } from './ecs-state.ts';
import type { EcsService } from './service.ts';

/** A service as Application Auto Scaling sees and changes it; undefined when there is no ACTIVE one of this name. */
export function scalableService(state: EcsState, cluster: string, name: string) {
  const service = state.services.get(`${cluster}/${name}`);
  if (service?.document.status !== 'ACTIVE') return undefined;
  const { runningCount = 0 } = service.describe({ tags: false });
  return {
    desiredCount: service.document.desiredCount,
    runningCount,
    deploying: isDeploying(service),
    targetGroupArns: (service.primary?.loadBalancers ?? []).flatMap(({ targetGroupArn }) => targetGroupArn ?? []),
    setDesiredCount: (desiredCount: number): void => {
      service.change({ desiredCount });
      service.touch();
    },
  };
}

/** Until its deployment is COMPLETED or FAILED and the former one is gone. */
const isDeploying = ({ document: { deployments } }: EcsService): boolean =>
  deployments.length > 1 || deployments[0]?.rolloutState === 'IN_PROGRESS';
