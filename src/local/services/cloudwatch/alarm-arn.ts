import type { World } from '../../world.ts';

export const alarmArn = (world: World, name: string): string =>
  `arn:aws:cloudwatch:${world.region}:${world.account}:alarm:${name}`;
