import { spawn } from 'node:child_process';
import { StringDecoder } from 'node:string_decoder';
import { ImageError } from './image-error.ts';

export interface LocalBuild {
  /** The private copy of the context. */
  readonly folder: string;
  readonly commands: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly onOutput: (line: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Runs the commands of `local.build`, one after the other, each by `/bin/sh` in a process group of its own.
 * @throws ImageError when one fails; what it printed went to `onOutput`.
 */
export async function runLocalBuild(build: LocalBuild): Promise<void> {
  for (const command of build.commands) {
    build.signal.throwIfAborted();
    const end = await run(command, build, build.onOutput);
    build.signal.throwIfAborted();
    if (end !== 'exit code 0') {
      throw new ImageError(`local.build: "${command}" ended with ${end}.`);
    }
  }
}

function run(command: string, build: LocalBuild, onLine: (line: string) => void): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('/bin/sh', ['-c', command], {
      cwd: build.folder,
      env: { ...build.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const stop = () => {
      if (child.pid !== undefined) killGroup(child.pid);
    };
    build.signal.addEventListener('abort', stop, { once: true });
    const flushes = [child.stdout, child.stderr].map((stream) => {
      const decoder = new StringDecoder('utf8');
      let rest = '';
      stream.on('data', (chunk: Buffer) => {
        const lines = (rest + decoder.write(chunk)).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) onLine(line.replace(/\r$/, ''));
      });
      return () => {
        if (rest) onLine(rest);
      };
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      build.signal.removeEventListener('abort', stop);
      for (const flush of flushes) flush();
      resolve(signal ? `signal ${signal}` : `exit code ${code}`);
    });
  });
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Already gone.
  }
}
