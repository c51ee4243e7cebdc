export { awsCron } from './aws-cron.ts';
export type { CodeFrame, Diagnostic, SourceFile } from './diagnostic.ts';
export { nearest } from './diagnostic.ts';
export {
  type EnvironmentDiscovery,
  parseEnvironmentDiscovery,
  parseServiceDiscovery,
  type ServiceDiscovery,
} from './discovery.ts';
export { durationText } from './duration.ts';
export { nameFromFolder, type ProjectFileText, scaffold } from './init.ts';
export { jsonSchemas } from './json-schemas.ts';
export {
  alarmKinds,
  alarmName,
  discoveryPath,
  ecsServiceName,
  nameProblem,
  rulePriorities,
  tableName,
  tableVariable,
  tagsOf,
  targetGroupName,
} from './names.ts';
export type * from './normalised.ts';
export { environmentJson, normalisedJson, terraformHash, tombstoneJson } from './normalised-json.ts';
export { type NotYet, notYet } from './not-yet.ts';
export { pathCovers } from './path-pattern.ts';
export { findEnvironment, findService, type InvalidProject, parseProject, type UnknownName } from './project.ts';
export { findProjectRoot, namesOfFiles, readProject, readProjectToBuild } from './read-project.ts';
export { renderDiagnostics } from './render-diagnostics.ts';
export { isScaled } from './scaled.ts';
export { type StoredAt, secretPlace } from './secret-place.ts';
export {
  parseSynced,
  parseSyncedEnvironment,
  type Synced,
  type SyncedEnvironment,
  type SyncedService,
} from './synced.ts';
