import { Option } from '@commander-js/extra-typings';
import { logStreamsOf, read } from '../../aws/index.ts';
import { type EpochMs, epochMs, ms } from '../../base/index.ts';
import { type Color, colors } from '../../deployment/index.ts';
import { type Context, discoverSite, history, must } from '../../operations/index.ts';
import type { AddCommand } from '../add-command.ts';
import { CliError } from '../cli-error.ts';
import { chosenService, compose, openProject } from '../compose.ts';
import { deploymentNamed } from '../deployment-named.ts';
import { environmentOption, jsonOption, outputFor } from '../options.ts';
import { refused } from '../refusal-text.ts';

/** Between two looks for new lines with `--follow`. */
const followEvery = ms(1_000);

/** How far back without `--since`, where no deployment tells. */
const usualMinutes = 60;

/** `teal logs [service]` */
export const addLogs: AddCommand = (program) => {
  program
    .command('logs')
    .summary("what a service's tasks wrote, stopped ones too")
    .argument('[service]', 'the service; the only one where it is left out')
    .addOption(environmentOption())
    .option('-f, --follow', 'go on as lines come')
    .option('--since <minutes>', 'how far back [60; with --deployment, all of it]', Number)
    .addOption(new Option('--color <color>', "this colour's tasks only; also --colour").choices(colors))
    .addOption(new Option('--colour <color>').choices(colors).hideHelp())
    .option('--deployment <id>', 'tasks that this deployment started only: its id, or the beginning of it')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExamples:\n  teal logs api\n  teal logs api --follow --color green\n  teal logs api --deployment 01JD3KZ5N8\n',
    )
    .action(async (name, options) => {
      const output = outputFor(options);
      const service = chosenService(openProject().project, name);
      const { context } = await compose(options.env, output, { drives: false });
      const discovered = await discoverSite(context.aws, options.env, service.name, context.signal);
      if (!discovered.ok)
        throw refused({ kind: 'site', error: discovered.error }, { service: service.name, environment: options.env });
      const of =
        options.deployment === undefined ? undefined : await started(context, service.name, options.deployment);
      const color = options.color ?? options.colour;
      if (of && color && of.color !== color)
        throw new CliError('usage', `Deployment ${of.deployment} started its tasks in ${of.color}, none in ${color}.`);
      const streams = of ?? (color && { color, deployment: undefined });
      const prefix = streams && `${logStreamsOf(streams)}/`;

      const { client, sdk } = await context.aws.clients.logs();
      const back = options.since ?? (of ? undefined : usualMinutes);
      let from = back === undefined ? of?.since : epochMs(context.clock.now() - back * 60_000);
      const seen = new Set<string>();
      do {
        let nextToken: string | undefined;
        do {
          const command = () =>
            new sdk.FilterLogEventsCommand({
              logGroupName: discovered.value.site.logGroup,
              logStreamNamePrefix: prefix,
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
            from = epochMs(Math.max(from ?? 0, timestamp));
            const task = logStreamName.slice(logStreamName.lastIndexOf('/') + 1);
            output.result(`${new Date(timestamp).toISOString()} ${task.slice(0, 8)} ${message}`, {
              at: new Date(timestamp).toISOString(),
              task,
              stream: logStreamName,
              message,
            });
          }
          nextToken = page.nextToken;
        } while (nextToken !== undefined);
        if (options.follow) await context.clock.sleep(followEvery);
      } while (options.follow);
    });
};

/** Where and since when a deployment's own tasks write. @throws CliError for one that made earlier tasks live again. */
async function started(
  context: Context,
  service: string,
  id: string,
): Promise<{ readonly color: Color; readonly deployment: string; readonly since: EpochMs }> {
  const past = await history(context, service);
  if (!past.ok) throw refused(past.error, { service, environment: context.environment.name });
  const named = deploymentNamed(past.value, id, service);
  const starter =
    named.taskDefinition === null
      ? named
      : past.value.findLast(({ taskDefinition }) => taskDefinition === named.taskDefinition);
  if (starter && starter !== named)
    throw new CliError(
      'usage',
      `Deployment ${named.id} started no tasks: those of ${starter.id} went live again. Their lines: teal logs ${service} --deployment ${starter.id}`,
    );
  return { color: named.to, deployment: named.id, since: epochMs(Date.parse(named.openedAt)) };
}
