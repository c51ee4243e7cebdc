import type { Color } from './color.ts';
import type { PlannedScaling } from './scaling.ts';
import type { Site } from './site.ts';
import type { TaskDefinition } from './task-definition.ts';
import type { PlannedWatch } from './watched.ts';
import type { Percent } from './weights.ts';

export type DeploymentKind = 'deploy' | 'switch' | 'rollback' | 'repair';

/** A weight of the new colour and what must hold before the next step. */
export interface Step {
  readonly weight: Percent;
  /** Observed time; 0 for none. */
  readonly bakeSeconds: number;
}

/** What is to run. */
export interface Revision {
  /** Hash of image digest and rendered task definition, less what differs per colour and deployment: 12 hex digits. */
  readonly id: string;
  /** `sha256:…` of the image. */
  readonly digest: string;
}

/** How one answer tells its revision. */
export type Identity =
  | { readonly kind: 'header'; readonly header: string; readonly path: string }
  | { readonly kind: 'path'; readonly path: string; readonly json: string };

/** What a new colour must pass before it gets traffic. */
export type Check = HttpCheck | CommandCheck;

export interface HttpCheck {
  readonly kind: 'http';
  /** Of the route that leads there. */
  readonly host: string;
  readonly path: string;
  readonly status: number;
  readonly contains: string | null;
  readonly maxLatencySeconds: number | null;
}

/** Passes when the command ends with 0. The driver runs it, in the project's folder. */
export interface CommandCheck {
  readonly kind: 'command';
  readonly command: readonly string[];
  readonly timeoutSeconds: number;
}

export interface Limits {
  readonly failurePercent: number;
  readonly p99Seconds: number | null;
  readonly windowSeconds: number;
  readonly minimumAnswers: number;
  readonly noData: 'hold' | 'rollback';
}

/** How teal reaches the service as its clients do. */
export interface ProbeRoute {
  /** `http://127.0.0.1:8080` */
  readonly origin: string;
  readonly host: string;
  /** The path that probes get. */
  readonly path: string;
}

/** The clocks of a deployment, all fixed before it starts. */
export interface Timings {
  readonly pollMs: number;
  readonly healthTimeoutSeconds: number;
  readonly deregistrationDelaySeconds: number;
  readonly trafficSettleSeconds: number;
  /** By how much the wall clocks of two drivers may differ: AWS refuses signatures more than 5 min off. */
  readonly clockSkewSeconds: number;
  /** Probes a second, of each kind; 0 where probes can't be sent. */
  readonly probesPerSecond: number;
}

/** What runs in the new colour: to be registered, or there already (`switch`, `rollback`, `repair`). */
export type Wish =
  | { readonly kind: 'register'; readonly definition: TaskDefinition }
  | { readonly kind: 'existing'; readonly taskDefinition: string };

/**
 * What a deployment will do, so complete that driving it makes no free choice. Computed before anything changes,
 * immutable, and the first thing in the journal.
 */
export interface Plan {
  readonly schema: 1;
  readonly id: string;
  readonly kind: DeploymentKind;
  readonly site: Site;
  /** The colour that carries production traffic when the deployment opens. */
  readonly from: Color;
  readonly to: Color;
  /** No revision of this service ever had traffic. */
  readonly first: boolean;
  readonly revision: Revision;
  readonly wish: Wish;
  readonly container: { readonly name: string; readonly port: number };
  /** Fewest tasks; live's running count is added at provisioning. */
  readonly minimumTasks: number;
  /** Null where the number of tasks is fixed; journals of 0.1.0 do not have it. */
  readonly scaling?: PlannedScaling | null;
  /** Journals of 0.1.0 do not have it: they look at nothing but probes. */
  readonly watched?: PlannedWatch;
  readonly steps: readonly Step[];
  readonly bakeSeconds: number;
  readonly keepWarmSeconds: number | 'always';
  readonly verification: readonly Check[];
  /** Null where answers can't be told apart: the switch is not measured. */
  readonly identity: Identity | null;
  /** Null where probes can't be sent. */
  readonly route: ProbeRoute | null;
  readonly limits: Limits;
  readonly timings: Timings;
  readonly onInterrupt: 'rollback' | 'leave';
}
