import { spawn } from 'node:child_process';
import type { TerraformBinary } from './terraform-binary.ts';

/** Where a command of Terraform is run. */
export interface RunPlace {
  /** The folder with the root's `.tf` files. */
  readonly folder: string;
  /** Where Terraform keeps what belongs to one state: `TF_DATA_DIR`. */
  readonly dataDir: string;
}

export interface TerraformRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs Terraform. */
export interface Terraform {
  /** Shows what it prints as it comes unless `silent`. */
  run(place: RunPlace, args: readonly string[], how?: { readonly silent?: boolean }): Promise<TerraformRun>;
}

export interface TerraformSurroundings {
  /** The variables of this process. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Values that a root may take and keeps nowhere: they reach it through the environment, in no file and no argument. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Shows what Terraform prints, as it comes. */
  readonly show: (text: string) => void;
  /** Aborted when it shall end: it then finishes what it is at, writes its state and gives the lock back. */
  readonly interrupt: AbortSignal;
}

/** Variables of the user's that would lead a command to another state or hide what it says. */
const ours = ['TF_WORKSPACE', 'TF_DATA_DIR', 'TF_CLI_ARGS'];

export function terraformProcess(binary: TerraformBinary, surroundings: TerraformSurroundings): Terraform {
  const { variables, secrets, show, interrupt } = surroundings;
  const kept = Object.entries(variables).filter(([name]) => !ours.includes(name) && !name.startsWith('TF_VAR_'));
  const given = Object.entries(secrets).map(([name, value]) => [`TF_VAR_${name}`, value]);
  return {
    run({ folder, dataDir }, args, { silent = false } = {}) {
      return new Promise((resolve, reject) => {
        interrupt.throwIfAborted();
        const child = spawn(binary.program, [...args], {
          cwd: folder,
          env: {
            ...Object.fromEntries([...kept, ...given]),
            TF_DATA_DIR: dataDir,
            TF_IN_AUTOMATION: 'true',
            TF_INPUT: '0',
          },
          stdio: ['ignore', 'pipe', 'pipe'],
          // In a group of its own: a ^C of the terminal would reach it beside ours, and a second one makes it give up.
          detached: true,
        });
        const onInterrupt = (): void => void child.kill('SIGINT');
        interrupt.addEventListener('abort', onInterrupt, { once: true });
        const said = { stdout: '', stderr: '' };
        for (const stream of ['stdout', 'stderr'] as const) {
          child[stream].setEncoding('utf8').on('data', (text: string) => {
            said[stream] += text;
            if (!silent) show(text);
          });
        }
        child.once('error', (error) => {
          interrupt.removeEventListener('abort', onInterrupt);
          reject(error);
        });
        child.once('close', (code) => {
          interrupt.removeEventListener('abort', onInterrupt);
          resolve({ code: code ?? 1, ...said });
        });
      });
    },
  };
}
