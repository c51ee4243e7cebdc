import type { Ms, Result } from '../base/index.ts';
import type { Color } from './color.ts';
import type { Entry } from './entry.ts';
import type { Holder, LeaseReading, PendingRequest } from './lease-reading.ts';
import type {
  FleetReading,
  ServiceReading,
  StoppedTask,
  TargetReading,
  TaskReading,
  TrafficReading,
} from './readings.ts';
import type { ScalingLimits, ScalingReading } from './scaling.ts';
import type { SecretPlace, SecretReading } from './secrets.ts';
import type { Place, Site } from './site.ts';
import type { TaskDefinition } from './task-definition.ts';
import type { AlarmReading, MetricWindow } from './watched.ts';
import type { Weights } from './weights.ts';

/**
 * The ways an AWS call can fail to give an answer that can be used. Only `refused` and `throttled` say that
 * nothing has happened.
 */
export type CallError =
  | { readonly kind: 'refused'; readonly code: string; readonly message: string }
  | { readonly kind: 'throttled'; readonly code: string }
  /** No answer, half an answer, or a server's error: it may have happened, so observe again. */
  | { readonly kind: 'unknown'; readonly cause: string };

/**
 * Weights in the load balancer. An implementation keeps everything of an action but the two weights: order, other
 * groups, login actions (AWS replaces the whole list on ModifyRule).
 */
export interface Traffic {
  read(site: Site, signal: AbortSignal): Promise<Result<TrafficReading, CallError>>;
  /** One ModifyRule (or ModifyListener) on one of the site's places. */
  write(site: Site, place: Place, to: Weights, signal: AbortSignal): Promise<Result<void, CallError>>;
  /** The same on one of its test places. */
  writeTest(site: Site, place: Place, to: Weights, signal: AbortSignal): Promise<Result<void, CallError>>;
}

/** What one UpdateService asks for. Task definition and count travel in one call (ECS-DG/update-service-parameters). */
export interface ServiceUpdate {
  readonly color: Color;
  /** ARN; undefined changes the count alone, which starts no ECS deployment. */
  readonly taskDefinition: string | undefined;
  readonly desiredCount: number;
}

/** The two ECS services and their tasks and targets. */
export interface Fleet {
  /** All of both colours. `stoppedOf` asks for the recently stopped tasks of one colour too, if they can tell something. */
  read(site: Site, stoppedOf: Color | undefined, signal: AbortSignal): Promise<Result<FleetReading, CallError>>;
  /** Counts and ECS deployments of both services, in one call. */
  readServices(site: Site, signal: AbortSignal): Promise<Result<Readonly<Record<Color, ServiceReading>>, CallError>>;
  /** Asked of the load balancer; ECS is not. */
  readTargets(site: Site, color: Color, signal: AbortSignal): Promise<Result<readonly TargetReading[], CallError>>;
  readTasks(site: Site, color: Color, signal: AbortSignal): Promise<Result<readonly TaskReading[], CallError>>;
  readStopped(site: Site, color: Color, signal: AbortSignal): Promise<Result<readonly StoppedTask[], CallError>>;
  /** Registers a revision tagged with the deployment's id; returns its ARN. */
  register(
    site: Site,
    definition: TaskDefinition,
    deployment: string,
    signal: AbortSignal,
  ): Promise<Result<string, CallError>>;
  /** The newest revision of the family, if it carries the deployment's tag: what an unanswered `register` left. */
  findRegistered(
    family: string,
    deployment: string,
    signal: AbortSignal,
  ): Promise<Result<string | undefined, CallError>>;
  /** With a task definition it also applies `site.wanted`, the port mapping's load balancer entry and the circuit breaker without rollback. */
  update(
    site: Site,
    update: ServiceUpdate,
    container: { readonly name: string; readonly port: number },
    signal: AbortSignal,
  ): Promise<Result<void, CallError>>;
  /** The last lines that a task wrote, oldest first. Best effort: empty when they can't be read. */
  lastLogLines(
    task: Pick<StoppedTask, 'arn' | 'taskDefinition'>,
    most: number,
    signal: AbortSignal,
  ): Promise<readonly string[]>;
}

/**
 * Limits of autoscaling of both colours: their scalable targets. A minimum above the present count starts tasks at
 * once, a maximum below it stops some (AAS-API/API_RegisterScalableTarget).
 */
export interface Scaling {
  read(site: Site, signal: AbortSignal): Promise<Result<ScalingReading, CallError>>;
  /** Leaves as it was whether dynamic scaling is suspended: that is for people to choose. */
  write(site: Site, color: Color, limits: ScalingLimits, signal: AbortSignal): Promise<Result<void, CallError>>;
}

