import { expect } from 'vitest';
import { normalise } from './normalise.ts';
import type { Ran, Workbench } from './workbench.ts';

/** Runs commands and keeps what they print, to be compared with a golden file: input and output in one. */
export interface Session {
  run(...args: readonly string[]): Promise<Ran>;
  /** Says what happened besides. */
  say(line: string): void;
  /** Compares with `tests/golden/cli/<name>.txt`; `--update` writes it. */
  compare(name: string): Promise<void>;
}

export function recordSession(bench: Workbench): Session {
  const parts: string[] = [];
  return {
    async run(...args) {
      const ran = await bench.teal(...args);
      const body = `${ran.stderr}${ran.stdout}`.trimEnd();
      parts.push(`$ teal ${args.join(' ')}\n${body}${ran.code === 0 ? '' : `\n[exit ${ran.code}]`}\n`);
      return ran;
    },
    say: (line) => parts.push(`# ${line}\n`),
    compare: (name) =>
      expect(normalise(parts.join('\n'), bench.folder)).toMatchFileSnapshot(`../golden/cli/${name}.txt`),
  };
}
