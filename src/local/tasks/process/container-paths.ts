import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { isAbsolute, join, posix, resolve } from 'node:path';

/** Where paths of an image are on this machine. */
export interface ContainerPaths {
  /** The task's copy of the image's content. */
  readonly root: string;
  /** Of the image: what COPY and WORKDIR made. */
  readonly roots: readonly string[];
}

/** An absolute path inside the image, also one that does not exist yet. */
export const insideRoot = (paths: ContainerPaths, path: string): string => join(paths.root, posix.resolve('/', path));

/**
 * Replaces absolute paths that mean the image by those of the task's copy, also inside a shell's command line and
 * after an `=`. Others, such as /bin/sh, are this machine's.
 */
export function mapPaths(paths: ContainerPaths, text: string): string {
  return text.replace(/(?<![\w./~$}-])\/[\w.@%+-][^\s'"`;:,=|&()<>]*/g, (path) => mapPath(paths, path));
}

function mapPath(paths: ContainerPaths, path: string): string {
  if (!paths.roots.some((root) => root !== '/' && (path === root || path.startsWith(`${root}/`)))) return path;
  const mapped = insideRoot(paths, path);
  return existsSync(mapped) || !existsSync(path) ? mapped : path;
}

/** `$PATH` of a task: what the image added of its own content, then this machine's. */
export function searchPath(paths: ContainerPaths, own: string | undefined, host: string): string {
  const added = (own ?? '')
    .split(':')
    .map((folder) => ({ folder, mapped: mapPaths(paths, folder) }))
    .filter(({ folder, mapped }) => folder !== mapped)
    .map(({ mapped }) => mapped);
  return [...added, host].join(':');
}

export type Program =
  | { readonly kind: 'found'; readonly path: string }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'not-executable' };

/**
 * Finds the program of a command. An interpreter at a place that only the base image has (`/usr/local/bin/node`) is
 * looked for by its name, and `python` may be this machine's `python3`.
 */
export function findProgram(name: string, cwd: string, path: string): Program {
  if (name.includes('/')) {
    const there = look(resolve(cwd, name));
    return there.kind === 'not-found' && isAbsolute(name) ? findByName(posix.basename(name), path) : there;
  }
  return findByName(name, path);
}

function findByName(name: string, path: string): Program {
  for (const candidate of name === 'python' ? [name, 'python3'] : [name]) {
    for (const folder of path.split(':')) {
      const program = look(join(folder || '.', candidate));
      if (program.kind === 'found') return program;
    }
  }
  return { kind: 'not-found' };
}

function look(path: string): Program {
  try {
    if (!statSync(path).isFile()) return { kind: 'not-executable' };
  } catch {
    return { kind: 'not-found' };
  }
  try {
    accessSync(path, constants.X_OK);
    return { kind: 'found', path };
  } catch {
    return { kind: 'not-executable' };
  }
}
