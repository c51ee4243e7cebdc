import { notYet } from '../../config/index.ts';
import { release, sweepOthers } from '../../operations/index.ts';
import type { AddCommand } from '../add-command.ts';
import { chosenService, compose, openProject } from '../compose.ts';
import { tellDriven } from '../driven.ts';
import { bakeOption, environmentOption, jsonOption, outputFor } from '../options.ts';
import { prepareImage } from '../prepare-image.ts';
import { refused } from '../refusal-text.ts';

/** `teal deploy [service]` */
export const addDeploy: AddCommand = (program, ended) => {
  program
    .command('deploy')
    .summary('make a new version live')
    .description(
      'Starts the idle colour, verifies it, shifts traffic in the steps of the strategy, watches, and takes it back by itself when it fails.',
    )
    .argument('[service]', 'a file services/<service>.json; the only one where it is left out')
    .addOption(environmentOption())
    .addOption(jsonOption())
    .addOption(bakeOption())
    .addHelpText('after', after)
    .action(async (name, options) => {
      const output = outputFor(options);
      const { project } = openProject();
      const service = chosenService(project, name);
      const about = { service: service.name, environment: options.env };
      const what = notYet(service);
      if (what.length > 0) throw refused({ kind: 'not-yet', what }, about);
      const { context } = await compose(options.env, output, { drives: true });
      const image = await prepareImage(context, service, output);
      const driven = await release(context, service, { kind: 'deploy', image, bakeSeconds: options.bake });
      if (!driven.ok) throw refused(driven.error, about);
      ended(await tellDriven(context, output, driven.value));
      await sweepOthers(
        context,
        project.services.map((other) => other.name).filter((other) => other !== service.name),
      );
    });
};

const after = `
Examples:
  teal deploy api
  teal deploy api --env production --json > events.jsonl

On a terminal: p promotes, a aborts, d leaves it running, ^C asks.

Exit codes, of all commands:
  0 done            4 failed before it had traffic   7 another process drives
  1 unexpected      5 rolled back                    8 left without a driver
  2 bad input       6 halted, needs a person        10 drift
  3 refused; nothing was changed
`;
