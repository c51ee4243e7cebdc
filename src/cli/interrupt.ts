import { exitCodes } from './exit-code.ts';
import type { Output } from './output/index.ts';

/** By convention 128 + SIGINT: ended by hand before there was anything to take back. */
const interruptedExit = 130;

/**
 * A signal that is aborted once this process is told to end. Without a terminal the deployment's `onInterrupt`
 * decides; on a terminal ^C asks, and a second ^C leaves. Before anything is driven the process just ends.
 * `promote` ends the present hold of the service that is driven.
 */
export function watchInterrupts(output: Output, promote: (service: string) => Promise<void>): AbortSignal {
  const interrupt = new AbortController();
  let asked = false;
  const ask = async (): Promise<void> => {
    asked = true;
    const answer = await output.askInterrupt();
    asked = false;
    if (answer !== 'go-on') interrupt.abort(answer);
  };
  const onInterrupt = (): void => {
    if (!output.driving) process.exit(interruptedExit);
    if (!output.interactive) interrupt.abort('policy');
    else if (interrupt.signal.aborted) leaveAtOnce(output);
    else if (asked) interrupt.abort('leave');
    else ask().catch(() => interrupt.abort('leave'));
  };
  process.on('SIGINT', onInterrupt);
  // Nobody is there to be asked.
  for (const name of ['SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => (output.driving ? interrupt.abort('policy') : process.exit(interruptedExit)));
  }
  output.onKey((key, service) => {
    switch (key) {
      case 'interrupt':
        return onInterrupt();
      case 'abort':
        return interrupt.abort('rollback');
      case 'detach':
        return interrupt.abort('leave');
      case 'promote':
        promote(service).catch((error: unknown) => output.note(`promote: ${String(error)}`));
    }
  });
  return interrupt.signal;
}

/** A roll-back is under way and ^C is pressed again: a driver may die at any moment, another finishes its work. */
function leaveAtOnce(output: Output): never {
  output.close();
  process.stderr.write('Left in the middle of it: "teal resume" finishes it.\n');
  process.exit(exitCodes.left);
}
