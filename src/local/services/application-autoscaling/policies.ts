import type {
  PolicyType,
  StepScalingPolicyConfiguration,
  TargetTrackingScalingPolicyConfiguration,
} from '@aws-sdk/client-application-auto-scaling';
import { type Documents, documents } from '../../store/documents.ts';
import type { World } from '../../world.ts';
import { ecsTarget } from './target-key.ts';

/** How a policy scales: the SDK's shape, as it was given. */
export type PolicyConfiguration =
  | { readonly type: 'StepScaling'; readonly step: StepScalingPolicyConfiguration }
  | {
      readonly type: 'TargetTrackingScaling';
      readonly tracking: TargetTrackingScalingPolicyConfiguration;
      /** The names of its own alarms; there is no low one while scaling in is disabled. */
      readonly alarms: { readonly high: string; readonly low: string | null };
    };

export interface PolicyDocument {
  readonly arn: string;
  readonly name: string;
  readonly resourceId: string;
  readonly createdAt: number;
  /** Ends the ARN by which its own alarms call it. */
  readonly createdBy: string;
  readonly configuration: PolicyConfiguration;
  /** Its last change, for the cooldown. */
  readonly lastScaling: { readonly at: number; readonly from: number; readonly to: number } | null;
}

export const policyTypes = [
  'StepScaling',
  'TargetTrackingScaling',
  'PredictiveScaling',
] as const satisfies PolicyType[];

/** The policies of a world, in the order of their resources and names. */
export class Policies {
  readonly #stored: Documents<PolicyDocument>;
  /** By the ARNs that alarms may call. */
  readonly #byAction = new Map<string, string>();

  constructor(world: World) {
    this.#stored = documents(world.store, 'application-autoscaling/policies');
    for (const [key, policy] of this.#stored.entries()) this.#index(key, policy);
  }

  get(resourceId: string, name: string): PolicyDocument | undefined {
    return this.#stored.get(keyOf(resourceId, name));
  }

  put(policy: PolicyDocument): void {
    const key = keyOf(policy.resourceId, policy.name);
    this.#stored.put(key, policy);
    this.#index(key, policy);
  }

  delete(policy: PolicyDocument): void {
    this.#stored.delete(keyOf(policy.resourceId, policy.name));
    for (const action of actionsOf(policy)) this.#byAction.delete(action);
  }

  /** With their keys. */
  entries(): readonly (readonly [string, PolicyDocument])[] {
    return this.#stored.entries();
  }

  of(resourceId: string): readonly PolicyDocument[] {
    return this.entries().flatMap(([, policy]) => (policy.resourceId === resourceId ? [policy] : []));
  }

  /** The one that an alarm's action calls. */
  byAction(action: string): PolicyDocument | undefined {
    const key = this.#byAction.get(action);
    return key === undefined ? undefined : this.#stored.get(key);
  }

  #index(key: string, policy: PolicyDocument): void {
    for (const action of actionsOf(policy)) this.#byAction.set(action, key);
  }
}

/** How a policy's own alarms call it. */
export const ownAction = ({ arn, createdBy }: Pick<PolicyDocument, 'arn' | 'createdBy'>): string =>
  `${arn}:createdBy/${createdBy}`;

export const policyArn = (world: World, target: { id: string; resourceId: string }, name: string): string =>
  `arn:aws:autoscaling:${world.region}:${world.account}:scalingPolicy:${target.id}:resource/${ecsTarget.ServiceNamespace}/${target.resourceId}:policyName/${name}`;

const actionsOf = (policy: PolicyDocument): readonly string[] => [policy.arn, ownAction(policy)];

/** A resource id has no control characters, so that policies sort by resource first. */
const keyOf = (resourceId: string, name: string): string => `${resourceId}\u0000${name}`;
