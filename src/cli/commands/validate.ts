import { findProjectRoot, readProjectToBuild, renderDiagnostics } from '../../config/index.ts';
import type { AddCommand } from '../add-command.ts';
import { CliError } from '../cli-error.ts';
import { jsonOption, outputFor } from '../options.ts';
import { counted } from '../output/words.ts';

/** `teal validate` */
export const addValidate: AddCommand = (program, ended) => {
  program
    .command('validate')
    .summary('check all files, tell every problem')
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  teal validate --json\n')
    .action(async (options) => {
      const output = outputFor(options);
      const root = findProjectRoot(process.cwd());
      if (root === undefined)
        throw new CliError('usage', 'There is no teal.json here or in a folder above. "teal init" starts a project.');
      const project = readProjectToBuild(root);
      if (project.ok) {
        const { services, environments } = project.value;
        output.result(
          `No problems: ${counted(services.length, 'service')}, ${counted(environments.length, 'environment')}.`,
          {
            problems: [],
          },
        );
        return;
      }
      const { diagnostics, fileCount } = project.error;
      output.problem(renderDiagnostics(diagnostics, fileCount).trimEnd(), { problems: diagnostics });
      ended('usage');
    });
};
