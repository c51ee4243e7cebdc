import { Session } from 'node:inspector/promises';

/** A stretch of code that never ran. */
export interface Uncovered {
  readonly file: string;
  /** What stands before it. */
  readonly after: string;
  readonly text: string;
}

/** V8's own count of which blocks ran, for the files whose name matches. Start it before they are loaded. */
export async function startCoverage(files: RegExp): Promise<{ stop(): Promise<readonly Uncovered[]> }> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  return {
    async stop() {
      const { result } = await session.post('Profiler.takePreciseCoverage');
      await session.post('Debugger.enable');
      const uncovered: Uncovered[] = [];
      for (const script of result.filter(({ url }) => files.test(url))) {
        const { scriptSource } = await session.post('Debugger.getScriptSource', { scriptId: script.scriptId });
        for (const { startOffset, endOffset } of script.functions.flatMap(({ ranges }) =>
          ranges.filter(({ count }) => count === 0),
        )) {
          const text = scriptSource.slice(startOffset, endOffset).trim();
          const file = script.url.slice(script.url.lastIndexOf('/') + 1);
          uncovered.push({ file, after: scriptSource.slice(Math.max(0, startOffset - 60), startOffset), text });
        }
      }
      session.disconnect();
      return uncovered.filter(({ text }) => !cannotRun(text));
    },
  };
}

/** What no run can reach, as the transpiler writes it, and why. `decide.test.ts` has a case for each that is code of ours. */
const beyondReach: readonly { readonly text: RegExp; readonly because: string }[] = [
  { text: /unreachable\(/, because: 'the end of an exhaustive switch' },
  { text: /^(\?\?|:)\s*(''|""|0|100|void 0|\{.*\}|\[\]|Number\.NaN|null)$/, because: 'a fallback for the type alone' },
  { text: /POSITIVE_INFINITY|guards\.has/, because: 'a guard is left out' },
  { text: /^return\{do:"rest"\};?$/, because: 'only running deployments are driven, only ended ones swept' },
  { text: /^return void 0;?$/, because: 'a late write, and then no healthy target left to return to' },
  { text: /^return wait\("weights-to-show",plan\);?$/, because: 'weights that the journal explains never show it' },
  {
    text: /^return rollBack\(lost\);?$/,
    because: 'verifying, which sends some requests, would have to last a health time-out',
  },
  {
    text: /^return rollBack\(ecsFailed\(deployment,seen\)\);?$/,
    because: 'ECS never fails a deployment that it completed',
  },
  { text: /^[\s;})\]]*$|^__/, because: 'the transpiler adds it' },
];

const cannotRun = (text: string): boolean => beyondReach.some((known) => known.text.test(text));
