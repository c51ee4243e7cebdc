import * as sdk from '@aws-sdk/client-ecs';
import type { ServiceDefinition } from '../../service.ts';
import {
  deleteAccountSetting,
  listAccountSettings,
  putAccountSetting,
  putAccountSettingDefault,
} from './account-settings.ts';
import { describeCapacityProviders } from './capacity-providers.ts';
import { createCluster } from './create-cluster.ts';
import { createService } from './create-service.ts';
import { deleteCluster } from './delete-cluster.ts';
import { deleteService } from './delete-service.ts';
import { deleteTaskDefinitions } from './delete-task-definitions.ts';
import { deregisterTaskDefinition } from './deregister-task-definition.ts';
import { describeClusters } from './describe-clusters.ts';
import { describeServices } from './describe-services.ts';
import { describeTaskDefinition } from './describe-task-definition.ts';
import { describeTasks } from './describe-tasks.ts';
import { closeEcsState, createEcsState, type EcsState } from './ecs-state.ts';
import { listClusters } from './list-clusters.ts';
import { listServices } from './list-services.ts';
import { listTaskDefinitionFamilies, listTaskDefinitions } from './list-task-definitions.ts';
import { listTasks } from './list-tasks.ts';
import type { Neighbours } from './neighbours.ts';
import { registerTaskDefinition } from './register-task-definition.ts';
import { runTask } from './run-task.ts';
import { describeServiceDeployments, listServiceDeployments, stopServiceDeployment } from './service-deployments.ts';
import { describeServiceRevisions } from './service-revisions.ts';
import { stopTask } from './stop-task.ts';
import { listTagsForResource, tagResource, untagResource } from './tags.ts';
import { putClusterCapacityProviders, updateCluster, updateClusterSettings } from './update-cluster.ts';
import { updateService } from './update-service.ts';

export type { EcsState } from './ecs-state.ts';
export type { Neighbours, SecretMissing } from './neighbours.ts';
export { scalableService } from './scalable-service.ts';
export { createUtilizationMeter, type TaskUtilization } from './utilization.ts';

const operations = {
  CreateCluster: createCluster,
  CreateService: createService,
  DeleteAccountSetting: deleteAccountSetting,
  DeleteCluster: deleteCluster,
  DeleteService: deleteService,
  DeleteTaskDefinitions: deleteTaskDefinitions,
  DeregisterTaskDefinition: deregisterTaskDefinition,
  DescribeCapacityProviders: describeCapacityProviders,
  DescribeClusters: describeClusters,
  DescribeServiceDeployments: describeServiceDeployments,
  DescribeServiceRevisions: describeServiceRevisions,
  DescribeServices: describeServices,
  DescribeTaskDefinition: describeTaskDefinition,
  DescribeTasks: describeTasks,
  ListAccountSettings: listAccountSettings,
  ListClusters: listClusters,
  ListServiceDeployments: listServiceDeployments,
  ListServices: listServices,
  ListTagsForResource: listTagsForResource,
  ListTaskDefinitionFamilies: listTaskDefinitionFamilies,
  ListTaskDefinitions: listTaskDefinitions,
  ListTasks: listTasks,
  PutAccountSetting: putAccountSetting,
  PutAccountSettingDefault: putAccountSettingDefault,
  PutClusterCapacityProviders: putClusterCapacityProviders,
  RegisterTaskDefinition: registerTaskDefinition,
  RunTask: runTask,
  StopServiceDeployment: stopServiceDeployment,
  StopTask: stopTask,
  TagResource: tagResource,
  UntagResource: untagResource,
  UpdateCluster: updateCluster,
  UpdateClusterSettings: updateClusterSettings,
  UpdateService: updateService,
};

/** Amazon ECS. `neighbours` joins it to the other services of its world. */
export function createEcs(neighbours: Neighbours): ServiceDefinition<EcsState> & { operations: typeof operations } {
  return {
    name: 'ecs',
    sdk,
    create: (world) => createEcsState(world, neighbours),
    close: closeEcsState,
    operations,
  };
}
