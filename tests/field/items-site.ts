import { chmodSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ssm } from '../../examples/demo/aws-call.ts';
import { textAt } from '../../examples/demo/json.ts';
import { type Teal, tealIn } from '../../examples/demo/teal.ts';
import { createWorkspace, installSample, npm, removeWorkspace, writeVersion } from '../../examples/demo/workspace.ts';

/** The sample with PostgreSQL, its first version live on a runtime of its own: what a person then works on by hand. */
export interface ItemsSite extends AsyncDisposable {
  readonly endpoint: string;
  readonly teal: Teal;
}

const root = fileURLToPath(new URL('../..', import.meta.url));

export async function anItemsSite(): Promise<ItemsSite> {
  const program = join(root, 'dist', 'teal.cjs');
  if (!existsSync(program)) throw new Error('dist/teal.cjs is missing: "npm run build" makes it');
  const workspace = createWorkspace(new AbortController().signal);
  const { project, environment, signal, database } = workspace;
  const teal = tealIn({ program, cwd: project, environment, signal });
  const npmDatabase = (...args: readonly string[]) =>
    npm(workspace, 'run', '-s', 'database', '--', ...args, '--data', database);
  const close = async () => {
    await Promise.allSettled([teal.run(['local', 'stop']), npmDatabase('stop')]);
    removeWorkspace(workspace);
  };
  try {
    chmodSync(workspace.folder, 0o711);
    await installSample(workspace, join(root, 'examples', 'items-api'));
    await teal.run(['local', 'start', '--port', '0']);
    const endpoint = textAt(JSON.parse(await teal.output(['local', 'status', '--json'])), 'endpoint');
    await npmDatabase('start');
    const Value = (await npmDatabase('status', '--print-url')).trim();
    await ssm(endpoint, 'PutParameter', { Name: '/items/database-url', Type: 'SecureString', Value });
    writeVersion(workspace, { version: 'v1', behaviour: { kind: 'normal' }, strategy: 'all-at-once' });
    await teal.run(['deploy', 'items', '--json']);
    return { endpoint, teal, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}
