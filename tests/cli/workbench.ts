import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { builtTeal } from './built-teal.ts';

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A JSON document of which nothing is known. */
export interface JsonObject {
  readonly [key: string]: object;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ran>;
  /** Resolves once stdout and stderr together match; rejects when the command ends before. */
  until(pattern: RegExp): Promise<string>;
}

/** A folder for a project, and a state folder whose runtime is nobody else's. */
export interface Workbench extends AsyncDisposable {
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly program: string;
  /** Runs teal to its end. */
  teal(...args: readonly string[]): Promise<Ran>;
  start(args: readonly string[]): Running;
  write(path: string, text: string): void;
  read(path: string): string;
  /** Changes a JSON file. */
  edit(path: string, change: (document: JsonObject) => object): void;
}

/** Opens an empty folder; with it end the runtime that was started and everything written. */
export async function openWorkbench(): Promise<Workbench> {
  const program = await builtTeal();
  const room = mkdtempSync(join(realpathSync(tmpdir()), 'teal-cli-'));
  const folder = join(room, 'shop');
  mkdirSync(folder);
  const { PATH } = process.env;
  const environment = {
    PATH,
    HOME: room,
    XDG_STATE_HOME: join(room, 'state'),
    COLUMNS: '80',
    USER: 'ana',
    TERM: 'xterm',
  };

  const start = (args: readonly string[]): Running => {
    const child = spawn(process.execPath, [program, ...args], {
      cwd: folder,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    const watchers = new Set<() => void>();
    const grown = (): void => {
      for (const watcher of watchers) watcher();
    };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      grown();
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      grown();
    });
    const ended = new Promise<Ran>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, stdout, stderr }));
    });
    return {
      child,
      ended,
      until(pattern) {
        return new Promise((resolve, reject) => {
          const look = (): void => {
            if (!pattern.test(stdout + stderr)) return;
            watchers.delete(look);
            resolve(stdout + stderr);
          };
          watchers.add(look);
          look();
          ended.then(
            () => reject(new Error(`teal ${args.join(' ')} ended without ${pattern}:\n${stdout}${stderr}`)),
            reject,
          );
        });
      },
    };
  };
  const read = (path: string): string => readFileSync(join(folder, path), 'utf8');
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  return {
    folder,
    environment,
    program,
    start,
    teal: (...args) => start(args).ended,
    read,
    write,
    edit: (path, change) => write(path, `${JSON.stringify(change(JSON.parse(read(path))), null, 2)}\n`),
    async [Symbol.asyncDispose]() {
      await start(['local', 'stop']).ended;
      rmSync(room, { recursive: true, force: true });
    },
  };
}
