import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { conformanceFolder, type ListedCase, type Models } from './suite.ts';

/** How one case ended. */
export interface CaseResult {
  readonly case: string;
  readonly ok: boolean;
  readonly seconds: number;
  readonly message: string | null;
}

/** Why the cases can't be run here; undefined when they can. */
export function whyNot(environment: NodeJS.ProcessEnv): string | undefined {
  const runs = (program: string, ...args: readonly string[]) =>
    spawnSync(program, args, { stdio: 'ignore', env: environment }).status === 0;
  if (!runs('python3', '-c', 'import boto3')) return 'python3 has no boto3 (pip install boto3)';
  if (!runs('aws', '--version')) return 'aws is not on the PATH (pip install awscli)';
  return undefined;
}

/** All cases, and what botocore documents of these services. */
export function listCases(
  services: readonly string[],
  environment: NodeJS.ProcessEnv,
): { readonly cases: readonly ListedCase[]; readonly models: Models } {
  const args = [join(conformanceFolder, 'run.py'), '--list', '--models', services.join(',')];
  const { stdout, stderr, status } = spawnSync('python3', args, {
    encoding: 'utf8',
    env: environment,
    maxBuffer: 100_000_000,
  });
  if (status !== 0) throw new Error(`the cases can't be read:\n${stderr}`);
  return JSON.parse(stdout);
}

/** Runs cases in several Python processes with several threads each, and tells each result as it comes. */
export async function runCases(options: {
  readonly endpoint: string | undefined;
  readonly service?: string | undefined;
  readonly case?: string | undefined;
  readonly patienceSeconds: number;
  readonly processes: number;
  readonly threads: number;
  readonly environment: NodeJS.ProcessEnv;
  readonly onResult?: (result: CaseResult) => void;
}): Promise<readonly CaseResult[]> {
  const results: CaseResult[] = [];
  const shards = Array.from({ length: options.processes }, (_, at) => `${at + 1}/${options.processes}`);
  await Promise.all(
    shards.map(
      (shard) =>
        new Promise<void>((resolve, reject) => {
          const args = [
            ...[join(conformanceFolder, 'run.py'), '--shard', shard],
            ...['--threads', `${options.threads}`, '--patience', `${options.patienceSeconds}`],
            ...(options.endpoint === undefined ? [] : ['--endpoint', options.endpoint]),
            ...(options.service === undefined ? [] : ['--service', options.service]),
            ...(options.case === undefined ? [] : ['--case', options.case]),
          ];
          const child = spawn('python3', args, { stdio: ['ignore', 'pipe', 'inherit'], env: options.environment });
          createInterface(child.stdout).on('line', (line) => {
            const result: CaseResult = JSON.parse(line);
            results.push(result);
            options.onResult?.(result);
          });
          child.once('error', reject);
          child.once('close', (code) =>
            code === 0 ? resolve() : reject(new Error(`run.py ${shard} ended with ${code}`)),
          );
        }),
    ),
  );
  return results;
}
