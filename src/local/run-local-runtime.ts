import { parseArgs } from 'node:util';
import { type Ms, ms } from '../base/index.ts';
import { type LocalRuntimeOptions, startLocalRuntime } from './server.ts';
import { engineSockets } from './tasks/container/engine-sockets.ts';

/**
 * The local runtime as a process of its own: `--port --data --account --driver --timing --fallback
 * --throttle --stale-reads`. With `--json` it prints one
 * line `{"endpoint":…}` when it is ready. SIGTERM and SIGINT end its tasks, then it; what goes wrong inside is told on
 * stderr, one JSON document per line.
 */
export async function runLocalRuntime(args: readonly string[], version: string): Promise<number> {
  const parsed = parseOptions(args, version);
  if (typeof parsed === 'string') {
    process.stderr.write(`${parsed}\n`);
    return 2;
  }
  const { json, options } = parsed;
  // Whoever reads the output may go before the runtime does.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  const signalled = new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => resolve());
  });
  try {
    await using runtime = await startLocalRuntime(options);
    const { endpoint } = runtime;
    process.stdout.write(json ? `${JSON.stringify({ endpoint })}\n` : `The local runtime answers at ${endpoint}\n`);
    await Promise.race([signalled, runtime.stopAsked]);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
  return 0;
}

function parseOptions(
  args: readonly string[],
  version: string,
): { readonly json: boolean; readonly options: LocalRuntimeOptions } | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        port: { type: 'string', default: '4566' },
        data: { type: 'string' },
        account: { type: 'string', default: '000000000000' },
        driver: { type: 'string', default: 'process' },
        timing: { type: 'string', default: 'instant' },
        fallback: { type: 'string' },
        throttle: { type: 'string' },
        'stale-reads': { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    });
    const { data, account, driver, timing, fallback, throttle, json } = values;
    const port = Number(values.port);
    if (data === undefined) return '--data <folder> is missing: where the runtime keeps its state.';
    if (!Number.isInteger(port) || port < 0 || port > 65_535) return `--port ${values.port}: expected 0 to 65535.`;
    if (!/^\d{12}$/.test(account)) return `--account ${account}: expected 12 digits.`;
    if (driver !== 'process' && driver !== 'container' && driver !== 'simulated') {
      return `--driver ${driver}: expected process, container or simulated.`;
    }
    if (timing !== 'aws-like' && timing !== 'instant') return `--timing ${timing}: expected aws-like or instant.`;
    if (fallback !== undefined && !isHttpOrigin(fallback)) {
      return `--fallback ${fallback}: expected http://host:port.`;
    }
    if (throttle !== undefined && throttle !== 'aws') return `--throttle ${throttle}: expected aws.`;
    const staleReads = values['stale-reads'] === undefined ? undefined : duration(values['stale-reads']);
    if (staleReads === null) return `--stale-reads ${values['stale-reads']}: expected a time as 500ms or 2s.`;
    const hostPath = process.env.PATH ?? '';
    const log = (line: string) => process.stderr.write(`${line}\n`);
    const options: LocalRuntimeOptions = {
      port,
      dataDir: data,
      account,
      driver,
      timing,
      fallback,
      throttle,
      staleReads,
      hostPath,
      engineSockets: driver === 'container' ? engineSockets(process.env) : undefined,
      version,
      log,
    };
    return { json, options };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Null for what is none. */
function duration(text: string): Ms | null {
  const [, number, unit] = /^(\d+)(ms|s)$/.exec(text) ?? [];
  return number === undefined ? null : ms(Number(number) * (unit === 's' ? 1_000 : 1));
}

function isHttpOrigin(text: string): boolean {
  try {
    const { protocol, pathname, search, hash, username } = new URL(text);
    return protocol === 'http:' && pathname === '/' && `${search}${hash}${username}` === '';
  } catch {
    return false;
  }
}
