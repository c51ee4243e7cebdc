import { Command, CommanderError } from '@commander-js/extra-typings';
import { nearest } from '../config/index.ts';
import { JournalError, LeaseLost } from '../deployment/index.ts';
import { ImageError } from '../images/index.ts';
import { OperationError, RouteConflict, TableConflict } from '../operations/index.ts';
import type { AddCommand } from './add-command.ts';
import { CliError } from './cli-error.ts';
import { addCompletion } from './commands/completion.ts';
import { addDemo } from './commands/demo.ts';
import { addDeploy } from './commands/deploy.ts';
import { addDown } from './commands/down.ts';
import { addDrift } from './commands/drift.ts';
import { addHistory } from './commands/history.ts';
import { addImage } from './commands/image.ts';
import { addInit } from './commands/init.ts';
import { addLocal } from './commands/local.ts';
import { addLogs } from './commands/logs.ts';
import { addPlan } from './commands/plan.ts';
import { addRequests } from './commands/requests.ts';
import { addRetire } from './commands/retire.ts';
import { addRollback } from './commands/rollback.ts';
import { addSecret } from './commands/secret.ts';
import { addStatus } from './commands/status.ts';
import { addSweep } from './commands/sweep.ts';
import { addSwitch } from './commands/switch.ts';
import { addSync } from './commands/sync.ts';
import { addUp } from './commands/up.ts';
import { addValidate } from './commands/validate.ts';
import { type ExitName, exitCodes } from './exit-code.ts';
import { helpStyle } from './help-style.ts';
import { closeOutputs } from './output/index.ts';
import { overview } from './overview.ts';

/** Runs one command line and tells its exit code. The one place that catches. */
export async function runCli(args: readonly string[], version: string): Promise<number> {
  let exit: ExitName = 'ok';
  const program = new Command('teal')
    .description('Blue/green deployments for Amazon ECS.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .showHelpAfterError('(--help tells more)')
    .exitOverride()
    .configureHelp(helpStyle)
    .helpCommand(false)
    .addHelpText('after', examples)
    .usage('<command> [options]');
  program
    .argument('[command]')
    .allowExcessArguments()
    .action(async (command) => {
      if (command !== undefined) throw new CliError('usage', unknownCommand(command, program));
      await overview(process.stdout);
    });
  const ended = (name: ExitName): void => {
    exit = name;
  };
  for (const add of commands) add(program, ended);
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCodes[exit];
  } catch (error) {
    closeOutputs();
    return exitCodes[tell(error, args.includes('--json'))];
  }
}

const commands: readonly AddCommand[] = [
  addInit,
  addValidate,
  addPlan,
  addDeploy,
  addStatus,
  addRollback,
  addRequests,
  addSwitch,
  addSweep,
  addSync,
  addUp,
  addDown,
  addRetire,
  addDrift,
  addSecret,
  addHistory,
  addLogs,
  addImage,
  addLocal,
  addDemo,
  addCompletion,
];

const examples = `
Examples:
  teal init                 start a project in this folder
  teal deploy api           make services/api.json live on the local runtime
  teal rollback api         make the former version live again, in one call
  teal status --watch       what is live where, as it changes

A [service] may be left out where the project has one. "teal <command> --help"
tells more; exit codes are in "teal deploy --help".
`;

function unknownCommand(given: string, program: Command): string {
  const near = nearest(
    given,
    program.commands.map((command) => command.name()),
  );
  return `"${given}" is no command of teal.${near === undefined ? '' : ` Did you mean "${near}"?`} All commands: teal --help`;
}

/** Tells what ended the command, to people and, with `--json`, as the last document on stdout. */
function tell(error: unknown, json: boolean): ExitName {
  const exit = explain(error);
  if (json && exit !== 'ok') {
    const message = error instanceof Error ? error.message : String(error);
    process.stdout.write(`${JSON.stringify({ error: { exit, code: exitCodes[exit], message } })}\n`);
  }
  return exit;
}

function explain(error: unknown): ExitName {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 'ok' : 'usage';
  const say = (text: string): void => void process.stderr.write(`${text}\n`);
  if (error instanceof CliError) {
    say(error.message);
    return error.exit;
  }
  if (error instanceof RouteConflict || error instanceof TableConflict) {
    say(error.message);
    return 'refused';
  }
  if (error instanceof LeaseLost) {
    const why = error.to
      ? `Another process drives this deployment now: ${error.message}.`
      : `This process may not drive any longer: ${error.message}. Drive it on: teal resume. Take it back: teal abort.`;
    say(`${why} This one has stopped and changes nothing more. "teal status" tells where traffic is.`);
    return 'lease-lost';
  }
  if (error instanceof ImageError) {
    say(`${error.message}\nNothing was deployed.`);
    return 'usage';
  }
  if (error instanceof OperationError || error instanceof JournalError) {
    say(`${error.message}\n"teal status" tells where traffic is now.`);
    return 'unexpected';
  }
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return 'unexpected';
}
