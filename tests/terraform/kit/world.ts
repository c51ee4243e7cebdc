import type { ChildProcess } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { aMoto } from '../../conformance/servers.ts';
import { fewerCollections, providerMirror } from '../../field/terraform.ts';
import { writeNodeApp } from '../../integration/engine/kit/app.ts';
import { type Json, startTeal, type TealResult, type TealRun, wordsOf } from '../../integration/engine/kit/teal-run.ts';
import { type ClientOptions, clientOptions } from '../../integration/local-runtime.ts';
import { aProvider, type Provider } from './provider.ts';
import { aRoot, type Root } from './root.ts';

/** moto's own. The runtime and its fallback have the same, unless a world is given another. */
export const account = '123456789012';
export const environmentName = 'staging';

/**
 * A project with one environment, and an AWS of its own: the runtime in a process, moto behind it for what the runtime
 * leaves to its fallback (IAM, EC2).
 */
export interface World extends AsyncDisposable {
  readonly folder: string;
  readonly project: string;
  readonly endpoint: string;
  readonly client: ClientOptions;
  readonly region: string;
  /** Writes services/<name>.json, `fields` in place of what the kit says; an image by digest, as AWS wants it. */
  service(name: string, fields?: Json): void;
  removeService(name: string): void;
  /** Builds a version of the test application and names it in all services written from now on. */
  version(name: string): Promise<void>;
  /** Starts the built bundle's `teal` with `--json`, in the environment; `input` is its stdin, `endpoint` stands before the runtime. */
  start(args: readonly string[], input?: string, endpoint?: string): TealRun;
  /** Runs it to its end; fails the test unless it ends with `exitCode`. */
  teal(args: readonly string[], exitCode?: number): Promise<TealResult>;
  /** A copy of one of the project's roots (`services`, `platform`), initialised, with a local state of its own. */
  root(name: string, variables?: Json): Promise<Root>;
}

const repository = fileURLToPath(new URL('../../..', import.meta.url));
const bundle = join(repository, 'dist', 'teal.cjs');

