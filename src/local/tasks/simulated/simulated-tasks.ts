import { type Clock, ms, type Random } from '../../../base/index.ts';
import type { Network } from '../network.ts';
import type { TaskDriver } from '../task-driver.ts';
import type { Behaviour, SimulatedAnswer, SimulatedRequest } from './behaviour.ts';
import { SimulatedTask } from './simulated-task.ts';

export interface SimulatedTasks {
  readonly driver: TaskDriver;
  readonly network: Network;
  /** What a client gets that reaches this virtual address now; refused where nothing listens. */
  answer(address: string, port: number, request: SimulatedRequest): SimulatedAnswer;
  /** Ends all containers of a task at once, as a crash does. False when no such task runs. */
  kill(taskId: string, exitCode?: number): boolean;
  /** Ids of the tasks that have not ended, in order of their start. */
  running(): readonly string[];
}

/** Tasks without processes or sockets: the images' behaviours on the given clock. */
export function createSimulatedTasks(options: {
  readonly clock: Clock;
  readonly random: Random;
  /** Asked once per container, when it starts. */
  readonly behaviourOf: (image: string) => Behaviour;
}): SimulatedTasks {
  const { clock } = options;
  const byId = new Map<string, SimulatedTask>();
  const byAddress = new Map<string, SimulatedTask>();

  const driver: TaskDriver = {
    name: 'simulated',
    start(spec, events) {
      const task = new SimulatedTask({ ...options, spec, events, ended: () => forget(task) });
      byId.set(spec.id, task);
      byAddress.set(spec.address, task);
      task.start();
      return task;
    },
  };
  const forget = (task: SimulatedTask): void => {
    byId.delete(task.spec.id);
    byAddress.delete(task.spec.address);
  };

  const network: Network = {
    locate: () => undefined,
    check({ address, port, path, timeout }, done) {
      const request = {
        method: 'GET',
        path,
        headers: { 'user-agent': 'ELB-HealthChecker/2.0', host: `${address}:${port}` },
      };
      const answer: SimulatedAnswer = byAddress.get(address)?.answer(port, request, 'health check') ?? {
        kind: 'failed',
      };
      if (answer.kind === 'failed') clock.after(ms(1), () => done({ kind: 'failed' }));
      else if (answer.kind === 'timed-out' || answer.latency > timeout)
        clock.after(timeout, () => done({ kind: 'timed-out' }));
      else clock.after(answer.latency, () => done({ kind: 'answered', status: answer.status }));
    },
  };

  return {
    driver,
    network,
    answer: (address, port, request) => byAddress.get(address)?.answer(port, request, 'client') ?? { kind: 'failed' },
    kill(taskId, exitCode = 137) {
      const task = byId.get(taskId);
      task?.kill(exitCode);
      return task !== undefined;
    },
    running: () => [...byId.keys()],
  };
}