/** What a deployment rests on and does not make: looked at before anything is changed. */
export interface Groundwork {
  /** One reading per place, in their order. */
  secrets(places: readonly SecretPlace[], signal: AbortSignal): Promise<readonly SecretReading[]>;
  hasLogGroup(name: string, signal: AbortSignal): Promise<Result<boolean, CallError>>;
  /** Whether there is a table whose items can be read and written. */
  hasTable(name: string, signal: AbortSignal): Promise<Result<boolean, CallError>>;
  /** Whether there is a role of that ARN in this account. */
  hasRole(arn: string, signal: AbortSignal): Promise<Result<boolean, CallError>>;
  /** How many vCPUs Fargate gives all on-demand tasks of the region together. */
  fargateCpus(signal: AbortSignal): Promise<Result<number, CallError>>;
  /** How many targets one application load balancer takes in this account. */
  mostTargets(signal: AbortSignal): Promise<Result<number, CallError>>;
}

/** CloudWatch's alarms. */
export interface Alarms {
  /** By name; those that do not exist are left out. */
  read(names: readonly string[], signal: AbortSignal): Promise<Result<readonly AlarmReading[], CallError>>;
}

/** What the load balancer counted of every client's requests. */
export interface Metrics {
  /** Of the latest whole minutes that have arrived, none of them from before `since` (ms since 1970). */
  read(
    site: Site,
    color: Color,
    over: { readonly windowSeconds: number; readonly since: number },
    signal: AbortSignal,
  ): Promise<Result<MetricWindow, CallError>>;
}

export type AppendError = CallError | { readonly kind: 'occupied'; readonly by: Entry };
export type LeaseError = CallError | { readonly kind: 'changed' };

/**
 * The durable record of one service in one environment, and the lease on it. Reads are strongly consistent.
 * Single-item conditional writes only.
 */
export interface Journal {
  /** Entries from the last `opened` on, in order; all of them when there is none. */
  readTail(signal: AbortSignal): Promise<Result<readonly Entry[], CallError>>;
  /** Everything, in order. */
  readAll(signal: AbortSignal): Promise<Result<readonly Entry[], CallError>>;
  /** Puts the entry where none is yet. `occupied` tells by which: the same epoch means an earlier try of ours. */
  append(entry: Entry, signal: AbortSignal): Promise<Result<void, AppendError>>;
  readLease(signal: AbortSignal): Promise<Result<LeaseReading | undefined, CallError>>;
  /** Writes epoch `from.epoch + 1` (1 without `from`) if the lease is still as read; with `force`, if the epoch is. */
  takeLease(
    from: LeaseReading | undefined,
    holder: Holder,
    expirySeconds: number,
    force: boolean,
    signal: AbortSignal,
  ): Promise<Result<void, LeaseError>>;
  renewLease(epoch: number, signal: AbortSignal): Promise<Result<LeaseReading, LeaseError>>;
  releaseLease(epoch: number, signal: AbortSignal): Promise<Result<void, LeaseError>>;
  /** Adds a request for whoever holds the lease. */
  request(request: PendingRequest, signal: AbortSignal): Promise<Result<void, CallError>>;
  /** Takes a request off that was journalled. */
  forget(epoch: number, requestId: string, signal: AbortSignal): Promise<Result<void, LeaseError>>;
}

/** One HTTP request of teal's own. User-Agent `teal-probe/1`. */
export interface ProbeRequest {
  /** The load balancer's real address, e.g. `http://127.0.0.1:8080`. */
  readonly origin: string;
  readonly host: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: Ms;
}

export type ProbeAnswer =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      /** At most 64 KB. */
      readonly body: string;
      readonly latencyMs: number;
    }
  | { readonly kind: 'failed'; readonly why: string; readonly latencyMs: number };

/** How a command ended. `output` is the end of what it wrote, to both streams, by lines. */
export type CommandEnd =
  | { readonly kind: 'ended'; readonly code: number | string; readonly output: readonly string[] }
  | { readonly kind: 'timed-out'; readonly output: readonly string[] }
  | { readonly kind: 'not-started'; readonly why: string };

/** Commands on the driver's machine. */
export interface Commands {
  /** Rejects with the signal's reason once that is aborted; the command and all that it started have been told to end. */
  run(
    command: {
      readonly command: readonly string[];
      readonly environment: Readonly<Record<string, string>>;
      readonly timeoutMs: Ms;
    },
    signal: AbortSignal,
  ): Promise<CommandEnd>;
}

export interface Prober {
  send(request: ProbeRequest, signal: AbortSignal): Promise<ProbeAnswer>;
}
