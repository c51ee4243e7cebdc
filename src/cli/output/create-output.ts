import type { Output } from './output.ts';
import { plainOutput } from './plain-output.ts';

/** The output that fits where this process prints to: live on a terminal, lines elsewhere. */
export function createOutput(json: boolean): Output {
  return plainOutput(
    (text) => process.stdout.write(text),
    (text) => process.stderr.write(text),
    json,
  );
}
