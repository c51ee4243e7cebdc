import { rmSync } from 'node:fs';
import { InvalidArgumentError, Option } from '@commander-js/extra-typings';
import type { AddCommand } from '../add-command.ts';
import { postEmpty } from '../http-json.ts';
import { jsonOption, outputFor } from '../options.ts';
import {
  balancersOf,
  findRuntime,
  type RuntimeHealth,
  runForeground,
  runtimeData,
  runtimePort,
  startRuntime,
  stopRuntime,
  usualStart,
} from '../runtime-process.ts';

/** `teal local start|stop|status|reset|run` */
export const addLocal: AddCommand = (program, ended) => {
  const local = program
    .command('local')
    .summary('the embedded AWS-compatible runtime')
    .addHelpText(
      'after',
      '\nExamples:\n  teal local start\n  AWS_ENDPOINT_URL=http://127.0.0.1:4566 aws ecs list-clusters\n  teal local run --port 0 --data /tmp/runtime --json\n',
    );
  const portOption = () =>
    new Option('--port <port>', 'of the endpoint; 0 takes a free one').default(runtimePort).argParser(port);
  const dataOption = () =>
    new Option('--data <folder>', 'where it keeps its state').default(runtimeData(process.env), 'the XDG state folder');
  const accountOption = () =>
    new Option('--account <id>', '12 digits: of calls whose access key is no account').default(usualStart.account);
  const driverOption = () =>
    new Option('--driver <driver>', 'how tasks run')
      .choices(['process', 'container', 'simulated'] as const)
      .default(usualStart.driver);
  const timingOption = () =>
    new Option('--timing <timing>', "AWS's own latencies: none, or like AWS's")
      .choices(['aws-like', 'instant'] as const)
      .default(usualStart.timing);

  const fallbackOption = () =>
    new Option('--fallback <url>', 'another imitation, for services and operations that this one lacks');

  const throttleOption = () =>
    new Option('--throttle <how>', 'refuse calls that come too fast, by the token buckets of AWS').choices([
      'aws',
    ] as const);
  const staleReadsOption = () =>
    new Option('--stale-reads <time>', 'answer reads as of up to that long ago, by chance (500ms, 2s)');

  /** Two ways to start it, with the same options. */
  const starting = (name: string, summary: string) =>
    local
      .command(name)
      .summary(summary)
      .addOption(portOption())
      .addOption(dataOption())
      .addOption(accountOption())
      .addOption(driverOption())
      .addOption(timingOption())
      .addOption(fallbackOption())
      .addOption(throttleOption())
      .addOption(staleReadsOption())
      .addOption(jsonOption());

  starting('start', 'start it in the background').action(async ({ data, json, ...start }) => {
    const output = outputFor({ json });
    const there = await findRuntime(data);
    const found = there ?? (await startRuntime(data, start));
    const { endpoint, health } = found;
    output.result(
      `The local runtime ${there ? 'runs already' : 'answers'} at ${endpoint} (timing ${health.timing}, ${driverOf(health)}).`,
      { endpoint, started: !there, ...health },
    );
  });

  starting('run', 'run it in the foreground').action(async ({ data, json, ...start }) => {
    if ((await runForeground(data, start, json)) !== 0) ended('unexpected');
  });

  local
    .command('status')
    .summary('whether it runs, and where its load balancers listen')
    .addOption(dataOption())
    .addOption(jsonOption())
    .action(async ({ data, json }) => {
      const output = outputFor({ json });
      const found = await findRuntime(data);
      if (!found)
        return output.result('The local runtime does not run. "teal local start" starts it.', { running: false });
      const { endpoint, health } = found;
      const { listeners, certificateAuthority } = await balancersOf(endpoint);
      const served = listeners.map(
        ({ loadBalancerName, port: asked, url }) => `  ${loadBalancerName}:${asked}  ${url}`,
      );
      const head = `The local runtime ${health.version} answers at ${endpoint} (timing ${health.timing}, ${driverOf(health)}, process ${health.pid}).`;
      const trust =
        certificateAuthority === null ? [] : [`Its HTTPS is trusted by the certificate ${certificateAuthority}`];
      output.result([head, `Its state is in ${health.dataDir}.`, ...served, ...trust].join('\n'), {
        running: true,
        endpoint,
        ...health,
        listeners,
        certificateAuthority,
      });
    });

  local
    .command('stop')
    .summary('stop it and its tasks; what was created stays')
    .addOption(dataOption())
    .addOption(jsonOption())
    .action(async ({ data, json }) => {
      const output = outputFor({ json });
      const found = await findRuntime(data);
      if (found) await stopRuntime(found);
      output.result(
        found
          ? 'The local runtime has stopped. What was created stays for the next start.'
          : 'The local runtime does not run.',
        { stopped: found !== undefined },
      );
    });

  local
    .command('reset')
    .summary('forget everything in it')
    .addOption(dataOption())
    .addOption(jsonOption())
    .action(async ({ data, json }) => {
      const output = outputFor({ json });
      const found = await findRuntime(data);
      if (found) await postEmpty(`${found.endpoint}/_teal/reset`);
      else rmSync(data, { recursive: true, force: true });
      output.result('The local runtime is empty: every account, every region.', { reset: true });
    });
};

const driverOf = ({ driver, engine }: RuntimeHealth): string =>
  engine ? `driver ${driver}: ${engine}` : `driver ${driver}`;

function port(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > 65_535) throw new InvalidArgumentError('expected 0 to 65535.');
  return value;
}
