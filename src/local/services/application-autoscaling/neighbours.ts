import type { World } from '../../world.ts';
import type { CloudWatchState } from '../cloudwatch/index.ts';

/** An ECS service as scaling sees it at this instant. */
export interface ScalableService {
  readonly desiredCount: number;
  /** Scaling starts from what runs, not from what is desired (ECS-DG/service-auto-scaling). */
  readonly runningCount: number;
  /** One of its own deployments is in progress. */
  readonly deploying: boolean;
  /** Those that its tasks are registered in. */
  readonly targetGroupArns: readonly string[];
  /** As UpdateService with this member alone. */
  setDesiredCount(count: number): void;
}

/** The services of a world that this one works with. */
export interface Neighbours {
  /** Undefined when there is no such ACTIVE service. */
  readonly service: (world: World, cluster: string, service: string) => ScalableService | undefined;
  readonly cloudwatch: (world: World) => CloudWatchState;
}
