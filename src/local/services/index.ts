import type { AnyService } from '../service.ts';
import { createApplicationAutoScaling } from './application-autoscaling/index.ts';
import { createCloudWatch, measureLoadBalancers, measureTasks, watchedAlarm } from './cloudwatch/index.ts';
import { dynamodb } from './dynamodb/dynamodb.ts';
import { ecr, imageToRun } from './ecr/index.ts';
import { createEcs, scalableService } from './ecs/index.ts';
import { elbv2 } from './elbv2/index.ts';
import { logs, taskOutput } from './logs/logs.ts';
import { secretsManager } from './secrets-manager/index.ts';
import { ssm } from './ssm/ssm.ts';
import { sts } from './sts/sts.ts';
import { taskSecret } from './task-secret.ts';

const ecs = createEcs({
  targets: (world) => world.use(elbv2).registrar,
  secret: taskSecret,
  alarm: (world, name) => watchedAlarm(world.use(cloudwatch), name),
  output: (world) => taskOutput(world.use(logs)),
  // Without uploads nothing is really pulled.
  image: (world, reference) => (world.images ? imageToRun(world.use(ecr), reference) : { kind: 'as-it-is' }),
});

const cloudwatch = createCloudWatch([measureLoadBalancers, (world, data) => measureTasks(world, data, world.use(ecs))]);

const applicationAutoScaling = createApplicationAutoScaling({
  service: (world, cluster, service) => scalableService(world.use(ecs), cluster, service),
  cloudwatch: (world) => world.use(cloudwatch),
});

/** Every AWS service that the runtime imitates. */
export const services: readonly AnyService[] = [
  sts,
  ssm,
  secretsManager,
  dynamodb,
  logs,
  cloudwatch,
  elbv2,
  ecr,
  ecs,
  applicationAutoScaling,
];
