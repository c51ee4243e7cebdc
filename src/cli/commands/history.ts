import { history, type PastDeployment } from '../../operations/index.ts';
import type { AddCommand } from '../add-command.ts';
import { chosenService, compose, openProject } from '../compose.ts';
import { environmentOption, jsonOption, outputFor } from '../options.ts';
import { historyText } from '../output/history-text.ts';
import { refused } from '../refusal-text.ts';

/** `teal history [service]` */
export const addHistory: AddCommand = (program) => {
  program
    .command('history')
    .summary('past deployments, with times and failures as measured')
    .argument('[service]', 'the service; the only one where it is left out')
    .addOption(environmentOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  teal history api\n')
    .action(async (name, options) => {
      const output = outputFor(options);
      const service = chosenService(openProject().project, name);
      const { context } = await compose(options.env, output, { drives: false });
      const past = await history(context, service.name);
      if (!past.ok) throw refused(past.error, { service: service.name, environment: options.env });
      if (output.json) for (const deployment of past.value) output.result('', withoutEntries(deployment));
      else output.result(historyText(service.name, past.value), {});
    });
};

const withoutEntries = ({ entries: _entries, ...rest }: PastDeployment): object => rest;
