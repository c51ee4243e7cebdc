import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fewerCollections, providerMirror } from '../../field/terraform.ts';

/** A provider that serves one command of Terraform after the other. */
export interface Provider extends Disposable {
  /** What leads Terraform to it. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Starts the AWS provider as its developers do to debug it: Terraform starts it several times a command, and most of a
 * small plan's time goes there. It keeps the settings of the command that came last, so that each root needs its own.
 * Undefined where the mirror has only archives, which Terraform unpacks itself.
 */
export async function aProvider(environment: NodeJS.ProcessEnv): Promise<Provider | undefined> {
  const program = providerProgram();
  if (program === undefined) return undefined;
  const child = spawn(program, ['-debug'], {
    env: { ...environment, ...fewerCollections },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const attach = await whatItSays(child);
  return {
    environment: { TF_REATTACH_PROVIDERS: attach },
    [Symbol.dispose]: () => void child.kill('SIGINT'),
  };
}

function providerProgram(): string | undefined {
  const mirror = providerMirror();
  const files = mirror === undefined ? [] : readdirSync(mirror, { recursive: true, encoding: 'utf8' });
  const found = files.find((file) => /(^|\/)terraform-provider-aws_v[\d.]+(_x5)?$/.test(file));
  return mirror === undefined || found === undefined ? undefined : join(mirror, found);
}

/** It prints the line that a developer would put into a shell. */
function whatItSays(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      const [, attach] = /TF_REATTACH_PROVIDERS='(.*)'/.exec(output) ?? [];
      if (attach !== undefined) resolve(attach);
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the provider ended with ${code}: ${output}`)));
  });
}
