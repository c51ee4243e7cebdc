import { Option } from '@commander-js/extra-typings';
import { type OperationRefusal, release } from '../../operations/index.ts';
import type { AddCommand } from '../add-command.ts';
import { chosenService, compose, openProject } from '../compose.ts';
import { tellDriven } from '../driven.ts';
import { environmentOption, jsonOption, outputFor } from '../options.ts';
import { refused } from '../refusal-text.ts';

/** `teal switch [service] --to <color>` */
export const addSwitch: AddCommand = (program, ended) => {
  program
    .command('switch')
    .summary('move traffic to the other colour as it is')
    .argument('[service]', 'the service; the only one where it is left out')
    .addOption(environmentOption())
    .addOption(
      new Option('--to <color>', 'the colour that is to have all of the traffic')
        .choices(['blue', 'green'] as const)
        .makeOptionMandatory(),
    )
    .option(
      '--if-needed',
      'do nothing, and end well, where the colour has the traffic already or nothing was ever deployed',
    )
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  teal switch api --to green\n')
    .action(async (name, options) => {
      const output = outputFor(options);
      const service = chosenService(openProject().project, name);
      const { context } = await compose(options.env, output, { drives: true });
      const driven = await release(context, service, { kind: 'switch', to: options.to });
      if (!driven.ok && options.ifNeeded && isNeedless(driven.error)) {
        output.result(`${service.name}: nothing to switch.`, {
          service: service.name,
          to: options.to,
          switched: false,
        });
        return;
      }
      if (!driven.ok) throw refused(driven.error, { service: service.name, environment: options.env });
      ended(await tellDriven(context, output, driven.value));
    });
};

/** Not a failure for who states what is to be, and not what is to be done. */
const isNeedless = (error: OperationRefusal): boolean =>
  error.kind === 'plan' && (error.refusal.kind === 'already-live' || error.refusal.kind === 'never-deployed');
