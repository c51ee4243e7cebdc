import type { ServiceEvent } from '@aws-sdk/client-ecs';
import { type Clock, epochMs, type Random } from '../../../base/index.ts';

/** The events of one service: newest first, at most 100, the same text not twice in a row (ECS-DG/service-event-messages-list). */
export class ServiceEvents {
  readonly #service: string;
  readonly #clock: Clock;
  readonly #random: Random;
  #events: readonly { readonly id: string; readonly at: number; readonly message: string }[] = [];

  constructor(service: string, clock: Clock, random: Random) {
    this.#service = service;
    this.#clock = clock;
    this.#random = random;
  }

  /** `text` follows the service's name in brackets. */
  add(text: string): void {
    const message = `(service ${this.#service}) ${text}`;
    if (this.#events[0]?.message === message) return;
    const event = { id: this.#random.uuid(), at: this.#clock.now(), message };
    this.#events = [event, ...this.#events.slice(0, 99)];
  }

  list(): ServiceEvent[] {
    return this.#events.map(({ id, at, message }) => ({ id, createdAt: new Date(epochMs(at)), message }));
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
  couldNotPlace: (reason: string): string => `was unable to place a task. Reason: ${reason}.`,
  noInstances:
    'was unable to place a task because no container instance met all of its requirements. ' +
    'Reason: No Container Instances were found in your cluster.',
  keepsFailing: 'is unable to consistently start tasks successfully.',
  completed: (deployment: string): string => `(deployment ${deployment}) deployment completed.`,
  failedToStart: (deployment: string): string => `(deployment ${deployment}) deployment failed: tasks failed to start.`,
  rollingBack: (deployment: string): string => `rolling back to deployment ${deployment}.`,
  steady: 'has reached a steady state.',
};

const list = (ids: readonly string[]): string => ids.map((id) => `(task ${id})`).join(' ');
