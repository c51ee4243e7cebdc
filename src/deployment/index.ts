export { alarmNames } from './alarm-names.ts';
export { healthyAny, healthyOf, primaryOf } from './capacity.ts';
export type { Carried } from './carried.ts';
export { type Color, colors, otherColor } from './color.ts';
export { callDeadlineMs, decide } from './decide.ts';
export { decideDue, keepWarmLeftMs } from './decide-due.ts';
export { type DriveEnd, type Driving, drive, driveDue } from './drive.ts';
export type { Act, Entry, EntryBody, Outcome, OutcomeName, Verdict } from './entry.ts';
export type { ColorStatus, DeploymentEvent, EventBody } from './event.ts';
export { eventsOf } from './events-of.ts';
export { evolve, fold } from './evolve.ts';
export { allGuards, everyGuard, type Guard, type Guards } from './guards.ts';
export { JournalError, type JournalRecord, occupy, openRecord } from './journal-record.ts';
export { type Insistence, type Lease, LeaseLost, leaseSeconds, takeLease } from './lease.ts';
export type * from './lease-reading.ts';
export { isTroubled } from './look-need.ts';
export type { Measured, ProbeCount } from './measured.ts';
export type { Observation } from './observation.ts';
export { openDeployment } from './opening.ts';
export { type Outline, outlineOf } from './outline.ts';
export type { PhaseName } from './phase.ts';
export { holdOf } from './phase.ts';
export type { DeploymentKind, Limits, Plan, ProbeRoute, Step } from './plan.ts';
export { type FormerRevision, planColdRollback } from './plan-cold-rollback.ts';
export {
  type Circumstances,
  planDeploy,
  planRepair,
  planRollback,
  planSwitch,
  type Reachable,
  type Refusal,
} from './planning.ts';
export type * from './ports.ts';
export { testHeader } from './probing.ts';
export { readEntry } from './read-entry.ts';
export type * from './readings.ts';
export type { Evidence, Reason } from './reason.ts';
export { containerName, type ResolvedImage, renderTaskDefinition } from './render.ts';
export { restLeftMs } from './rest.ts';
export {
  type FoundGroup,
  type FoundRule,
  type FoundTraffic,
  type NamedRollback,
  type NamedRollbackDone,
  type NamedRollbackError,
  type NamedTraffic,
  rollBackByName,
} from './rollback-by-name.ts';
export type { PlannedScaling, ScalingLimits, ScalingReading } from './scaling.ts';
export type * from './secrets.ts';
export type { ColorSite, EnvironmentSite, Place, Site, Wanted } from './site.ts';
export { type DeploymentState, emptyStream, isRunning, type StreamState } from './state.ts';
export { weightsOf } from './strange.ts';
export type { TaskDefinition } from './task-definition.ts';
export { describe as describeCheck } from './verification.ts';
export type { AlarmReading, MetricWindow, PlannedWatch } from './watched.ts';
export { fullColor, type Percent, percent, shareOf, type Weights, weightsFor } from './weights.ts';
