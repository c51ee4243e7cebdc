import { liveOutput } from './live-output.ts';
import type { Output } from './output.ts';
import { plainOutput } from './plain-output.ts';
import { terminalOf } from './terminal.ts';

const open = new Set<Output>();

/** The output that fits where this process prints to: live on a terminal, lines elsewhere. */
export function createOutput(json: boolean): Output {
  const { live, interactive, color } = terminalOf(process.env, {
    stdin: process.stdin.isTTY === true,
    stderr: process.stderr.isTTY === true,
  });
  const output =
    live && !json
      ? liveOutput({ interactive, color })
      : plainOutput(
          (text) => process.stdout.write(text),
          (text) => process.stderr.write(text),
          { json, interactive },
        );
  open.add(output);
  return output;
}

/** Ends every live view of this process, so that what is printed next stands below it. */
export function closeOutputs(): void {
  for (const output of open) output.close();
}
