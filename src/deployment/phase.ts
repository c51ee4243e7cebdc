export type PhaseName = 'preparing' | 'provisioning' | 'verifying' | 'shifting' | 'baking' | 'rolling-back';

export interface Phase {
  readonly name: PhaseName;
  /** Index into the plan's steps while shifting, else 0. */
  readonly step: number;
}

/** How a request names the hold that it is about. */
export const holdOf = (phase: Phase): string => `${phase.name}/${phase.step}`;
