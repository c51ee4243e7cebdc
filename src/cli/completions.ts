import type { CommandUnknownOpts, Option } from '@commander-js/extra-typings';

/** What can stand where the cursor is, and what it is. */
export interface Completion {
  readonly word: string;
  readonly about: string;
}

/** Names that stand in the project's files. */
export interface KnownNames {
  readonly services: () => readonly string[];
  readonly environments: () => readonly string[];
}

/**
 * What can follow: `words` are those after the program's name, the last of them the beginning of what is wanted. Empty
 * where nothing is known of it, as of a file's name.
 */
export function completions(
  program: CommandUnknownOpts,
  words: readonly string[],
  names: KnownNames,
): readonly Completion[] {
  const before = words.slice(0, -1);
  const begun = words.at(-1) ?? '';
  const { command, option, position } = placeAfter(program, before);
  return possible(command, option, position, begun, names).filter(({ word }) => word.startsWith(begun));
}

interface Place {
  readonly command: CommandUnknownOpts;
  /** The option whose value comes next. */
  readonly option: Option | undefined;
  /** How many arguments the command has already. */
  readonly position: number;
}

function placeAfter(program: CommandUnknownOpts, words: readonly string[]): Place {
  let command = program;
  let option: Option | undefined;
  let position = 0;
  for (const word of words) {
    if (option) {
      option = undefined;
    } else if (word.startsWith('-')) {
      const found = command.options.find(({ short, long }) => word === short || word === long);
      option = found?.required ? found : undefined;
    } else {
      const inner = position === 0 ? visible(command).find((one) => one.name() === word) : undefined;
      if (inner) command = inner;
      else position += 1;
    }
  }
  return { command, option, position };
}

function possible(
  command: CommandUnknownOpts,
  option: Option | undefined,
  position: number,
  begun: string,
  names: KnownNames,
): readonly Completion[] {
  if (option) return option.attributeName() === 'env' ? bare(names.environments()) : bare(option.argChoices ?? []);
  if (begun.startsWith('-')) {
    return command.options
      .filter(({ hidden, long }) => !hidden && long !== undefined)
      .map(({ long, description }) => ({ word: long ?? '', about: description }));
  }
  const commands = visible(command);
  if (commands.length > 0)
    return position > 0 ? [] : commands.map((one) => ({ word: one.name(), about: one.summary() || one.description() }));
  const argument = command.registeredArguments[position];
  if (argument?.name() === 'service') return bare(names.services());
  return bare(argument?.argChoices ?? []);
}

const visible = (command: CommandUnknownOpts): readonly CommandUnknownOpts[] =>
  command
    .createHelp()
    .visibleCommands(command)
    .filter((one) => one.name() !== 'help');

const bare = (words: readonly string[]): readonly Completion[] => words.map((word) => ({ word, about: '' }));
