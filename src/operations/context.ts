import type { Aws } from '../aws/index.ts';
import type { Clock } from '../base/index.ts';
import type { Environment } from '../config/index.ts';
import type {
  Alarms,
  Commands,
  DeploymentEvent,
  Fleet,
  Groundwork,
  Guards,
  Holder,
  Journal,
  Metrics,
  Prober,
  Scaling,
  Traffic,
} from '../deployment/index.ts';

/** teal's own runtime, where the environment is `local`. */
export interface RuntimeFacts {
  readonly endpoint: string;
  readonly timing: 'aws-like' | 'instant';
  readonly trafficSettleSeconds: number;
  readonly account: string;
}

/** What an operation works with; made in one place, by the CLI. */
export interface Context {
  readonly environment: Environment;
  /** The project's folder, and its name in teal.json. */
  readonly root: string;
  readonly project: string;
  /** Null on AWS. */
  readonly runtime: RuntimeFacts | null;
  /** Where each listener is really served, by its ARN: told by a local runtime that is asked in AWS's place, empty on AWS. */
  readonly listeners: () => Promise<ReadonlyMap<string, string>>;
  readonly aws: Aws;
  readonly clock: Clock;
  readonly traffic: Traffic;
  readonly fleet: Fleet;
  readonly scaling: Scaling;
  readonly alarms: Alarms;
  readonly metrics: Metrics;
  readonly groundwork: Groundwork;
  readonly prober: Prober;
  /** Commands that verify, in the project's folder. */
  readonly commands: Commands;
  readonly journalOf: (table: string, service: string) => Journal;
  readonly holder: Holder;
  /** A new deployment's id: sortable by time, never used before. */
  readonly newId: () => string;
  readonly sha256: (text: string) => string;
  readonly emit: (event: DeploymentEvent) => void;
  /** Tells a person what goes on before a deployment exists: one sentence. */
  readonly note: (line: string) => void;
  /** Aborted when this process is told to end: with 'rollback', 'leave', or 'policy' for the deployment's `onInterrupt`. */
  readonly interrupt: AbortSignal;
  /** Aborted when waiting makes no sense any more. */
  readonly signal: AbortSignal;
  /** All of them, but in the tests that prove each. */
  readonly guards?: Guards;
}
