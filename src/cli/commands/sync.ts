import { Option } from '@commander-js/extra-typings';
import { findEnvironment } from '../../config/index.ts';
import { type Synchronised, sync } from '../../operations/index.ts';
import type { AddCommand } from '../add-command.ts';
import { CliError } from '../cli-error.ts';
import { openProject } from '../compose.ts';
import { jsonOption, outputFor } from '../options.ts';
import { counted } from '../output/words.ts';
import { syncProblemText } from '../sync-problem-text.ts';

/** `teal sync` */
export const addSync: AddCommand = (program, ended) => {
  program
    .command('sync')
    .summary('write what Terraform reads of the project')
    .addOption(
      new Option('-e, --env <name>', 'one environment, or TEAL_ENVIRONMENT; all where it is left out').env(
        'TEAL_ENVIRONMENT',
      ),
    )
    .option('--check', 'write nothing; exit code 10 where something is not as it would be written', false)
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
It writes .teal/terraform/<environment>/, which belongs into the repository: the
services' JSON with every default filled in. What would replace a target group
or take a service away is refused, and then nothing is written.

Examples:
  teal sync
  teal sync --check                       for CI: is all of it written?
`,
    )
    .action((options) => {
      const output = outputFor(options);
      const { root, project } = openProject();
      const environments = project.environments.filter(({ name }) => name !== 'local');
      if (options.env !== undefined) {
        const found = findEnvironment(project, options.env);
        if (!found.ok) throw new CliError('usage', found.error.message);
        if (found.value.name === 'local')
          throw new CliError('usage', 'Environment local needs no Terraform: "teal deploy" makes what it needs.');
      }
      const wanted = environments.filter(({ name }) => options.env === undefined || options.env === name);
      if (wanted.length === 0)
        throw new CliError('usage', 'There is no environment but local: environments/<name>.json makes one.');
      const done = sync(root, project, wanted, options.check ? 'check' : 'write');
      const problems = done.flatMap(({ environment, problems }) =>
        problems.map((problem) => syncProblemText(problem, environment)),
      );
      if (problems.length > 0) {
        output.problem(`${problems.join('\n')}\nNothing was written.`, { environments: done });
        ended('refused');
        return;
      }
      output.result(done.map((one) => doneText(one, options.check)).join('\n'), { environments: done });
      if (options.check && done.some(({ changed }) => changed.length > 0)) ended('drift');
    });
};

function doneText({ environment, folder, changed, unchanged }: Synchronised, check: boolean): string {
  if (changed.length === 0) return `${environment}: ${counted(unchanged, 'file')} in ${folder}, none changed.`;
  const what = check ? 'would be written (teal sync writes)' : 'written';
  return `${environment}: ${changed.map((path) => `${folder}/${path}`).join(', ')} ${what}, ${unchanged} unchanged.`;
}
