import { findProjectRoot } from '../config/index.ts';
import { findRuntime, runtimeData } from './runtime-process.ts';

/** `teal` alone: what is going on here and what one would do next. */
export async function overview(out: { write(text: string): unknown }): Promise<void> {
  const root = findProjectRoot(process.cwd());
  const runtime = await findRuntime(runtimeData(process.env));
  const here = root === undefined ? 'There is no project here: "teal init" starts one.' : `Project in ${root}.`;
  const local = runtime ? `The local runtime answers at ${runtime.endpoint}.` : 'The local runtime does not run.';
  const next =
    root === undefined ? 'teal init, or teal demo to see what it does' : runtime ? 'teal status' : 'teal deploy';
  out.write(`${here}\n${local}\nNext: ${next}. All commands: teal --help.\n`);
}
