import { read } from '../../aws/index.ts';
import { ms } from '../../base/index.ts';
import { discoverSite, must } from '../../operations/index.ts';
import type { AddCommand } from '../add-command.ts';
import { chosenService, compose, openProject } from '../compose.ts';
import { environmentOption, jsonOption, outputFor } from '../options.ts';
import { refused } from '../refusal-text.ts';

/** Between two looks for new lines with `--follow`. */
const followEvery = ms(1_000);

/** `teal logs [service]` */
export const addLogs: AddCommand = (program) => {
  program
    .command('logs')
    .summary("what a service's tasks wrote, stopped ones too")
    .argument('[service]', 'the service; the only one where it is left out')
    .addOption(environmentOption())
    .option('-f, --follow', 'go on as lines come')
    .option('--since <minutes>', 'how far back', Number, 60)
    .addOption(jsonOption())
    .addHelpText('after', '\nExamples:\n  teal logs api\n  teal logs api --follow\n')
    .action(async (name, options) => {
      const output = outputFor(options);
      const service = chosenService(openProject().project, name);
      const { context } = await compose(options.env, output, { drives: false });
      const discovered = await discoverSite(context.aws, options.env, service.name, context.signal);
      if (!discovered.ok)
        throw refused({ kind: 'site', error: discovered.error }, { service: service.name, environment: options.env });
      const { client, sdk } = await context.aws.clients.logs();
      let from = context.clock.now() - options.since * 60_000;
      const seen = new Set<string>();
      do {
        let nextToken: string | undefined;
        do {
          const command = () =>
            new sdk.FilterLogEventsCommand({
              logGroupName: discovered.value.site.logGroup,
              startTime: from,
              nextToken,
            });
          const page = must(
            'read the logs',
            await read(context.aws, client, command, context.signal, (found) => found.events && found),
          );
          for (const { eventId = '', timestamp = 0, logStreamName = '', message = '' } of page.events ?? []) {
            if (seen.has(eventId)) continue;
            seen.add(eventId);
            from = Math.max(from, timestamp);
            const task = logStreamName.slice(logStreamName.lastIndexOf('/') + 1);
            output.result(`${new Date(timestamp).toISOString()} ${task.slice(0, 8)} ${message}`, {
              at: new Date(timestamp).toISOString(),
              task,
              message,
            });
          }
          nextToken = page.nextToken;
        } while (nextToken !== undefined);
        if (options.follow) await context.clock.sleep(followEvery);
      } while (options.follow);
    });
};
