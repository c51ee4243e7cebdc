import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Script } from 'node:vm';

/** What `require` of a bundle gives, and how to keep what V8 has compiled of it. */
export interface CompiledBundle {
  readonly exports: unknown;
  /** Keeps it where nothing usable was kept. Never throws: it is only about speed. */
  keep(): void;
}

/**
 * Loads a CommonJS bundle with what V8 compiled of it in an earlier process: half of a short command's time would go
 * into compiling the same functions again. V8 itself refuses what another version of Node or other flags have made.
 * `cacheFile` names the bundle's content, for V8 compares nothing but its length.
 */
export function compiledBundle(file: string, cacheFile: string): CompiledBundle {
  const source = `(function (exports, require, module, __filename, __dirname) {${readFileSync(file, 'latin1')}\n})`;
  const cachedData = contentOf(cacheFile);
  const script = new Script(source, { filename: file, ...(cachedData && { cachedData }) });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(file), module, file, dirname(file));
  return {
    exports: module.exports,
    keep() {
      if (cachedData && !script.cachedDataRejected) return;
      try {
        write(cacheFile, script.createCachedData());
      } catch {
        // A folder that can't be written to is no reason to fail.
      }
    },
  };
}

function contentOf(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

/** By another name first: no process ever reads half of it. What is kept of other bundles goes. */
function write(file: string, bytes: Buffer): void {
  const folder = dirname(file);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, bytes, { mode: 0o600 });
  renameSync(unfinished, file);
  for (const other of readdirSync(dirname(folder))) {
    if (join(dirname(folder), other) !== folder) rmSync(join(dirname(folder), other), { recursive: true, force: true });
  }
}
