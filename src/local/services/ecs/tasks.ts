import type { LoadBalancer, NetworkConfiguration, Tag, TaskOverride } from '@aws-sdk/client-ecs';
import type { Random } from '../../../base/index.ts';
import type { Documents } from '../../store/documents.ts';
import { createAddresses } from '../../tasks/addresses.ts';
import type { World } from '../../world.ts';
import { ecsArn } from './arn.ts';
import type { Neighbours } from './neighbours.ts';
import { EcsTask, type TaskNews } from './task.ts';
import { type TaskDefinitionDocument, taskDefinitionKey } from './task-definition.ts';
import type { TaskPlan } from './task-facts.ts';

/** What a scheduler or RunTask asks for. */
export interface Launch {
  /** ARN of the task definition. */
  readonly definition: string;
  readonly clusterArn: string;
  readonly clusterName: string;
  readonly group: string;
  readonly startedBy: string | undefined;
  readonly loadBalancers: readonly LoadBalancer[];
  readonly networkConfiguration: NetworkConfiguration | undefined;
  readonly launchType: TaskPlan['launchType'];
  readonly capacityProvider: string | undefined;
  readonly platformVersion: string;
  readonly overrides: TaskOverride;
  readonly tags: readonly Tag[];
  readonly enableExecuteCommand: boolean;
}

/** A stopped task stays visible for an hour (ECS-DG/task-lifecycle-explanation). */
const visibleAfterStop = 3_600_000;

/** All tasks of a world, by id and by address. */
export class Tasks {
  readonly #world: World;
  readonly #random: Random;
  readonly #neighbours: Neighbours;
  readonly #definitions: Documents<TaskDefinitionDocument>;
  readonly #addresses: () => string;
  readonly #all = new Map<string, EcsTask>();
  readonly #byAddress = new Map<string, EcsTask>();
  /** In the order in which they stopped. */
  readonly #stopped: EcsTask[] = [];
  readonly #unsubscribe: () => void;

  constructor(world: World, random: Random, neighbours: Neighbours, definitions: Documents<TaskDefinitionDocument>) {
    this.#world = world;
    this.#random = random;
    this.#neighbours = neighbours;
    this.#definitions = definitions;
    this.#addresses = createAddresses(world.network);
    this.#unsubscribe = neighbours
      .targets(world)
      .onChange((targetGroupArn, target) => this.#byAddress.get(target.id)?.targetChanged(targetGroupArn));
  }

  /** Starts a task. `tell` hears of everything that happens to it, later than this call. */
  launch(launch: Launch, tell: (task: EcsTask, news: TaskNews) => void): EcsTask {
    const definition = this.#definition(launch.definition);
    const random = this.#random;
    const id = random.hex(32);
    const subnets = launch.networkConfiguration?.awsvpcConfiguration?.subnets ?? [];
    const place = this.#all.size;
    const plan: TaskPlan = {
      id,
      arn: ecsArn(this.#world, `task/${launch.clusterName}/${id}`),
      clusterArn: launch.clusterArn,
      address: this.#addresses(),
      definition,
      group: launch.group,
      startedBy: launch.startedBy,
      loadBalancers: launch.loadBalancers,
      networkConfiguration: launch.networkConfiguration,
      launchType: launch.launchType,
      capacityProvider: launch.capacityProvider,
      platformVersion: launch.platformVersion,
      overrides: launch.overrides,
      tags: launch.tags,
      enableExecuteCommand: launch.enableExecuteCommand,
      attachmentId: random.uuid(),
      networkInterfaceId: `eni-${random.hex(17)}`,
      availabilityZone: `${this.#world.region}${'abc'[place % 3]}`,
      subnet: subnets[place % Math.max(1, subnets.length)] ?? 'subnet-00000000',
      containerIds: (definition.definition.containerDefinitions ?? []).map(() => random.uuid()),
    };
    const task = new EcsTask(plan, this.#world, this.#neighbours, (one, news) => {
      if (one.facts.lastStatus === 'STOPPED') this.#onStopped(one);
      tell(one, news);
    });
    this.#all.set(id, task);
    this.#byAddress.set(plan.address, task);
    return task;
  }

  get(id: string): EcsTask | undefined {
    this.#forgetOld();
    return this.#all.get(id);
  }

  /** In order of creation. */
  all(): EcsTask[] {
    this.#forgetOld();
    return [...this.#all.values()];
  }

  /** Ends all at once. The target groups forget their targets with the runtime. */
  close(): void {
    this.#unsubscribe();
    for (const task of this.#all.values()) task.abandon();
  }

  #definition(arn: string): TaskDefinitionDocument {
    const [family = '', revision = ''] = arn.slice(arn.lastIndexOf('/') + 1).split(':');
    const found = this.#definitions.get(taskDefinitionKey(family, Number(revision)));
    if (!found) throw new Error(`no task definition ${arn}`);
    return found;
  }

  #onStopped(task: EcsTask): void {
    this.#byAddress.delete(task.plan.address);
    this.#stopped.push(task);
  }

  #forgetOld(): void {
    const since = this.#world.clock.now() - visibleAfterStop;
    let old = 0;
    for (const task of this.#stopped) {
      if ((task.facts.stoppedAt ?? 0) > since) break;
      this.#all.delete(task.plan.id);
      old += 1;
    }
    this.#stopped.splice(0, old);
  }
}
