import type { EpochMs } from '../base/index.ts';
import type { Color } from './color.ts';

/** What one place's forward action says of the two target groups. */
export interface PlaceReading {
  /** Undefined where the group is not named by the action. */
  readonly blue: number | undefined;
  readonly green: number | undefined;
}

export interface TrafficReading {
  /** One per place of the site, in order. */
  readonly production: readonly PlaceReading[];
  /** One per test place, in order. */
  readonly test: readonly PlaceReading[];
}

export interface EcsDeployment {
  /** `ecs-svc/<digits>`; tasks carry it as `startedBy`. */
  readonly id: string;
  readonly status: string;
  readonly taskDefinition: string;
  readonly rolloutState: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';
  readonly rolloutReason: string;
  readonly failedTasks: number;
}

export interface TaskReading {
  readonly arn: string;
  readonly taskDefinition: string;
  readonly startedBy: string;
  readonly lastStatus: string;
  /** Private address; undefined until attached. */
  readonly address: string | undefined;
  readonly health: string;
}

export interface StoppedTask {
  readonly arn: string;
  readonly taskDefinition: string;
  readonly stoppedReason: string;
  readonly stopCode: string;
  readonly container: string;
  readonly exitCode: number | undefined;
  readonly stoppedAt: EpochMs | undefined;
}

export interface TargetReading {
  readonly address: string;
  readonly port: number;
  readonly state: string;
  /** ELB's reason code and description, '' while healthy. */
  readonly reason: string;
  readonly description: string;
}

/** One colour's ECS service, without its tasks. */
export interface ServiceReading {
  readonly desired: number;
  readonly running: number;
  readonly pending: number;
  readonly deployments: readonly EcsDeployment[];
}

/** One colour as AWS shows it. */
export interface ColorReading extends ServiceReading {
  /** Tasks whose desired status is RUNNING. */
  readonly tasks: readonly TaskReading[];
  readonly targets: readonly TargetReading[];
  /** Recently stopped tasks, newest first. Only filled where asked for. */
  readonly stopped: readonly StoppedTask[];
}

export type FleetReading = Readonly<Record<Color, ColorReading>>;
