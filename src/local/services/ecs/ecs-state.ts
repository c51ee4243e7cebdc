import type {
  CapacityProviderStrategyItem,
  ClusterConfiguration,
  ClusterServiceConnectDefaults,
  ClusterSetting,
  Tag,
} from '@aws-sdk/client-ecs';
import type { Random } from '../../../base/index.ts';
import type { Handler, InputOf, OutputOf } from '../../service.ts';
import { type Documents, documents } from '../../store/documents.ts';
import type { World } from '../../world.ts';
import type { Neighbours } from './neighbours.ts';
import { EcsService } from './service.ts';
import type { ServiceDeploymentDocument } from './service-deployments.ts';
import { completeService, type ServiceDocument } from './service-document.ts';
import type { ServiceRevisionDocument } from './service-revisions.ts';
import type { TaskDefinitionDocument } from './task-definition.ts';
import { Tasks } from './tasks.ts';

type Sdk = typeof import('@aws-sdk/client-ecs');

/** One operation of ECS, typed by the SDK's own name. */
export type EcsHandler<Operation extends string> = Handler<EcsState, InputOf<Sdk, Operation>, OutputOf<Sdk, Operation>>;

export interface ClusterDocument {
  readonly arn: string;
  readonly name: string;
  readonly status: 'ACTIVE' | 'INACTIVE';
  readonly tags: readonly Tag[];
  readonly settings: readonly ClusterSetting[];
  readonly capacityProviders: readonly string[];
  readonly defaultCapacityProviderStrategy: readonly CapacityProviderStrategyItem[];
  /** These two are kept and described, without effect. */
  readonly configuration?: ClusterConfiguration;
  readonly serviceConnectDefaults?: ClusterServiceConnectDefaults;
}

/** ECS in one account and region. */
export interface EcsState {
  readonly world: World;
  readonly random: Random;
  readonly neighbours: Neighbours;
  readonly clusters: Documents<ClusterDocument>;
  readonly taskDefinitions: Documents<TaskDefinitionDocument>;
  /** Revisions are never reused, not even after deregistration. */
  readonly families: Documents<{ readonly lastRevision: number }>;
  readonly serviceDocuments: Documents<ServiceDocument>;
  /** Both by `<cluster>/<service>/<id>`. */
  readonly serviceDeployments: Documents<ServiceDeploymentDocument>;
  readonly serviceRevisions: Documents<ServiceRevisionDocument>;
  /** By `<cluster>/<service>`; also those that are INACTIVE. */
  readonly services: Map<string, EcsService>;
  readonly tasks: Tasks;
  /** Values by `<principal>/<name>`. */
  readonly accountSettings: Documents<{ readonly value: string }>;
  /** Answers of RunTask by client token: task ids. */
  readonly runTokens: Map<string, { readonly at: number; readonly request: string; readonly tasks: readonly string[] }>;
}

/** Reads what is stored and, after a restart, starts the services' tasks again. */
export function createEcsState(world: World, neighbours: Neighbours): EcsState {
  const random = world.random.fork('ecs');
  const taskDefinitions = documents<TaskDefinitionDocument>(world.store, 'ecs/task-definitions');
  const state: EcsState = {
    world,
    random,
    neighbours,
    clusters: documents(world.store, 'ecs/clusters'),
    taskDefinitions,
    families: documents(world.store, 'ecs/families'),
    serviceDocuments: documents(world.store, 'ecs/services'),
    serviceDeployments: documents(world.store, 'ecs/service-deployments'),
    serviceRevisions: documents(world.store, 'ecs/service-revisions'),
    services: new Map(),
    tasks: new Tasks(world, random, neighbours, taskDefinitions),
    accountSettings: documents(world.store, 'ecs/account-settings'),
    runTokens: new Map(),
  };
  for (const [key, document] of state.serviceDocuments.entries()) {
    const service = new EcsService(state, completeService(document));
    state.services.set(key, service);
    // Its tasks ended with the runtime: the scheduler starts others.
    if (document.status !== 'INACTIVE') service.touch();
  }
  return state;
}

export function closeEcsState(state: EcsState): void {
  for (const service of state.services.values()) service.close();
  state.tasks.close();
}
