import type { ServiceDeploymentStatus } from '@aws-sdk/client-ecs';
import { type Ms, ms } from '../../../base/index.ts';
import type { DeploymentRecord } from './deployment.ts';
import type { EcsState } from './ecs-state.ts';
import {
  addServiceDeployment,
  changeServiceDeployment,
  findServiceDeployment,
  firingAlarms,
  isOver,
  type ServiceDeploymentDocument,
  type ServiceDeploymentFigures,
} from './service-deployments.ts';
import type { ServiceDocument } from './service-document.ts';

export type Trigger = 'circuit-breaker' | 'alarms' | 'user';

const because = {
  'circuit-breaker': 'the circuit breaker threshold was exceeded',
  alarms: 'an alarm was detected',
  user: 'a rollback was requested',
} as const satisfies Record<Trigger, string>;

/** Takes a service's current service deployment from state to state (ECS-DG/service-deployment). */
export class ServiceDeploymentProgress {
  readonly #state: EcsState;
  readonly #service: () => ServiceDocument;
  readonly #figures: (one: ServiceDeploymentDocument) => ServiceDeploymentFigures;

  constructor(
    state: EcsState,
    service: () => ServiceDocument,
    figures: (one: ServiceDeploymentDocument) => ServiceDeploymentFigures,
  ) {
    this.#state = state;
    this.#service = service;
    this.#figures = figures;
  }

  /** Begins one towards that revision; returns its ARN. The one under way is to stop, or its rollback has failed. */
  begin(target: string): string {
    const current = this.#underWay();
    if (current?.rollback) this.#end(current, 'ROLLBACK_FAILED');
    else if (current) this.#change(current, { status: 'STOP_REQUESTED' });
    const sources = this.#service().deployments.flatMap((one) => one.revision ?? []);
    return addServiceDeployment(this.#state, this.#service(), { target, sources });
  }

  /** What was asked for takes effect with the scheduler's next look; true when that is to roll back. */
  advance(): boolean {
    const current = this.#underWay();
    if (current?.status === 'PENDING')
      this.#change(current, { status: 'IN_PROGRESS', startedAt: this.#state.world.clock.now() });
    if (current?.status === 'STOP_REQUESTED') this.#stopped(current);
    return current?.status === 'ROLLBACK_REQUESTED';
  }

  /** Those of its alarms that are in ALARM; undefined where it watches none (ECS-DG/deployment-alarm-failure). */
  firingAlarms(): readonly string[] | undefined {
    const current = this.#underWay();
    if (!current?.watchesAlarms || current.rollback) return undefined;
    return firingAlarms(this.#state, current.configuration.alarms?.alarmNames ?? []);
  }

  /**
   * What is left of the bake time, which begins with the first call: as long as its alarms look back
   * (ECS-DG/deployment-alarm-failure: computed from their periods and evaluation periods).
   */
  bakeLeft(): Ms {
    const current = this.#underWay();
    if (!current?.watchesAlarms || current.rollback) return ms(0);
    const now = this.#state.world.clock.now();
    if (current.bakingSince === null) this.#change(current, { bakingSince: now });
    const looksBack = (current.configuration.alarms?.alarmNames ?? []).map(
      (name) => this.#state.neighbours.alarm(this.#state.world, name)?.looksBack ?? 0,
    );
    return ms(Math.max(0, (current.bakingSince ?? now) + Math.max(0, ...looksBack) - now));
  }

  succeed(): void {
    const current = this.#underWay();
    if (current) this.#end(current, current.rollback ? 'ROLLBACK_SUCCESSFUL' : 'SUCCESSFUL');
  }

  /** It has failed and nothing is rolled back. */
  stall(by: Trigger, failures: number): void {
    const current = this.#underWay();
    if (!current) return;
    const statusReason = `Service deployment stopped because ${because[by]}.`;
    if (current.rollback) this.#end(current, 'ROLLBACK_FAILED');
    else this.#change(current, { status: 'STOP_REQUESTED', statusReason, failures, ...this.#triggered(by, current) });
  }

  /** It has failed and is rolled back to a deployment that was completed, if there is one. */
  rollBack(by: Trigger, failures: number, to: DeploymentRecord | undefined): void {
    const current = this.#underWay();
    if (!current) return;
    const reason = `Service deployment rolled back because ${because[by]}.`;
    if (!to) {
      const statusReason = `${reason} No rollback candidate was found to run the rollback.`;
      this.#end(current, 'ROLLBACK_FAILED', { statusReason, failures, ...this.#triggered(by, current) });
      return;
    }
    this.#change(current, {
      status: 'ROLLBACK_IN_PROGRESS',
      statusReason: reason,
      failures,
      ...this.#triggered(by, current),
      rollback: { reason, startedAt: this.#state.world.clock.now(), revision: to.revision },
    });
  }

  /** The last task of a deployment that a later one has replaced is gone. */
  replaced({ serviceDeployment }: DeploymentRecord): void {
    const found = serviceDeployment === null ? undefined : findServiceDeployment(this.#state, serviceDeployment);
    if (found?.status === 'STOP_REQUESTED') this.#stopped(found);
  }

  #triggered(by: Trigger, { configuration }: ServiceDeploymentDocument): Partial<ServiceDeploymentDocument> {
    if (by === 'user') return {};
    const names = by === 'alarms' ? (configuration.alarms?.alarmNames ?? []) : [];
    return { triggered: by, triggeredAlarms: firingAlarms(this.#state, names) };
  }

  #underWay(): ServiceDeploymentDocument | undefined {
    const arn = this.#service().serviceDeployment;
    const found = arn === null ? undefined : findServiceDeployment(this.#state, arn);
    return found && !isOver(found) ? found : undefined;
  }

  #stopped(one: ServiceDeploymentDocument): void {
    this.#end(one, 'STOPPED', { stoppedAt: this.#state.world.clock.now() });
  }

  #end(
    one: ServiceDeploymentDocument,
    status: ServiceDeploymentStatus,
    change: Partial<ServiceDeploymentDocument> = {},
  ): void {
    const finishedAt = this.#state.world.clock.now();
    this.#change(one, { status, finishedAt, atEnd: this.#figures({ ...one, ...change }), ...change });
  }

  #change(one: ServiceDeploymentDocument, change: Partial<ServiceDeploymentDocument>): void {
    changeServiceDeployment(this.#state, one, change);
  }
}
