import type { HelpConfiguration } from '@commander-js/extra-typings';

/** One line per command and per option within 80 columns: no `[options]` everywhere, no `(default: false)`. */
export const helpStyle: HelpConfiguration = {
  subcommandTerm: (command) =>
    [
      command.name(),
      ...command.registeredArguments.map((argument) => bracketed(argument.name(), argument.required)),
    ].join(' '),
  visibleArguments: (command) => command.registeredArguments.filter((argument) => argument.description !== ''),
  optionDescription({ description, argChoices, defaultValue, defaultValueDescription }) {
    const choices = argChoices ? ` (${argChoices.join(', ')})` : '';
    const shown =
      defaultValueDescription ??
      (defaultValue === undefined || defaultValue === false ? undefined : String(defaultValue));
    return `${description}${choices}${shown === undefined ? '' : ` [${shown}]`}`;
  },
};

const bracketed = (name: string, required: boolean): string => (required ? `<${name}>` : `[${name}]`);
