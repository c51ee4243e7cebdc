import type { Service, ServiceCurrentRevisionSummary } from '@aws-sdk/client-ecs';
import { describeDeployment, describePlatform } from './deployment.ts';
import type { ServiceDocument } from './service-document.ts';
import type { EcsTask } from './task.ts';

/** A service as DescribeServices shows it, without events and tags. */
export function describeService(document: ServiceDocument, tasksOf: (deployment: string) => EcsTask[]): Service {
  const [primary] = document.deployments;
  const deployments = document.deployments.map((one) =>
    describeDeployment(one, tasksOf(one.id), one.status === 'PRIMARY' ? document.desiredCount : one.keeps),
  );
  const sum = (count: 'runningCount' | 'pendingCount') =>
    deployments.reduce((total, one) => total + (one[count] ?? 0), 0);
  return {
    ...document.echoed,
    serviceArn: document.arn,
    serviceName: document.name,
    clusterArn: document.clusterArn,
    status: document.status,
    desiredCount: document.desiredCount,
    runningCount: sum('runningCount'),
    pendingCount: sum('pendingCount'),
    loadBalancers: [...(primary?.loadBalancers ?? [])],
    serviceRegistries: [...(primary?.serviceRegistries ?? [])],
    ...(primary?.launchType === undefined ? {} : { launchType: primary.launchType }),
    ...(primary?.capacityProviderStrategy.length
      ? { capacityProviderStrategy: [...primary.capacityProviderStrategy] }
      : {}),
    ...(primary ? describePlatform(primary.launchType, primary.platformVersion) : {}),
    taskDefinition: primary?.taskDefinition,
    networkConfiguration: primary?.networkConfiguration,
    deploymentConfiguration: document.deploymentConfiguration,
    deployments,
    ...(document.serviceDeployment === null ? {} : { currentServiceDeployment: document.serviceDeployment }),
    currentServiceRevisions: document.deployments.flatMap(({ revision }, index): ServiceCurrentRevisionSummary[] => {
      const { desiredCount, runningCount, pendingCount } = deployments[index] ?? {};
      const counts = {
        requestedTaskCount: desiredCount,
        runningTaskCount: runningCount,
        pendingTaskCount: pendingCount,
      };
      return revision === null ? [] : [{ arn: revision, ...counts }];
    }),
    createdAt: new Date(document.createdAt),
    healthCheckGracePeriodSeconds: document.healthCheckGracePeriodSeconds,
    propagateTags: document.propagateTags,
    enableExecuteCommand: document.enableExecuteCommand,
    enableECSManagedTags: document.enableECSManagedTags,
  };
}
