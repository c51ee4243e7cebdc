import { Option } from '@commander-js/extra-typings';
import type { Color, NamedRollbackDone, NamedRollbackError } from '../../deployment/index.ts';
import { abort, keepRecord, type RollbackTo, type TakeBackError, takeBack } from '../../operations/index.ts';
import type { AddCommand } from '../add-command.ts';
import { CliError } from '../cli-error.ts';
import { chosenService, compose, openProject } from '../compose.ts';
import { tellDriven } from '../driven.ts';
import { environmentOption, jsonOption, outputFor } from '../options.ts';
import type { Output } from '../output/index.ts';
import { callText, refused } from '../refusal-text.ts';

/** `teal rollback [service]` and `teal abort [service]` */
export const addRollback: AddCommand = (program, ended) => {
  program
    .command('rollback')
    .summary('make the former version live again, at once')
    .argument('[service]', 'the service; the only one where it is left out')
    .addOption(environmentOption())
    .addOption(
      new Option(
        '--to <target>',
        'blue or green (needed when only the load balancer answers), or a deployment that was live: its id in "teal history", or the beginning of it',
      ).argParser(rollbackTo),
    )
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExamples:\n  teal rollback api\n  teal rollback api --env production --to blue\n  teal rollback api --to 01JD3KZ5N8\n',
    )
    .action(async (name, options) => {
      const output = outputFor(options);
      const service = chosenService(openProject().project, name);
      const workplace = await compose(options.env, output, { drives: true });
      const askColor = output.interactive ? () => askForColor(output, service.name) : undefined;
      const back = await takeBack(workplace.context, service, options.to, workplace.named, askColor);
      if (!back.ok) throw takeBackError(back.error, service.name, options.env);
      if (back.value.kind === 'driven') return ended(await tellDriven(workplace.context, output, back.value.driven));
      output.result(byNameText(service.name, back.value.done), { kind: 'by-name', ...back.value.done });
      keepRecord(workplace.context, service.name, back.value.done);
    });
  program
    .command('abort')
    .summary('end the running deployment by taking it back')
    .argument('[service]', 'the service; the only one where it is left out')
    .addOption(environmentOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  teal abort api\n')
    .action(async (name, options) => {
      const output = outputFor(options);
      const service = chosenService(openProject().project, name);
      const workplace = await compose(options.env, output, { drives: true });
      const driven = await abort(workplace.context, service);
      if (!driven.ok) throw refused(driven.error, { service: service.name, environment: options.env });
      ended(await tellDriven(workplace.context, output, driven.value));
    });
};

const rollbackTo = (text: string): RollbackTo => (text === 'blue' || text === 'green' ? text : { deployment: text });

async function askForColor(output: Output, service: string): Promise<Color | undefined> {
  for (const color of ['blue', 'green'] as const) {
    if (await output.confirm(`Give ${color} of ${service} all of the traffic? Traffic moves at once.`)) return color;
  }
  return undefined;
}

function takeBackError(error: TakeBackError, service: string, environment: string): CliError {
  switch (error.kind) {
    case 'refused':
      return refused(error.refusal, { service, environment });
    case 'name-a-color':
      return new CliError(
        'refused',
        `${error.why}, and without the journal the colour to return to is not guessed. Name it: teal rollback ${service} --to blue (or green). Nothing was changed.`,
      );
    case 'by-name':
      return error.error.kind === 'partly'
        ? new CliError('unexpected', `${namedErrorText(error.error)} Run the same command again.`)
        : new CliError('refused', `${namedErrorText(error.error)} Nothing was changed.`);
  }
}

function namedErrorText(error: NamedRollbackError): string {
  switch (error.kind) {
    case 'call':
      return `The load balancer does not do it: ${callText(error.error)}.`;
    case 'partly':
      return `${error.written} of ${error.places} places were written, then the load balancer did not do it: ${callText(error.error)}.`;
    case 'group-missing':
      return `There is no target group ${error.name}.`;
    case 'not-confirmed':
      return `${error.what} is "${error.found}", expected "${error.expected}": what was found by name is not this service's.`;
    case 'no-rule':
      return 'No rule of the load balancer names both target groups.';
    case 'nothing-to-return-to':
      return `${error.color} has no healthy target.`;
  }
}

const byNameText = (service: string, done: NamedRollbackDone): string =>
  `${service}: weights blue ${done.weights.blue}, green ${done.weights.green} written by the load balancer alone (${done.healthy} healthy targets there).\nThe journal did not answer: a record is kept and told to it by the next command.`;
