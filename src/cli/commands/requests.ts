import type { Result } from '../../base/index.ts';
import { ask, type OperationRefusal, type Resumed, repair, resume } from '../../operations/index.ts';
import type { AddCommand } from '../add-command.ts';
import { CliError } from '../cli-error.ts';
import { chosenService, compose, openProject } from '../compose.ts';
import { tellDriven } from '../driven.ts';
import { environmentOption, jsonOption, outputFor } from '../options.ts';
import type { Output } from '../output/index.ts';
import { refused } from '../refusal-text.ts';

/** `teal resume`, `teal pause`, `teal promote`: what is asked of a running deployment. */
export const addRequests: AddCommand = (program, ended) => {
  program
    .command('resume')
    .summary('end a pause, drive an orphan on, repair a halt')
    .argument('[service]', 'the service; the only one where it is left out')
    .addOption(environmentOption())
    .option('--accept', 'after a halt: take the weights as they were found')
    .option('--restore', 'after a halt: write the last weights that teal knew')
    .addOption(jsonOption())
    .addHelpText('after', '\nExamples:\n  teal resume api\n  teal resume api --restore\n')
    .action(async (name, options) => {
      if (options.accept && options.restore) throw new CliError('usage', '--accept and --restore exclude each other.');
      const output = outputFor(options);
      const service = chosenService(openProject().project, name);
      const { context } = await compose(options.env, output, { drives: true });
      const about = { service: service.name, environment: options.env };
      const how = options.accept ? 'accept' : options.restore ? 'restore' : undefined;
      if (how) {
        const repaired = await repair(context, service, how);
        if (!repaired.ok) throw refused(repaired.error, about);
        return ended(await tellDriven(context, output, repaired.value));
      }
      const resumed = await resume(context, service);
      if (!resumed.ok) throw refused(resumed.error, about);
      if (resumed.value.kind === 'driven') return ended(await tellDriven(context, output, resumed.value.driven));
      tellAsked(output, 'resume', resumed, about);
    });
  for (const [kind, summary] of [
    ['pause', 'hold the running deployment where it is'],
    ['promote', "end the present step's hold now"],
  ] as const) {
    program
      .command(kind)
      .summary(summary)
      .argument('[service]', 'the service; the only one where it is left out')
      .addOption(environmentOption())
      .addOption(jsonOption())
      .addHelpText('after', `\nExample:\n  teal ${kind} api\n`)
      .action(async (name, options) => {
        const output = outputFor(options);
        const service = chosenService(openProject().project, name);
        const { context } = await compose(options.env, output, { drives: false });
        tellAsked(output, kind, await ask(context, service, kind), { service: service.name, environment: options.env });
      });
  }
};

function tellAsked(
  output: Output,
  kind: string,
  asked: Result<Resumed, OperationRefusal>,
  about: { service: string; environment: string },
): void {
  if (!asked.ok) throw refused(asked.error, about);
  if (asked.value.kind !== 'asked') return;
  output.result(
    `${about.service}: asked ${asked.value.driver} to ${kind}. Follow it: teal status ${about.service} --watch.`,
    { ...about, asked: kind, of: asked.value.driver },
  );
}
