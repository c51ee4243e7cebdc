export { copyRoots } from './copy-roots.ts';
export { type Difference, type Drift, driftOf } from './drift.ts';
export { type EndangeredService, endangeredServices } from './endangered-services.ts';
export { lostData } from './lost-data.ts';
export {
  type Attributes,
  type PlannedAction,
  type PlannedChange,
  type PlannedResource,
  serviceOfAddress,
  type TerraformPlan,
} from './plan.ts';
export { openRoot, type PlanKind, type Root, type RootAddress, type RootPlan } from './root.ts';
export { ensureStateBucket } from './state-bucket.ts';
export { findTerraform, type TerraformBinary, type TerraformLack } from './terraform-binary.ts';
export type { TerraformFailure } from './terraform-failure.ts';
export { type Terraform, terraformProcess } from './terraform-process.ts';
export { type StateScope, stateBucket, type WorkingState, workingState } from './working-state.ts';
