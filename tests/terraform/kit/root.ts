import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '../../integration/engine/kit/teal-run.ts';

/** One root of Terraform with its state. */
export interface Root {
  /** The file of its variables. */
  readonly variables: string;
  /** Runs a command of Terraform; fails the test unless it ends with one of `codes` (0). */
  run(args: readonly string[], codes?: readonly number[]): Promise<TerraformEnd>;
  /** Applies, and tells what was done: "12 added, 0 changed, 0 destroyed". */
  apply(...more: readonly string[]): Promise<string>;
  /** What a plan would do, by address; empty where there is nothing to do. */
  plan(...more: readonly string[]): Promise<readonly PlannedChange[]>;
  /** Destroys, or is refused. */
  destroy(): Promise<TerraformEnd>;
  /** Applies, and tells besides what was planned. */
  change(): Promise<{ readonly done: string; readonly changes: readonly PlannedChange[] }>;
  /** Changes a variable for what is run from now on. */
  set(variables: Json): void;
}

export interface TerraformEnd {
  readonly code: number;
  readonly output: string;
}

export interface PlannedChange {
  readonly address: string;
  /** `create`, `update`, `delete`, or `replace`. */
  readonly action: string;
}

export interface RootOptions {
  readonly source: string;
  /** The folder of Terraform's own files and of the state. */
  readonly state: string;
  /** Where the provider is. */
  readonly mirror: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly variables: Json;
}

/** The root as it is but for its backend, which is a file, and for the provider's patience. */
export async function aRoot({ source, state, mirror, environment, variables }: RootOptions): Promise<Root> {
  mkdirSync(state, { recursive: true });
  writeFileSync(join(source, 'test_override.tf'), override);
  const file = join(state, 'test.tfvars.json');
  let now = variables;
  const save = (): void => writeFileSync(file, JSON.stringify(now));
  save();
  const env = {
    ...environment,
    TF_CLI_CONFIG_FILE: '/dev/null',
    TF_IN_AUTOMATION: 'true',
    TF_INPUT: '0',
    TF_DATA_DIR: join(state, 'data'),
  };
  const run: Root['run'] = async (args, codes = [0]) => {
    const end = await terraform(source, env, [...args, '-no-color']);
    if (!codes.includes(end.code))
      throw new Error(`terraform ${args.join(' ')}: exit code ${end.code}\n${messagesOf(end.output)}`);
    return end;
  };
  await run(['init', `-plugin-dir=${mirror}`, `-backend-config=path=${join(state, 'terraform.tfstate')}`]);
  const given = `-var-file=${file}`;
  return {
    variables: file,
    run,
    set(changed) {
      now = { ...now, ...changed };
      save();
    },
    destroy: () => run(['destroy', '-auto-approve', given], [0, 1]),
    async apply(...more) {
      // A saved plan has its variables in it.
      const saved = more.some((argument) => !argument.startsWith('-'));
      const { output } = await run(['apply', '-auto-approve', ...(saved ? [] : [given]), ...more]);
      const [, done = output] = /Apply complete! Resources: (.*)\./.exec(output) ?? [];
      return done;
    },
    async change() {
      const { output } = await run(['apply', '-auto-approve', '-json', given]);
      const [, done = output] = /Apply complete! Resources: (.*?)\./.exec(output) ?? [];
      return { done, changes: changesIn(output) };
    },
    async plan(...more) {
      const { code, output } = await run(['plan', '-detailed-exitcode', '-json', given, ...more], [0, 2]);
      const changes = changesIn(output);
      // Outputs that change are a difference, too, and no resource's.
      if (code === 2 && changes.length === 0) return [{ address: 'output', action: 'update' }];
      return changes;
    },
  };
}

const override = `terraform {
  backend "local" {}
}

provider "aws" {
  max_retries = 2
}
`;

/** In the lines that `plan -json` prints. */
function changesIn(output: string): readonly PlannedChange[] {
  return output.split('\n').flatMap((line): PlannedChange[] => {
    if (!line.startsWith('{')) return [];
    const message: PlanMessage = JSON.parse(line);
    const { change } = message;
    if (message.type !== 'planned_change' || !change || change.action === 'read') return [];
    return [{ address: change.resource.addr, action: change.action }];
  });
}

/** For people: of the lines that `-json` prints the messages. */
const messagesOf = (output: string): string =>
  output.replaceAll(/^\{"@level":"\w+","@message":"(.*?)","@module".*$/gm, '$1');

interface PlanMessage {
  readonly type: string;
  readonly change?: { readonly action: string; readonly resource: { readonly addr: string } };
}

function terraform(cwd: string, env: NodeJS.ProcessEnv, args: readonly string[]): Promise<TerraformEnd> {
  return new Promise((resolve, reject) => {
    const child = spawn('terraform', args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? 1, output }));
  });
}
