import manifest from '../../package.json' with { type: 'json' };
import { runLocalRuntime } from './run-local-runtime.ts';

/** The entry of a runtime in a process of its own. */
void runLocalRuntime(process.argv.slice(2), manifest.version).then((code) => process.exit(code));
