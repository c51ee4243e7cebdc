import type { Ms, Result } from '../../../base/index.ts';
import type { World } from '../../world.ts';
import type { TargetRegistrar } from '../elbv2/target-registrar.ts';

/** The side of CloudWatch Logs that a container's log driver uses. */
export interface TaskOutput {
  hasGroup(group: string): boolean;
  createGroup(group: string): void;
  createStream(group: string, stream: string): void;
  append(group: string, stream: string, line: string): void;
}

/** Why a container's secret can't be got: a parameter that is not there, or in Secrets Manager's words. */
export type SecretMissing =
  | { readonly kind: 'parameter'; readonly name: string }
  | { readonly kind: 'secret'; readonly reason: string };

/** What ECS needs of the other services of its world. */
export interface Neighbours {
  targets(world: World): TargetRegistrar;
  output(world: World): TaskOutput;
  /** The plain value that a container's `valueFrom` means. Never to be kept or shown. */
  secret(world: World, valueFrom: string): Result<string, SecretMissing>;
  /** An alarm of CloudWatch, and how far its judgement looks back; undefined where there is none of that name. */
  alarm(world: World, name: string): { readonly isFiring: boolean; readonly looksBack: Ms } | undefined;
  /** What ECR says of an image: run another reference in its place, this one as it is, or that it is gone. */
  image(
    world: World,
    reference: string,
  ): { readonly kind: 'as-it-is' | 'missing' } | { readonly kind: 'found'; readonly reference: string };
}
