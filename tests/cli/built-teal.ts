import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const root = new URL('../..', import.meta.url).pathname;
const program = join(root, 'dist', 'teal.cjs');
const lock = join(root, 'node_modules', '.teal-build');

/** The bundle, built anew where a source is newer: by one test file, while the others wait. */
export async function builtTeal(): Promise<string> {
  while (isStale()) {
    try {
      mkdirSync(lock);
    } catch {
      await sleep(100);
      continue;
    }
    try {
      if (isStale())
        execFileSync(process.execPath, ['--import', 'tsx', 'scripts/build.ts'], { cwd: root, stdio: 'pipe' });
    } finally {
      rmSync(lock, { recursive: true });
    }
  }
  return program;
}

function isStale(): boolean {
  if (!existsSync(program)) return true;
  const built = Math.min(...['app.cjs', 'runtime.cjs'].map((name) => statSync(join(root, 'dist', name)).mtimeMs));
  const sources = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true });
  return sources.some(
    (entry) =>
      entry.isFile() &&
      !entry.name.endsWith('.test.ts') &&
      statSync(join(entry.parentPath, entry.name)).mtimeMs > built,
  );
}
