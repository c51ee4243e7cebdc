import { eventsOf } from '../../deployment/index.ts';
import { history, type PastDeployment } from '../../operations/index.ts';
import type { AddCommand } from '../add-command.ts';
import { chosenService, compose, openProject } from '../compose.ts';
import { deploymentNamed } from '../deployment-named.ts';
import { environmentOption, jsonOption, outputFor } from '../options.ts';
import { historyText, pastDeploymentText } from '../output/history-text.ts';
import { refused } from '../refusal-text.ts';

/** `teal history [service]` */
export const addHistory: AddCommand = (program) => {
  program
    .command('history')
    .summary('past deployments, with what was measured')
    .argument('[service]', 'the service; the only one where it is left out')
    .argument('[deployment]', 'one of them, by its id or the beginning of it: with all its events')
    .addOption(environmentOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExamples:\n  teal history api\n  teal history api 01JD3KZ5N8\n')
    .action(async (name, id, options) => {
      const output = outputFor(options);
      const service = chosenService(openProject().project, name);
      const { context } = await compose(options.env, output, { drives: false });
      const past = await history(context, service.name);
      if (!past.ok) throw refused(past.error, { service: service.name, environment: options.env });
      const now = context.clock.now();
      if (id !== undefined) {
        const found = deploymentNamed(past.value, id, service.name);
        return output.result(pastDeploymentText(found, now), {
          ...withoutEntries(found),
          events: eventsOf(found.entries),
        });
      }
      if (output.json) for (const deployment of past.value) output.result('', withoutEntries(deployment));
      else output.result(historyText(service.name, past.value, now), {});
    });
};

const withoutEntries = ({ entries: _entries, ...rest }: PastDeployment): object => rest;
