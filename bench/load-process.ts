import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type LoadCount, type LoadPlan, startLoad } from './load.ts';

/** The load in a process of its own, so that nothing else delays it. */
export interface LoadProcess {
  count(): Promise<LoadCount>;
  /** Sends nothing more; resolves with the last count when all answers are there. */
  stop(): Promise<LoadCount>;
}

export function startLoadProcess(plan: LoadPlan, signal: AbortSignal): LoadProcess {
  signal.throwIfAborted();
  const child = fork(fileURLToPath(import.meta.url), ['load'], {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  signal.addEventListener('abort', () => child.kill('SIGKILL'), { once: true });
  const waiting: { resolve(count: LoadCount): void; reject(error: Error): void }[] = [];
  child.on('message', (count: LoadCount) => waiting.shift()?.resolve(count));
  child.once('exit', (code) => {
    for (const { reject } of waiting.splice(0)) reject(new Error(`the load ended with exit code ${code}`));
  });
  const ask = (what: 'count' | 'stop'): Promise<LoadCount> =>
    new Promise((resolve, reject) => {
      waiting.push({ resolve, reject });
      child.send(what);
    });
  child.send(plan);
  return { count: () => ask('count'), stop: () => ask('stop') };
}

if (process.argv[2] === 'load') {
  process.once('message', (plan: LoadPlan) => {
    const load = startLoad(plan);
    process.on('message', (what: 'count' | 'stop') => {
      if (what === 'count') process.send?.(load.count());
      else void load.stop().then(() => process.send?.(load.count(), () => process.disconnect?.()));
    });
  });
  process.on('disconnect', () => process.exit(0));
}
