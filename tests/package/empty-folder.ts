import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A person's empty folder, with a home and a state folder of its own: nothing of this clone or user is seen there. */
export interface EmptyFolder extends Disposable {
  readonly path: string;
  /** Runs a program there; `until` interrupts it as ^C would, once its output shows that text. */
  run(program: string, args: readonly string[], options?: { readonly until?: string }): Promise<Ran>;
}

/** The packed package, as npm would publish it. */
export interface Packed {
  readonly tarball: string;
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly string[];
}

const clone = new URL('../..', import.meta.url).pathname;

/** Packs what was built last. */
export async function pack(into: EmptyFolder): Promise<Packed> {
  const packed = await runIn(clone, into.path, 'npm', ['pack', '--json', '--pack-destination', into.path]);
  if (packed.code !== 0) throw new Error(`npm pack: ${packed.stderr}`);
  const [told] = JSON.parse(packed.stdout);
  const [name = ''] = readdirSync(into.path).filter((file) => file.endsWith('.tgz'));
  const files: readonly { readonly path: string }[] = told.files;
  return {
    tarball: join(into.path, name),
    size: told.size,
    unpackedSize: told.unpackedSize,
    files: files.map(({ path }) => path),
  };
}

/** Makes an empty folder; with it goes all that was made in it. */
export function emptyFolder(): EmptyFolder {
  const room = mkdtempSync(join(realpathSync(tmpdir()), 'teal-package-'));
  const path = join(room, 'shop');
  for (const folder of ['shop', 'home', 'state', 'tmp']) mkdirSync(join(room, folder), { mode: 0o700 });
  return {
    path,
    run: (program, args, options) => runIn(path, path, program, args, options?.until),
    [Symbol.dispose]: () => rmSync(room, { recursive: true, force: true }),
  };
}

function runIn(cwd: string, owner: string, program: string, args: readonly string[], until?: string): Promise<Ran> {
  const room = join(owner, '..');
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: {
        PATH: process.env.PATH,
        HOME: join(room, 'home'),
        TMPDIR: join(room, 'tmp'),
        XDG_STATE_HOME: join(room, 'state'),
        npm_config_cache: join(room, 'home', '.npm'),
        npm_config_update_notifier: 'false',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      if (until !== undefined && stdout.includes(until)) child.kill('SIGINT');
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}
