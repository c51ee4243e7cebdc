import { join } from 'node:path';

/** Which of an environment's states: the platform's, that of all services, or that of one. */
export type StateScope =
  | { readonly kind: 'platform' }
  | { readonly kind: 'services' }
  | { readonly kind: 'service'; readonly service: string };

/**
 * One state: its key in the bucket, the folder that Terraform keeps for it, and the services that it is about. They
 * are made here and together, because a key with the services of another state would take those away.
 */
export interface WorkingState {
  readonly key: string;
  readonly dataDir: string;
  /** Null: all. */
  readonly only: readonly string[] | null;
}

/** The state of a part of an environment. `project` is the project's folder. */
export function workingState(project: string, environment: string, scope: StateScope): WorkingState {
  const name = nameOf(scope);
  return {
    key: `${environment}/${name}.tfstate`,
    dataDir: join(workFolder(project), 'data', environment, name),
    only: scope.kind === 'service' ? [scope.service] : null,
  };
}

function nameOf(scope: StateScope): string {
  switch (scope.kind) {
    case 'platform':
      return 'platform';
    case 'services':
      return 'services';
    case 'service':
      return `services/${scope.service}`;
  }
}

/** What a project's folder keeps for Terraform on this machine alone: it can be removed, and is made again. */
export const workFolder = (project: string): string => join(project, '.teal', 'work');

/** The bucket of all states of an account and region; `terraform/modules/state` makes it. */
export const stateBucket = (account: string, region: string): string => `teal-${account}-${region}-state`;

/** Where the state about that bucket is in it. */
export const stateOfBucket = 'state.tfstate';
