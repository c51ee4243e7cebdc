import { execFile, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** A folder where Terraform finds the AWS provider without the network; undefined where there is none. */
export function providerMirror(): string | undefined {
  return candidates().find((folder) => existsSync(join(folder, 'registry.terraform.io', 'hashicorp', 'aws')));
}

/** What says where it is, then the places that Terraform itself looks in, then what is beside other programs. */
function candidates(): readonly string[] {
  const { TF_PLUGIN_DIR, TF_CLI_ARGS_init = '', TF_CLI_CONFIG_FILE, XDG_DATA_HOME } = process.env;
  const argument = /-plugin-dir[= ](\S+)/.exec(TF_CLI_ARGS_init)?.[1];
  const data = XDG_DATA_HOME ?? join(homedir(), '.local', 'share');
  const usual = [
    join(homedir(), '.terraform.d', 'plugins'),
    join(data, 'terraform', 'plugins'),
    '/usr/local/share/terraform/plugins',
    '/usr/share/terraform/plugins',
  ];
  const beside = existsSync('/opt') ? readdirSync('/opt').map((name) => join('/opt', name)) : [];
  const configured = mirrorsIn(TF_CLI_CONFIG_FILE ?? join(homedir(), '.terraformrc'));
  return [TF_PLUGIN_DIR, argument, ...configured, ...usual, ...beside].filter((folder) => folder !== undefined);
}

/** `filesystem_mirror { path = "…" }` of Terraform's own configuration. */
function mirrorsIn(file: string): readonly string[] {
  if (!existsSync(file)) return [];
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/filesystem_mirror\s*\{[^}]*?path\s*=\s*"([^"]+)"/g)].map(([, path = '']) => path);
}

/** Terraform and its provider are Go: with more memory before it collects, a plan takes a third less of the processor. */
export const fewerCollections = { GOGC: '400' } as const;

/** Why Terraform can't be run here; undefined when it can. */
export function whyNoTerraform(): string | undefined {
  const runs = (program: string, argument: string) => spawnSync(program, [argument], { stdio: 'ignore' }).status === 0;
  if (!runs('terraform', 'version')) return 'terraform is not on the PATH';
  if (providerMirror() === undefined) return 'no folder with the AWS provider (TF_PLUGIN_DIR)';
  if (!runs('moto_server', '--help')) return 'moto_server is not on the PATH (pip install "moto[server]")';
  return undefined;
}

export interface TerraformRun {
  readonly code: number;
  readonly output: string;
}

/** Runs a command of Terraform in a root, with an AWS that answers at `endpoint` and nothing of the user's. */
export function terraform(root: string, endpoint: string, ...args: readonly string[]): Promise<TerraformRun> {
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: root,
    ...fewerCollections,
    TF_CLI_CONFIG_FILE: '/dev/null',
    TF_IN_AUTOMATION: 'true',
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: 'us-east-1',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  return new Promise((resolve, reject) => {
    execFile('terraform', [...args, '-no-color'], { cwd: root, env, maxBuffer: 64 << 20 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : error.code;
      if (typeof code === 'number') resolve({ code, output: stdout + stderr });
      else reject(error);
    });
  });
}
