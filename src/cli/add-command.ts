import type { Command } from '@commander-js/extra-typings';
import type { ExitName } from './exit-code.ts';

/** Adds one command to the program. `ended` tells how it ended, where that is not `ok`. */
export type AddCommand = (program: Command, ended: (exit: ExitName) => void) => void;
