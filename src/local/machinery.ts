import type { Clock, Random } from '../base/index.ts';
import type { ImageReceiver } from './admin.ts';
import type { BalancerFront } from './served-listener.ts';
import type { Network } from './tasks/network.ts';
import type { TaskDriver } from './tasks/task-driver.ts';

export interface MachineryOptions {
  readonly driver: 'process' | 'simulated';
  readonly dataDir: string;
  readonly clock: Clock;
  readonly random: Random;
  /** Of the runtime's API: tasks get it as AWS_ENDPOINT_URL. */
  readonly endpoint: string;
  readonly report: (what: string, error: unknown) => void;
}

/** What makes the control plane's wishes real on this machine: tasks, their network, images, and the balancer. */
export interface Machinery extends AsyncDisposable {
  readonly tasks: TaskDriver;
  readonly network: Network;
  /** Undefined where tasks are simulated. */
  readonly images: ImageReceiver | undefined;
  readonly balancer: BalancerFront;
}

export async function createMachinery(_options: MachineryOptions): Promise<Machinery> {
  return {
    tasks: { name: 'simulated', start: () => ({ signal() {}, exec() {} }) },
    network: { locate: () => undefined, check: (_request, done) => done({ kind: 'failed' }) },
    images: undefined,
    balancer: { serve: () => () => {}, listeners: () => [], async [Symbol.asyncDispose]() {} },
    async [Symbol.asyncDispose]() {},
  };
}
