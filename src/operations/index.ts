export type { Notice, Obstacle, Surroundings } from './before-apply.ts';
export { between, type KeyDifference } from './between.ts';
export { collectEvidence, type Report } from './collect-evidence.ts';
export type { Context, RuntimeFacts } from './context.ts';
export type { Change } from './definition-changes.ts';
export { type Driven, type Intention, lookAround, provisionLocal, release } from './deploy.ts';
export { findJournal } from './desk.ts';
export { type DownConsent, type DownRefusal, down } from './down.ts';
export { drift, type PartDrift } from './drift.ts';
export { history, type PastDeployment } from './history.ts';
export { deployedTag, resolveTag } from './kept-image.ts';
export { countChanges, type PartDone } from './open-part.ts';
export { must, OperationError } from './operation-error.ts';
export { type PreflightCheck, refusalOf } from './preflight.ts';
export { type Preview, previewNew, previewPlan, type SecretSeen, type Wished } from './preview-plan.ts';
export { processCommands } from './process-commands.ts';
export { provisionEnvironment } from './provision-environment.ts';
export { provisionService, unprovisionService } from './provision-service.ts';
export { TableConflict } from './provision-tables.ts';
export type { Doing, OperationRefusal } from './refusal.ts';
export { ask, type Resumed, repair, resume } from './resume.ts';
export type { RollbackTo } from './rollback-plan.ts';
export { RouteConflict } from './route-conflict.ts';
export {
  type KnownSecret,
  type PutKind,
  placeText,
  putSecret,
  readKnownSecrets,
  type SecretRefusal,
  type SecretTarget,
  secretsOf,
  secretValue,
  targetOf,
} from './secret-values.ts';
export {
  type ColorNow,
  type ServiceStatus,
  serviceStatus,
  type WatchedAlarm,
  type WatchNow,
} from './service-status.ts';
export { type Discovered, discoverSite, type SiteError } from './site.ts';
export { type Swept, sweep, sweepOthers } from './sweep.ts';
export { type Synchronised, sync, syncedFolder } from './sync.ts';
export type { SyncProblem } from './sync-plan.ts';
export { syncedFiles, writeTombstone } from './synced-files.ts';
export { abort, type TakeBackError, type TakenBack, takeBack } from './take-back.ts';
export type { Part, TerraformContext, TerraformRefusal } from './terraform-context.ts';
export { keepRecord } from './unjournalled.ts';
export { up } from './up.ts';
