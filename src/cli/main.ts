import { homedir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import manifest from '../../package.json' with { type: 'json' };
import { type CompiledBundle, compiledBundle } from './compiled-bundle.ts';

/** Set by the build: what the content of `app.cjs` is called. */
declare const bundledApp: string | undefined;

type App = typeof import('./app.ts');

/** The entry of `teal`: answers `--version` before anything else is loaded. */
const args = process.argv.slice(2);
if (args.length === 1 && (args[0] === '--version' || args[0] === '-V')) {
  process.stdout.write(`${manifest.version}\n`);
} else {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  // For the seconds that a command lives: few collections, and none that makes threads of a busy machine wait for each other.
  setFlagsFromString('--semi-space-growth-factor=16');
  setFlagsFromString('--no-parallel-scavenge');
  load().then(
    async ({ app: { runCli }, bundle }) => {
      process.exitCode = await runCli(args, manifest.version);
      if (process.exitCode === 0) bundle?.keep();
    },
    (error: unknown) => {
      process.stderr.write(`teal could not be loaded: ${error instanceof Error ? error.message : String(error)}\n`);
      process.exitCode = 1;
    },
  );
}

/** The commands: of the bundle, or of the sources where these are run as they are. */
async function load(): Promise<{ readonly app: App; readonly bundle: CompiledBundle | undefined }> {
  if (typeof bundledApp === 'undefined') return { app: await import('./app.ts'), bundle: undefined };
  const bundle = compiledBundle(join(__dirname, 'app.cjs'), keptFor(bundledApp));
  return { app: bundle.exports as App, bundle };
}

/** For each command a file: each compiles what it needs. */
function keptFor(name: string): string {
  const folder = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  const command = /^[a-z]+$/.exec(args[0] ?? '')?.[0] ?? 'teal';
  return join(folder, 'teal', 'compiled', name, command);
}
