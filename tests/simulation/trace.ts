import { createHash } from 'node:crypto';

/** Everything that happened in a run, in order, as one hash. */
export interface Trace {
  add(line: string): void;
  hash(): string;
}

/** `listen` gets each line: for a person who looks into one seed. */
export function createTrace(listen?: (line: string) => void): Trace {
  const lines = createHash('sha256');
  return {
    add(line) {
      lines.update(line).update('\n');
      listen?.(line);
    },
    hash: () => lines.copy().digest('hex').slice(0, 16),
  };
}
