import type { ExitName } from './exit-code.ts';

/** Ends a command: its message is for the person, its exit code for the script. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exit: ExitName;

  constructor(exit: ExitName, message: string) {
    super(message);
    this.exit = exit;
  }
}
