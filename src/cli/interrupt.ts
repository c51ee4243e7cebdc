import type { Output } from './output/output.ts';

/** By convention 128 + SIGINT: ended by hand before there was anything to take back. */
const interruptedExit = 130;

/**
 * A signal that is aborted once this process is told to end. Without a terminal the deployment's `onInterrupt`
 * decides; on a terminal ^C asks, and a second ^C leaves. Before anything is driven the process just ends.
 */
export function watchInterrupts(output: Output): AbortSignal {
  const interrupt = new AbortController();
  let asked = false;
  const ask = async (): Promise<void> => {
    asked = true;
    const answer = await output.askInterrupt();
    asked = false;
    if (answer !== 'go-on') interrupt.abort(answer);
  };
  const onSignal = (): void => {
    if (!output.driving) process.exit(interruptedExit);
    if (!output.interactive) interrupt.abort('policy');
    else if (asked) interrupt.abort('leave');
    else ask().catch(() => interrupt.abort('leave'));
  };
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, onSignal);
  return interrupt.signal;
}
