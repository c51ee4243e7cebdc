import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { workFolder } from './working-state.ts';

/**
 * The roots and modules that came with teal, as a copy in the project: Terraform writes beside what it reads, and the
 * folder of a package may be somebody else's. One copy for each content, so that two processes can work at once.
 */
export function copyRoots(source: string, project: string): string {
  const files = filesUnder(source);
  const hash = createHash('sha256');
  for (const file of files)
    hash
      .update(`${relative(source, file)}\0`)
      .update(readFileSync(file))
      .update('\0');
  const all = join(workFolder(project), 'roots');
  const copy = join(all, hash.digest('hex').slice(0, 12));
  if (existsSync(copy)) return copy;
  mkdirSync(all, { recursive: true });
  const made = mkdtempSync(join(all, 'new-'));
  for (const file of files) cpSync(file, join(made, relative(source, file)));
  try {
    renameSync(made, copy);
  } catch (error) {
    // Another process was faster.
    rmSync(made, { recursive: true });
    if (!existsSync(copy)) throw error;
  }
  return copy;
}

/** Without what Terraform itself left there, and without tests. */
function filesUnder(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !['.terraform', '.terraform.lock.hcl', 'tests'].includes(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? filesUnder(path) : [path];
    });
}
