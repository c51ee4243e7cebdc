import { Option } from '@commander-js/extra-typings';
import { createOutput, type Output } from './output/index.ts';

/** `--env`, alike on every command. */
export const environmentOption = () =>
  new Option('-e, --env <name>', 'the environment').default('local').env('TEAL_ENVIRONMENT');

/** `--json`, alike on every command. */
export const jsonOption = () => new Option('--json', 'one JSON document per line on stdout').default(false);

/** The output that a command's options ask for. */
export const outputFor = (options: { readonly json: boolean }): Output => createOutput(options.json);
