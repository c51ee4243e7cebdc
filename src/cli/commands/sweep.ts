import { type Swept, sweep } from '../../operations/index.ts';
import type { AddCommand } from '../add-command.ts';
import { compose } from '../compose.ts';
import { environmentOption, jsonOption, outputFor } from '../options.ts';
import { durationWords } from '../output/words.ts';
import { refused } from '../refusal-text.ts';

/** `teal sweep`: the due work of all services. */
export const addSweep: AddCommand = (program) => {
  program
    .command('sweep')
    .summary('scale down what is no longer kept warm')
    .addOption(environmentOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  teal sweep --env production\n')
    .action(async (options) => {
      const output = outputFor(options);
      const { context, project } = await compose(options.env, output, { drives: false });
      for (const { name } of project.services) {
        const swept = await sweep(context, name);
        if (!swept.ok) {
          output.problem(refused(swept.error, { service: name, environment: options.env }).message, {
            service: name,
            error: swept.error,
          });
          continue;
        }
        output.result(`${name}: ${sweptText(swept.value, name)}`, { service: name, ...swept.value });
      }
    });
};

function sweptText(swept: Swept, service: string): string {
  switch (swept.kind) {
    case 'nothing-due':
      return 'nothing is due.';
    case 'due-later':
      return Number.isFinite(swept.inMs) ? `more is due in ${durationWords(swept.inMs)}.` : 'kept warm always.';
    case 'driven-by-another':
      return 'another process drives it.';
    case 'orphan':
      return `deployment ${swept.doing.deployment} has no driver: teal resume ${service}.`;
  }
}
