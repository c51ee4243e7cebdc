import type { DeploymentConfiguration, Service, Tag } from '@aws-sdk/client-ecs';
import { type Cancel, type Ms, ms, unreachable } from '../../../base/index.ts';
import { BackOff } from './back-off.ts';
import { nextProvider } from './capacity-providers.ts';
import { countsOf, type DeploymentInput, type DeploymentRecord, failureThreshold, platformOf } from './deployment.ts';
import { describeService } from './describe-service.ts';
import type { EcsState } from './ecs-state.ts';
import { planRollout, type SeenTask } from './rollout.ts';
import { ServiceDeploymentProgress, type Trigger } from './service-deployment-progress.ts';
import {
  figuresOf,
  forgetServiceDeployments,
  type ServiceDeploymentDocument,
  type ServiceDeploymentFigures,
} from './service-deployments.ts';
import { type ServiceDocument, serviceKey } from './service-document.ts';
import { eventTexts, ServiceEvents } from './service-events.ts';
import { addRevision } from './service-revisions.ts';
import { managedTags, taskTags } from './tags.ts';
import type { EcsTask, TaskNews } from './task.ts';
import { findTaskDefinition } from './task-definition.ts';
import { describeHealth } from './task-health.ts';

/** What the scheduler remembers of a task of its service. */
interface Member {
  readonly task: EcsTask;
  readonly deployment: string;
  wasHealthy: boolean;
  /** It was counted as a failure, or is known to have ended otherwise. */
  settled: boolean;
  sick: { readonly reason: string } | undefined;
}

/**
 * One service and its scheduler. It does nothing until something about the service or its tasks has changed;
 * then it looks once, a scheduler's tick later, and acts on all that it sees.
 */
export class EcsService {
  readonly #state: EcsState;
  readonly #events: ServiceEvents;
  readonly #members = new Map<string, Member>();
  readonly #backOff: BackOff;
  readonly #progress: ServiceDeploymentProgress;
  readonly #registered = new Map<string, number>();
  readonly #deregistered = new Map<string, number>();
  #document: ServiceDocument;
  #closed = false;
  #wake: { readonly at: number; readonly cancel: Cancel } | undefined;

