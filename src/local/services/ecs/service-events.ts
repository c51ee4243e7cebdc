import type { ServiceEvent } from '@aws-sdk/client-ecs';
import { type Clock, epochMs, type Random } from '../../../base/index.ts';

/** After this long a message that is still true is written again (ECS-DG/service-event-messages). */
const repeatedAfter = 6 * 3_600_000;

/**
 * The events of one service: newest first, at most 100. The same text comes not twice in a row, a trouble that lasts
 * and a steady state that lasts once in six hours (ECS-DG/service-event-messages).
 */
export class ServiceEvents {
  readonly #service: string;
  readonly #clock: Clock;
  readonly #random: Random;
  #events: readonly { readonly id: string; readonly at: number; readonly message: string }[] = [];
  /** When each trouble was told of last; forgotten with the next steady state. */
  readonly #troubles = new Map<string, number>();
  #steadySince: number | undefined;

  constructor(service: string, clock: Clock, random: Random) {
    this.#service = service;
    this.#clock = clock;
    this.#random = random;
  }

  /** `text` follows the service's name in brackets. */
  add(text: string): void {
    this.#repeatSteady();
    const message = this.#message(text);
    const [newest] = this.#events;
    const now = this.#clock.now();
    if (newest?.message === message && now < newest.at + repeatedAfter) return;
    this.#append(message, now);
  }

  /** What keeps the service from being steady: once, until it is steady again or six hours have passed. */
  trouble(text: string): void {
    const told = this.#troubles.get(text);
    const now = this.#clock.now();
    if (told !== undefined && now < told + repeatedAfter) return;
    this.#troubles.set(text, now);
    this.add(text);
  }

  /** It has what it should have. Told once, and then every six hours until `unsettle`. */
  settle(): void {
    if (this.#steadySince !== undefined) return;
    this.#troubles.clear();
    this.add(eventTexts.steady);
    this.#steadySince = this.#clock.now();
  }

  /** Tasks are being started or stopped. */
  unsettle(): void {
    this.#repeatSteady();
    this.#steadySince = undefined;
  }

  list(): ServiceEvent[] {
    this.#repeatSteady();
    return this.#events.map(({ id, at, message }) => ({ id, createdAt: new Date(epochMs(at)), message }));
  }

  /** Nothing wakes up for them: they are written when somebody looks. */
  #repeatSteady(): void {
    const message = this.#message(eventTexts.steady);
    while (this.#steadySince !== undefined && this.#steadySince + repeatedAfter <= this.#clock.now()) {
      this.#steadySince += repeatedAfter;
      this.#append(message, this.#steadySince);
    }
  }

  #message(text: string): string {
    return `(service ${this.#service}) ${text}`;
  }

  #append(message: string, at: number): void {
    this.#events = [{ id: this.#random.uuid(), at, message }, ...this.#events.slice(0, 99)];
  }
}

/** AWS's words for what happens to tasks; "1 tasks" is never singular there. */
export const eventTexts = {
  started: (ids: readonly string[], replaced: number): string =>
    `has started ${ids.length} tasks: ${list(ids)}.${replaced > 0 ? ` Amazon ECS replaced ${replaced} tasks due to an unhealthy status.` : ''}`,
  stoppedRunning: (ids: readonly string[]): string => `has stopped ${ids.length} running tasks: ${list(ids)}.`,
  stoppedPending: (count: number): string => `stopped ${count} pending tasks.`,
  registered: (count: number, targetGroup: string): string =>
    `registered ${count} targets in (target-group ${targetGroup})`,
  deregistered: (count: number, targetGroup: string): string =>
    `deregistered ${count} targets in (target-group ${targetGroup})`,
  draining: (count: number): string => `has begun draining connections on ${count} tasks.`,
  unhealthyTarget: (id: string, port: number, targetGroup: string, reason: string): string =>
    `(task ${id}) (port ${port}) is unhealthy in (target-group ${targetGroup}) due to (reason ${reason}).`,
  unhealthyContainer: (id: string): string => `(task ${id}) failed container health checks.`,
  couldNotPlace: (reason: string): string => `was unable to place a task. Reason: ${reason.replace(/\.$/, '')}.`,
  blocked:
    'was unable to stop or start tasks during a deployment because of the service deployment configuration. ' +
    'Update the minimumHealthyPercent or maximumPercent value and try again.',
  noInstances:
    'was unable to place a task because no container instance met all of its requirements. ' +
    'Reason: No Container Instances were found in your cluster.',
  keepsFailing: 'is unable to consistently start tasks successfully.',
  completed: (deployment: string): string => `(deployment ${deployment}) deployment completed.`,
  failedToStart: (deployment: string): string => `(deployment ${deployment}) deployment failed: tasks failed to start.`,
  alarmDetected: (deployment: string): string => `(deployment ${deployment}) deployment failed: alarm detected.`,
  rollingBack: (deployment: string): string => `rolling back to deployment ${deployment}.`,
  steady: 'has reached a steady state.',
};

const list = (ids: readonly string[]): string => ids.map((id) => `(task ${id})`).join(' ');
