import { refuse } from '../../aws-error.ts';
import type { World } from '../../world.ts';

/** ECS's ARNs in the long format (ECS-DG/ecs-account-settings). */
export const ecsArn = (world: World, resource: string): string =>
  `arn:${partition(world.region)}:ecs:${world.region}:${world.account}:${resource}`;

export function partition(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  if (region.startsWith('us-gov-')) return 'aws-us-gov';
  return 'aws';
}

/** What an ARN of ECS names: the words of its resource part, `['service', 'main', 'api-blue']`. */
export function ecsResource(arn: string): readonly string[] {
  const parts = arn.split(':');
  if (parts[0] !== 'arn' || parts[2] !== 'ecs' || parts.length < 6)
    return refuse('InvalidParameterException', 'Invalid identifier: The identifier is not a valid ARN.');
  return parts.slice(5).join(':').split('/');
}

/** The last word of an ARN, or the name itself. */
export function nameOf(nameOrArn: string): string {
  if (!nameOrArn.startsWith('arn:')) return nameOrArn.slice(nameOrArn.lastIndexOf('/') + 1);
  const words = ecsResource(nameOrArn);
  return words[words.length - 1] ?? nameOrArn;
}