  constructor(state: EcsState, document: ServiceDocument) {
    this.#state = state;
    this.#document = document;
    this.#backOff = new BackOff(state.world.clock, state.world.timing.restartBackOff);
    this.#progress = new ServiceDeploymentProgress(
      state,
      () => this.#document,
      (one) => this.deploymentFigures(one),
    );
    this.#events = new ServiceEvents(document.name, state.world.clock, state.random);
  }

  get document(): ServiceDocument {
    return this.#document;
  }

  get primary(): DeploymentRecord | undefined {
    return this.#document.deployments[0];
  }

  /** Changes what is configured. The scheduler follows. */
  change(change: Partial<ServiceDocument>): void {
    this.#document = { ...this.#document, ...change };
    this.#state.serviceDocuments.put(serviceKey(this.#document), this.#document);
  }

  /** Starts a deployment: it becomes PRIMARY, the former one is to be replaced by it. */
  deploy(input: DeploymentInput): void {
    const now = this.#state.world.clock.now();
    const id = `ecs-svc/${this.#state.random.digits(19)}`;
    const revision = addRevision(this.#state, this.#document, input);
    const serviceDeployment = this.#progress.begin(revision);
    const former = this.#document.deployments.map((one) => this.#retired(one));
    this.change({
      serviceDeployment,
      deployments: [
        {
          ...input,
          id,
          status: 'PRIMARY',
          createdAt: now,
          updatedAt: now,
          rolloutState: 'IN_PROGRESS',
          rolloutStateReason: `ECS deployment ${id} in progress.`,
          failedTasks: 0,
          completedBefore: false,
          keeps: 0,
          revision,
          serviceDeployment,
        },
        ...former,
      ],
    });
    this.touch();
  }

  /** Its tasks are stopped; once all are STOPPING or STOPPED it is INACTIVE (ECS-API/API_DeleteService). */
  drain(): void {
    this.change({ status: 'DRAINING', desiredCount: 0 });
    forgetServiceDeployments(this.#state, this.#document);
    this.#endDraining();
    this.touch();
  }

  /** Something has changed: the scheduler looks a tick later. */
  touch(): void {
    if (!this.#closed) this.#wakeIn(this.#state.world.timing.schedulerTick);
  }

  /** Nothing is scheduled any more: the world goes away, or another service has taken its name. */
  close(): void {
    this.#closed = true;
    this.#wake?.cancel();
    this.#wake = undefined;
  }

  describe(include: { readonly tags: boolean }): Service {
    const tasks = [...this.#members.values()];
    const service = describeService(this.#document, (deployment) =>
      tasks.filter((one) => one.deployment === deployment).map((one) => one.task),
    );
    return {
      ...service,
      events: this.#events.list(),
      ...(include.tags ? { tags: [...this.#document.tags] } : {}),
    };
  }

  /** Counts and failures of a service deployment that goes on. */
  deploymentFigures(one: ServiceDeploymentDocument): ServiceDeploymentFigures {
    return figuresOf(this.#document, one, (deployment) =>
      countsOf([...this.#members.values()].flatMap((each) => (each.deployment === deployment ? [each.task] : []))),
    );
  }

  #retired(one: DeploymentRecord): DeploymentRecord {
    const desired = one.completedBefore ? this.#document.desiredCount : 0;
    const keeps = one.status === 'PRIMARY' ? desired : one.keeps;
    return { ...one, status: 'ACTIVE', keeps, updatedAt: this.#state.world.clock.now() };
  }

  #onNews(task: EcsTask, news: TaskNews): void {
    if (news.kind === 'registered') bump(this.#registered, news.targetGroupArn);
    if (news.kind === 'deregistered') bump(this.#deregistered, news.targetGroupArn);
    if (task.facts.lastStatus === 'STOPPED' && this.#members.get(task.plan.id)?.settled)
      this.#members.delete(task.plan.id);
    this.touch();
  }

  /** The scheduler's look. */
  #reconcile(): void {
    this.#tellRegistrations();
    const tasks = this.#judge();
    if (this.#progress.advance()) this.#fail('user');
    this.#breakCircuit();
    this.#watchAlarms();
    this.#schedule(tasks);
    this.#forgetReplaced();
    this.#complete();
  }

  /** What each task is now; notes failures, and how soon something turns by time alone. */
  #judge(): SeenTask[] {
    const { clock, timing } = this.#state.world;
    const grace = ms(this.#document.healthCheckGracePeriodSeconds * 1000);
    const seen: SeenTask[] = [];
    for (const member of [...this.#members.values()]) {
      const { facts } = member.task;
      if (facts.desiredStatus === 'STOPPED') {
        this.#noteEnd(member);
        if (facts.lastStatus === 'STOPPED') this.#members.delete(member.task.plan.id);
        else seen.push({ id: member.task.plan.id, deployment: member.deployment, condition: 'stopping' });
        continue;
      }
      const health = describeHealth(member.task, { now: clock.now(), grace, settling: timing.settling });
      if (health.recheckIn !== undefined) this.#wakeIn(health.recheckIn);
      if (health.kind === 'healthy' && !member.wasHealthy) this.#noteHealthy(member);
      if (health.kind === 'healthy') member.sick = undefined;
      if (health.kind === 'sick' && !member.sick) this.#noteSick(member, health.event, health.reason);
      seen.push({
        id: member.task.plan.id,
        deployment: member.deployment,
        condition: member.sick ? 'sick' : health.kind,
      });
    }
    return seen;
  }

  #noteHealthy(member: Member): void {
    member.wasHealthy = true;
    this.#backOff.reset(member.deployment);
    const { deploymentConfiguration, deployments } = this.#document;
    const failed = deployments.some((one) => one.id === member.deployment && one.failedTasks > 0);
    if (failed && deploymentConfiguration.deploymentCircuitBreaker?.resetOnHealthyTask !== false)
      this.#changeDeployment(member.deployment, { failedTasks: 0 });
  }

  #noteSick(member: Member, event: string, reason: string): void {
    member.sick = { reason };
    member.settled = true;
    this.#events.add(event);
    this.#countFailure(member.deployment);
  }

  /**
   * A task that ended by itself makes the next one wait. (AWS restarts what exits after RUNNING without delay. Here a
   * crash loop must not eat a developer's machine.) It is a failure when it never was RUNNING, or ended before its
   * health check said anything good (ECS-DG/deployment-circuit-breaker; aws/containers-roadmap#1206).
   */
  #noteEnd(member: Member): void {
    if (member.settled) return;
    member.settled = true;
    const stop = member.task.facts.stop;
    if (stop?.code !== 'TaskFailedToStart' && stop?.code !== 'EssentialContainerExited') return;
    if (stop.code === 'TaskFailedToStart') this.#events.trouble(eventTexts.couldNotPlace(stop.reason));
    const { startedAt } = member.task.facts;
    const isChecked = member.task.health !== undefined || member.task.plan.loadBalancers.length > 0;
    if (!member.wasHealthy && (startedAt === undefined || isChecked)) this.#countFailure(member.deployment);
    if (this.#backOff.fail(member.deployment) >= 3) this.#events.trouble(eventTexts.keepsFailing);
  }

  #countFailure(deployment: string): void {
    const record = this.#document.deployments.find((one) => one.id === deployment);
    if (record) this.#changeDeployment(deployment, { failedTasks: record.failedTasks + 1 });
  }

  #breakCircuit(): void {
    const { deploymentConfiguration, desiredCount } = this.#document;
    const breaker = deploymentConfiguration.deploymentCircuitBreaker;
    const primary = this.primary;
    if (!breaker?.enable || primary?.rolloutState !== 'IN_PROGRESS') return;
    if (primary.failedTasks >= failureThreshold(deploymentConfiguration, desiredCount)) this.#fail('circuit-breaker');
  }

  /** As ECS polls DescribeAlarms while a deployment goes on (ECS-DG/deployment-alarm-failure). */
  #watchAlarms(): void {
    if (this.primary?.rolloutState !== 'IN_PROGRESS') return;
    const firing = this.#progress.firingAlarms();
    if (firing === undefined) return;
    if (firing.length > 0) this.#fail('alarms');
    else this.#wakeIn(this.#state.world.timing.schedulerTick);
  }

  /** The deployment is FAILED: it starts nothing more. If so wished, back to the last one that was COMPLETED. */
  #fail(by: Trigger): void {
    const failed = this.primary;
    if (!failed) return;
    const { deploymentConfiguration, lastCompleted, deployments } = this.#document;
    const words = failures[by];
    this.#changeDeployment(failed.id, { rolloutState: 'FAILED', rolloutStateReason: words.reason });
    if (words.event) this.#events.add(words.event(failed.id));
    if (!rollsBack(by, deploymentConfiguration)) {
      this.#progress.stall(by, failed.failedTasks);
      this.touch();
      return;
    }
    const to = lastCompleted && lastCompleted.id !== failed.id ? lastCompleted : undefined;
    this.#progress.rollBack(by, failed.failedTasks, to);
    if (!to) return;

    const now = this.#state.world.clock.now();
    this.#backOff.reset(to.id);
    this.change({
      deployments: [
        {
          ...to,
          status: 'PRIMARY',
          updatedAt: now,
          failedTasks: 0,
          rolloutState: 'IN_PROGRESS',
          rolloutStateReason: `${words.rollingBack}: rolling back to deploymentId ${to.id}.`,
        },
        { ...(this.primary ?? failed), status: 'ACTIVE', updatedAt: now, keeps: 0 },
        ...deployments.filter((one) => one.id !== to.id && one.id !== failed.id),
      ],
      // Until it is COMPLETED again there is nothing to roll back to.
      lastCompleted: null,
    });
    this.#events.add(eventTexts.rollingBack(to.id));
  }

  #schedule(tasks: readonly SeenTask[]): void {
    const { deploymentConfiguration, desiredCount, deployments } = this.#document;
    const [primary, ...older] = deployments;
    if (!primary) return;
    const plan = planRollout({
      desiredCount,
      minimumHealthyPercent: deploymentConfiguration.minimumHealthyPercent ?? 100,
      maximumPercent: deploymentConfiguration.maximumPercent ?? 200,
      primary: { id: primary.id, mayStart: this.#mayStart(primary) },
      older: older.map((one) => ({ ...one, mayStart: this.#mayStart(one) })),
      tasks,
    });
    for (const one of older) {
      const keeps = plan.keeps.get(one.id) ?? 0;
      if (keeps !== one.keeps) this.#changeDeployment(one.id, { keeps });
    }
    for (const one of plan.start) this.#start(one.deployment, one.count, one.replaced);
    this.#stop(plan.stop, primary.id);
    if (plan.start.length > 0 || plan.stop.length > 0) this.#events.unsettle();
    if (plan.blocked) this.#events.trouble(eventTexts.blocked);
  }

  #mayStart(deployment: DeploymentRecord): boolean {
    if (this.#document.status !== 'ACTIVE' || deployment.rolloutState === 'FAILED') return false;
    if (deployment.launchType === 'EC2') {
      if (this.#document.desiredCount > 0) this.#events.trouble(eventTexts.noInstances);
      return false;
    }
    const wait = this.#backOff.waitOf(deployment.id);
    if (wait === 0) return true;
    this.#wakeIn(wait);
    return false;
  }

  #start(deployment: string, count: number, replaced: number): void {
    const record = this.#document.deployments.find((one) => one.id === deployment);
    if (!record) return;
    const document = this.#document;
    const ids: string[] = [];
    const strategy = record.capacityProviderStrategy;
    const placed = (provider: string): number =>
      [...this.#members.values()].filter(({ task }) => task.plan.capacityProvider === provider).length;
    for (let n = 0; n < count; n++) {
      const task = this.#state.tasks.launch(
        {
          definition: record.taskDefinition,
          clusterArn: document.clusterArn,
          clusterName: document.clusterName,
          group: `service:${document.name}`,
          startedBy: deployment,
          loadBalancers: record.loadBalancers,
          networkConfiguration: record.networkConfiguration,
          launchType: record.launchType,
          capacityProvider: strategy.length > 0 ? nextProvider(strategy, placed) : undefined,
          platformVersion: platformOf(record.platformVersion),
          overrides: {},
          tags: this.#taskTags(record),
          enableExecuteCommand: document.enableExecuteCommand,
        },
        (one, news) => this.#onNews(one, news),
      );
      this.#members.set(task.plan.id, { task, deployment, wasHealthy: false, settled: false, sick: undefined });
      ids.push(task.plan.id);
    }
    this.#events.add(eventTexts.started(ids, replaced));
  }

  #taskTags(record: DeploymentRecord): readonly Tag[] {
    const { propagateTags, enableECSManagedTags, clusterName, name, tags } = this.#document;
    const definition =
      propagateTags === 'TASK_DEFINITION' ? findTaskDefinition(this.#state, record.taskDefinition)?.tags : undefined;
    return taskTags(
      propagateTags === 'SERVICE' ? tags : [],
      definition ?? [],
      enableECSManagedTags ? managedTags(clusterName, name) : [],
    );
  }

  #stop(stops: readonly { readonly id: string; readonly because: 'scaling' | 'sick' }[], primary: string): void {
    const running: string[] = [];
    let pending = 0;
    for (const { id, because } of stops) {
      const member = this.#members.get(id);
      if (!member) continue;
      if (member.task.facts.lastStatus === 'RUNNING') running.push(id);
      else pending += 1;
      member.settled = true;
      const reason =
        because === 'sick' && member.sick
          ? member.sick.reason
          : `Scaling activity initiated by (deployment ${primary})`;
      member.task.stop('ServiceSchedulerInitiated', reason);
    }
    if (running.length > 0) this.#events.add(eventTexts.stoppedRunning(running));
    if (pending > 0) this.#events.add(eventTexts.stoppedPending(pending));
  }

  /** An older deployment is over when its last task is gone, drain included, and none is to come back. */
  #forgetReplaced(): void {
    const { deployments } = this.#document;
    const has = new Set([...this.#members.values()].map((one) => one.deployment));
    const left = deployments.filter((one) => one.status === 'PRIMARY' || has.has(one.id) || one.keeps > 0);
    if (left.length === deployments.length) return;
    for (const one of deployments) if (!left.includes(one)) this.#progress.replaced(one);
    this.change({ deployments: left });
  }

  #complete(): void {
    const { status, desiredCount, deployments } = this.#document;
    const primary = this.primary;
    if (status === 'DRAINING') this.#endDraining();
    if (status !== 'ACTIVE' || !primary || deployments.length > 1) return;
    const live = [...this.#members.values()].filter((one) => one.task.facts.desiredStatus === 'RUNNING');
    const well = live.length === desiredCount && live.every((one) => one.wasHealthy && !one.sick);
    if (!well || !live.every((one) => one.task.facts.lastStatus === 'RUNNING')) return;
    if (primary.rolloutState === 'IN_PROGRESS') {
      const baking = this.#progress.bakeLeft();
      if (baking > 0) {
        this.#wakeIn(baking);
        return;
      }
      this.#changeDeployment(primary.id, {
        rolloutState: 'COMPLETED',
        rolloutStateReason: `ECS deployment ${primary.id} completed.`,
        completedBefore: true,
      });
      this.change({ lastCompleted: this.primary ?? null });
      this.#progress.succeed();
      this.#events.add(eventTexts.completed(primary.id));
    }
    this.#events.settle();
  }

  #endDraining(): void {
    const ends = new Set(['STOPPING', 'DEPROVISIONING', 'STOPPED']);
    if ([...this.#members.values()].some((one) => !ends.has(one.task.facts.lastStatus))) return;
    this.change({ status: 'INACTIVE', deployments: [], inactiveSince: this.#state.world.clock.now() });
  }

  #tellRegistrations(): void {
    for (const [group, count] of this.#registered) this.#events.add(eventTexts.registered(count, group));
    for (const [group, count] of this.#deregistered) this.#events.add(eventTexts.deregistered(count, group));
    const draining = Math.max(0, ...this.#deregistered.values());
    if (draining > 0) this.#events.add(eventTexts.draining(draining));
    this.#registered.clear();
    this.#deregistered.clear();
  }

  #changeDeployment(id: string, change: Partial<DeploymentRecord>): void {
    const deployments = this.#document.deployments.map((one) =>
      one.id === id ? { ...one, ...change, updatedAt: this.#state.world.clock.now() } : one,
    );
    this.change({ deployments });
  }

  /** One timer at most: the earliest reason to look wins. */
  #wakeIn(delay: Ms): void {
    const { clock } = this.#state.world;
    const at = clock.monotonic() + delay;
    if (this.#wake && this.#wake.at <= at) return;
    this.#wake?.cancel();
    const cancel = clock.after(delay, () => {
      this.#wake = undefined;
      this.#reconcile();
    });
    this.#wake = { at, cancel };
  }
}

const bump = (counts: Map<string, number>, key: string): void => {
  counts.set(key, (counts.get(key) ?? 0) + 1);
};

/** AWS's words for a deployment that has failed. A person who stops one needs no event. */
const failures = {
  'circuit-breaker': {
    reason: 'ECS deployment circuit breaker: tasks failed to start.',
    rollingBack: 'ECS deployment circuit breaker',
    event: eventTexts.failedToStart,
  },
  alarms: {
    reason: 'ECS deployment failed: alarm detected.',
    rollingBack: 'ECS deployment alarms',
    event: eventTexts.alarmDetected,
  },
  user: {
    reason: 'ECS deployment stopped: a rollback was requested.',
    rollingBack: 'ECS deployment stopped',
    event: undefined,
  },
} as const satisfies Record<Trigger, object>;

function rollsBack(by: Trigger, { deploymentCircuitBreaker, alarms }: DeploymentConfiguration): boolean {
  switch (by) {
    case 'circuit-breaker':
      return deploymentCircuitBreaker?.rollback ?? false;
    case 'alarms':
      return alarms?.rollback ?? false;
    case 'user':
      return true;
    default:
      return unreachable(by);
  }
}
