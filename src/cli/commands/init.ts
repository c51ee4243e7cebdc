import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { nameFromFolder, nameProblem, scaffold } from '../../config/index.ts';
import type { AddCommand } from '../add-command.ts';
import { CliError } from '../cli-error.ts';
import { jsonOption, outputFor } from '../options.ts';
import { counted } from '../output/words.ts';

/** `teal init` */
export const addInit: AddCommand = (program) => {
  program
    .command('init')
    .summary('start a project here that deploys as it is')
    .argument('[name]', "the service's name; from the folder's where it is left out")
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  mkdir shop && cd shop && teal init && teal deploy\n')
    .action(async (given, options) => {
      const output = outputFor(options);
      const root = process.cwd();
      const name = given ?? nameFromFolder(basename(root));
      const problem = nameProblem('service', name);
      if (problem !== undefined) throw new CliError('usage', `"${name}": ${problem}. Nothing was changed.`);
      const files = scaffold({ name });
      const there = files.filter((file) => existsSync(join(root, file.path)));
      const [first, ...more] = there;
      if (first) {
        const others = more.length > 0 ? ` and ${counted(more.length, 'more file')} of a new project` : '';
        throw new CliError(
          'refused',
          `${first.path}${others} ${more.length > 0 ? 'are' : 'is'} there already. Nothing was changed.`,
        );
      }
      for (const file of files) {
        mkdirSync(dirname(join(root, file.path)), { recursive: true });
        writeFileSync(join(root, file.path), file.content);
      }
      const visible = files.filter((file) => !file.path.startsWith('.'));
      output.result(`${visible.map((file) => `  ${file.path}`).join('\n')}\nNext: teal deploy ${name}`, {
        name,
        files: files.map((file) => file.path),
      });
    });
};
