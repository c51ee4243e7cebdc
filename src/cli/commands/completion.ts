import { Argument } from '@commander-js/extra-typings';
import { findProjectRoot, namesOfFiles } from '../../config/index.ts';
import type { AddCommand } from '../add-command.ts';
import { completionScript, shells } from '../completion-script.ts';
import { completions, type KnownNames } from '../completions.ts';

/** `teal completion <shell>`, and `teal words`, which its scripts ask. */
export const addCompletion: AddCommand = (program) => {
  program
    .command('completion')
    .summary('completion for bash, zsh and fish')
    .addArgument(new Argument('<shell>', 'bash, zsh or fish').choices(shells))
    .addHelpText('after', examples)
    .action((shell) => {
      process.stdout.write(completionScript(shell));
    });
  program
    .command('words', { hidden: true })
    .argument('[words...]', 'the words after "teal", up to the one that is begun')
    .action((words) => {
      for (const { word, about } of completions(program, words, names))
        process.stdout.write(`${word}${about === '' ? '' : `\t${about}`}\n`);
    });
};

const examples = `
Examples:
  source <(teal completion bash)                          in ~/.bashrc
  source <(teal completion zsh)                           in ~/.zshrc
  teal completion fish | source                           in config.fish
`;

const inProject = (folder: 'services' | 'environments'): readonly string[] => {
  const root = findProjectRoot(process.cwd());
  return root === undefined ? [] : namesOfFiles(root, folder);
};

const names: KnownNames = {
  services: () => inProject('services'),
  environments: () => ['local', ...inProject('environments').filter((name) => name !== 'local')],
};
