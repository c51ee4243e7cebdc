import manifest from '../../package.json' with { type: 'json' };

/** The entry of `teal`: answers `--version` before anything else is loaded. */
const args = process.argv.slice(2);
if (args.length === 1 && (args[0] === '--version' || args[0] === '-V')) {
  process.stdout.write(`${manifest.version}\n`);
} else {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  import('./app.ts').then(
    async ({ runCli }) => {
      process.exitCode = await runCli(args, manifest.version);
    },
    (error: unknown) => {
      process.stderr.write(`teal could not be loaded: ${error instanceof Error ? error.message : String(error)}\n`);
      process.exitCode = 1;
    },
  );
}
