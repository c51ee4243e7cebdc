import type { Clock } from '../base/index.ts';
import type { RunningTask, TaskDriver } from './tasks/task-driver.ts';
import type { Surroundings } from './world.ts';

/** Surroundings that can be taken away from whoever holds them. */
export interface Scope {
  readonly surroundings: Surroundings;
  /** From now on no timer fires and no task event arrives. Tasks run on. */
  close(): void;
  /** Tasks that have not ended yet, whether closed or not. */
  running(): readonly RunningTask[];
}

/**
 * A world's own clock and task driver, so that a reset or a stop ends all that its services have under way
 * without their help.
 */
export function createScope(outer: Surroundings): Scope {
  let closed = false;
  const running = new Set<RunningTask>();

  const clock: Clock = {
    now: () => outer.clock.now(),
    monotonic: () => outer.clock.monotonic(),
    after: (delay, fn, options) =>
      outer.clock.after(
        delay,
        () => {
          if (!closed) fn();
        },
        options,
      ),
    async sleep(delay, signal) {
      await outer.clock.sleep(delay, signal);
      if (closed) await new Promise<never>(() => {});
    },
  };

  const tasks: TaskDriver = {
    name: outer.tasks.name,
    start(task, events) {
      let alive = task.containers.length;
      let started: RunningTask | undefined;
      const handle = outer.tasks.start(task, (event) => {
        if (event.kind === 'exited' || event.kind === 'failed') alive--;
        if (alive === 0 && started) running.delete(started);
        if (!closed) events(event);
      });
      started = handle;
      if (alive > 0) running.add(handle);
      return handle;
    },
  };

  return {
    surroundings: { ...outer, clock, tasks },
    close() {
      closed = true;
    },
    running: () => [...running],
  };
}
