import type { Aws } from '../aws/index.ts';
import type { Clock } from '../base/index.ts';
import type { Environment } from '../config/index.ts';
import type { EndangeredService, RootPlan, Terraform, TerraformFailure } from '../terraform/index.ts';
import type { CheckedService, Notice, Obstacle, Surroundings } from './before-apply.ts';
import type { OperationRefusal } from './refusal.ts';

/** What Terraform makes in one piece: with a root and a state of its own. */
export type Part =
  | { readonly kind: 'state' }
  | { readonly kind: 'platform' }
  | { readonly kind: 'services' }
  | { readonly kind: 'service'; readonly service: string };

/** What `teal sync` wrote of an environment. */
export interface SyncedEnvironmentFiles {
  /** The folder, which the roots read. */
  readonly folder: string;
  /** Services that are to stand. */
  readonly services: readonly string[];
  /** Services with a tombstone. */
  readonly retired: readonly string[];
}

/** What the operations around Terraform work with; made in one place, by the CLI. */
export interface TerraformContext {
  readonly environment: Environment;
  /** The project's folder. */
  readonly root: string;
  readonly synced: SyncedEnvironmentFiles;
  readonly services: readonly CheckedService[];
  readonly surroundings: Surroundings;
  readonly aws: Aws;
  readonly clock: Clock;
  readonly terraform: Terraform;
  /** The copy of the roots that came with teal. */
  readonly roots: string;
  /** One sentence of progress. */
  readonly note: (line: string) => void;
  /** Told before anything is applied. */
  readonly tell: (notice: Notice) => void;
  /** Shows a plan and asks whether to apply it. */
  readonly agree: (part: Part, plan: RootPlan) => Promise<boolean>;
  readonly signal: AbortSignal;
}

/** Why Terraform was not let at it, or did not do it. What was applied before stands. */
export type TerraformRefusal =
  | { readonly kind: 'operation'; readonly refusal: OperationRefusal }
  | { readonly kind: 'terraform'; readonly part: Part; readonly failure: TerraformFailure }
  /** Nothing was applied. */
  | { readonly kind: 'obstacles'; readonly obstacles: readonly Obstacle[] }
  /** The plan would take services away that nobody retired. */
  | { readonly kind: 'endangered'; readonly part: Part; readonly services: readonly EndangeredService[] }
  /** There is no bucket of states, hence nothing that Terraform made. */
  | { readonly kind: 'no-states' }
  | { readonly kind: 'not-agreed'; readonly part: Part };
