import type { AddCommand } from '../add-command.ts';
import { runDemo } from '../run-demo.ts';

/** `teal demo` */
export const addDemo: AddCommand = (program, ended) => {
  program
    .command('demo')
    .summary('an application changes versions under load')
    .option('--report <file>', 'write the figures as JSON')
    .addHelpText('after', '\nExample:\n  teal demo --report figures.json\n')
    .action(async (options) => {
      if ((await runDemo(options.report)) !== 0) ended('unexpected');
    });
};
