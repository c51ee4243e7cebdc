import { InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { createOutput, type Output } from './output/index.ts';

/** `--env`, alike on every command. */
export const environmentOption = () =>
  new Option('-e, --env <name>', 'the environment, or TEAL_ENVIRONMENT').default('local').env('TEAL_ENVIRONMENT');

/** `--json`, alike on every command. */
export const jsonOption = () => new Option('--json', 'one JSON document per line on stdout').default(false);

/** `--yes`, alike where something is asked. */
export const yesOption = () => new Option('-y, --yes', 'ask nothing').default(false);

/** `--confirm`, alike where an environment may be protected; `when` it is asked for. */
export const confirmOption = (when: string) => new Option('--confirm <environment>', `the environment's name, ${when}`);

/** The output that a command's options ask for. */
export const outputFor = (options: { readonly json: boolean }): Output => createOutput(options.json);

/** `--bake`, alike on `plan` and `deploy`. */
export const bakeOption = () =>
  new Option('--bake <seconds>', 'watch this long after the last step').argParser((text): number | undefined => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('expected whole seconds.');
    return value;
  });