export async function aWorld({
  region = 'eu-west-1',
  account: own = account,
  ...more
}: WorldOptions = {}): Promise<World> {
  if (!existsSync(bundle)) throw new Error('dist/teal.cjs is missing: "npm run build" makes it');
  const folder = mkdtempSync(join(tmpdir(), 'teal-world-'));
  const project = join(folder, 'project');
  const state = join(folder, 'state');
  const dataDir = join(state, 'teal', 'local');
  for (const path of [join(project, 'services'), join(project, 'environments'), join(folder, 'bin')])
    mkdirSync(path, { recursive: true });
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const write = (path: string, value: object): void =>
    writeFileSync(join(project, path), `${JSON.stringify(value, null, 2)}\n`);
  write('teal.json', { name: 'world' });
  write(`environments/${environmentName}.json`, {
    account: own,
    region,
    size: 'frugal',
    allowEndpoint: true,
    ...more.environment,
  });
  cpSync(join(repository, 'terraform'), join(folder, 'terraform'), {
    recursive: true,
    filter: isSource,
  });
  writeFileSync(join(folder, 'bin', 'teal'), `#!/bin/sh\nexec "${process.execPath}" "${bundle}" "$@"\n`);
  chmodSync(join(folder, 'bin', 'teal'), 0o755);

  const moto = await aMoto({ ...process.env, MOTO_ACCOUNT_ID: own });
  if (!moto) throw new Error('moto_server is not on the PATH');
  // moto loads a service at its first call, which takes longer than a call of teal's waits.
  for (const action of ['Action=DescribeVpcs&Version=2016-11-15', 'Action=ListRoles&Version=2010-05-08'])
    await fetch(moto.endpoint, {
      method: 'POST',
      headers: signedFor(action.includes('Vpcs') ? 'ec2' : 'iam', region),
      body: action,
    });
  const program = more.packaged ? aPackage(join(folder, 'package'), more.packaged) : bundle;
  const running = new Set<ChildProcess>();
  const local = {
    PATH: [join(folder, 'bin'), process.env.PATH ?? ''].join(delimiter),
    HOME: folder,
    LANG: 'C.UTF-8',
    XDG_STATE_HOME: state,
  };
  const run = async (args: readonly string[], environment: NodeJS.ProcessEnv, exitCode = 0): Promise<TealResult> => {
    const result = await startTeal(program, [...args, '--json'], { cwd: project, environment, running }).ended;
    if (result.exitCode !== exitCode)
      throw new Error(`teal ${args.join(' ')}: expected exit code ${exitCode}\n${wordsOf(result)}`);
    return result;
  };
  await run(['local', 'start', '--port', '0', '--account', own, '--fallback', moto.endpoint], local);
  const { endpoint }: { endpoint: string } = JSON.parse(readFileSync(join(dataDir, 'runtime.json'), 'utf8'));
  const cloud = {
    ...local,
    TEAL_ENVIRONMENT: environmentName,
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_EC2_METADATA_DISABLED: 'true',
    ...fewerCollections,
    TF_CLI_CONFIG_FILE: '/dev/null',
    TF_CLI_ARGS_init: `-plugin-dir=${providerMirror()}`,
  };
  let image = `123456789012.dkr.ecr.${region}.amazonaws.com/none@sha256:${'0'.repeat(64)}`;
  let roots = 0;
  const providers = new Set<Provider>();

  return {
    folder,
    project,
    endpoint,
    client: clientOptions(endpoint, region),
    region,
    service: (name, fields = {}) => write(`services/${name}.json`, { ...usual, image, ...fields }),
    removeService: (name) => rmSync(join(project, 'services', `${name}.json`)),
    async version(name) {
      writeNodeApp(join(folder, 'app'), { name });
      const { documents } = await run(['image', 'build', join(folder, 'app')], local);
      image = String(documents.at(-1)?.reference);
    },
    start: (args, input, before = endpoint) =>
      startTeal(program, [...args, '--json'], {
        cwd: project,
        environment: { ...cloud, AWS_ENDPOINT_URL: before },
        running,
        input,
      }),
    teal: (args, exitCode) => run(args, cloud, exitCode),
    async root(name, variables = {}) {
      const provider = await aProvider(cloud);
      if (provider) providers.add(provider);
      return aRoot({
        source: join(folder, 'terraform', name),
        state: join(folder, `state-${++roots}`),
        mirror: providerMirror() ?? '',
        environment: { ...cloud, ...provider?.environment },
        variables: { synced: join(project, '.teal', 'terraform', environmentName), ...variables },
      });
    },
    async [Symbol.asyncDispose]() {
      for (const child of running) child.kill('SIGKILL');
      for (const provider of providers) provider[Symbol.dispose]();
      await run(['local', 'stop'], local).catch(() => undefined);
      await moto[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}

/** What a signature tells before it is verified, which moto doesn't do: whose call this is. */
const signedFor = (service: string, region: string): Record<string, string> => ({
  'content-type': 'application/x-www-form-urlencoded',
  authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/${region}/${service}/aws4_request, SignedHeaders=host, Signature=0`,
});

interface WorldOptions {
  readonly region?: string;
  readonly account?: string;
  /** Fields of environments/staging.json in place of the kit's own. */
  readonly environment?: Json;
  /** Makes `teal` run from a package of its own, whose folder `terraform` this may change first. */
  readonly packaged?: (terraform: string) => void;
}

/** What npm would install, as far as it is run. */
function aPackage(folder: string, change: (terraform: string) => void): string {
  cpSync(join(repository, 'dist'), join(folder, 'dist'), { recursive: true });
  cpSync(join(repository, 'terraform'), join(folder, 'terraform'), { recursive: true, filter: isSource });
  change(join(folder, 'terraform'));
  return join(folder, 'dist', 'teal.cjs');
}

const isSource = (path: string): boolean => !/\/\.terraform($|\/)|\.tfstate/.test(path);

/** The shortest times that AWS's ranges allow. */
const usual = {
  port: 8080,
  routes: [{ path: '/*', priority: 10 }],
  targetHealthCheck: { path: '/health', interval: '5s', timeout: '2s' },
  scaling: { min: 1 },
  deregistrationDelay: '3s',
  stopTimeout: '2s',
  deployment: {
    strategy: 'all-at-once',
    healthTimeout: '1m',
    bake: '1s',
    keepWarm: '15m',
  },
};
