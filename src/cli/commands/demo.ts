import type { AddCommand } from '../add-command.ts';
import { runDemo } from '../run-demo.ts';

/** `teal demo` */
export const addDemo: AddCommand = (program, ended) => {
  program
    .command('demo')
    .summary('watch a real application change versions under load, be taken back, and survive a killed driver')
    .option('--report <file>', 'write the figures as JSON')
    .addHelpText('after', '\nExample:\n  teal demo --report figures.json\n')
    .action(async (options) => {
      if ((await runDemo(options.report)) !== 0) ended('unexpected');
    });
};
