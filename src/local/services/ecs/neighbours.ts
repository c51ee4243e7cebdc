import type { Ms } from '../../../base/index.ts';
import type { World } from '../../world.ts';
import type { TargetRegistrar } from '../elbv2/target-registrar.ts';

/** The side of CloudWatch Logs that a container's log driver uses. */
export interface TaskOutput {
  hasGroup(group: string): boolean;
  createGroup(group: string): void;
  createStream(group: string, stream: string): void;
  append(group: string, stream: string, line: string): void;
}

/** What ECS needs of the other services of its world. */
export interface Neighbours {
  targets(world: World): TargetRegistrar;
  output(world: World): TaskOutput;
  /** The plain value of a parameter, by its name or ARN; undefined where there is none. Never to be kept or shown. */
  parameter(world: World, nameOrArn: string): string | undefined;
  /** An alarm of CloudWatch, and how far its judgement looks back; undefined where there is none of that name. */
  alarm(world: World, name: string): { readonly isFiring: boolean; readonly looksBack: Ms } | undefined;
  /** What ECR says of an image: run another reference in its place, this one as it is, or that it is gone. */
  image(
    world: World,
    reference: string,
  ): { readonly kind: 'as-it-is' | 'missing' } | { readonly kind: 'found'; readonly reference: string };
}
