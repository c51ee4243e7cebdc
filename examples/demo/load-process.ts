import { fork } from 'node:child_process';
import { type LoadPlan, startLoad } from './load.ts';
import type { LoadRecord } from './load-record.ts';

/** The load in a process of its own, so that nothing else delays it. */
export interface LoadProcess {
  /** All that has ended so far; grows. */
  readonly records: readonly LoadRecord[];
  /** Sends nothing more; resolves when all answers are in `records`. */
  stop(): Promise<void>;
}

/** Starts `program` again with the argument `load`: it must then call `runLoadProcess`. */
export function startLoadProcess(program: string, plan: LoadPlan, signal: AbortSignal): LoadProcess {
  signal.throwIfAborted();
  const child = fork(program, ['load'], { detached: true, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const records: LoadRecord[] = [];
  child.on('message', (batch: LoadRecord[]) => {
    records.push(...batch);
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  signal.addEventListener('abort', () => child.kill('SIGKILL'), { once: true });
  child.send(plan);
  return {
    records,
    async stop() {
      if (child.connected) child.send('stop');
      const code = await ended;
      if (code !== 0) throw new Error(`the load ended with exit code ${code}`);
    },
  };
}

/** The other side: takes the plan, sends the records in batches, ends when told to or when the parent is gone. */
export function runLoadProcess(parent: NodeJS.Process): void {
  let batch: LoadRecord[] = [];
  const flush = () => {
    if (batch.length > 0) parent.send?.(batch);
    batch = [];
  };
  parent.on('disconnect', () => parent.exit(1));
  parent.once('message', (plan: LoadPlan) => {
    const load = startLoad(plan, (record) => batch.push(record));
    const timer = setInterval(flush, 100);
    parent.once('message', () => {
      void load.stop().then(() => {
        clearInterval(timer);
        parent.removeAllListeners('disconnect');
        parent.send?.(batch, () => parent.disconnect?.());
      });
    });
  });
}
