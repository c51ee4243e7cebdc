import { down } from '../../operations/index.ts';
import type { AddCommand } from '../add-command.ts';
import { composeTerraform } from '../compose-terraform.ts';
import { confirmOption, environmentOption, jsonOption, outputFor, yesOption } from '../options.ts';
import { partText, terraformRefused } from '../terraform-text.ts';
import { agreed } from './up.ts';

/** `teal down` */
export const addDown: AddCommand = (program) => {
  program
    .command('down')
    .summary('take an environment on AWS away')
    .addOption(environmentOption())
    .option('--live', 'services that have tasks as well', false)
    .addOption(yesOption())
    .addOption(confirmOption('said again, where it or its data is protected'))
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Everything of the environment goes that Terraform made. What stays: the bucket
of the states, secrets, pushed images' copies elsewhere, and the task
definitions that deployments registered (they cost nothing).

Examples:
  teal down --env preview
  teal down --env production --live --confirm production
`,
    )
    .action(async (options) => {
      const output = outputFor(options);
      const consent = {
        command: 'down' as const,
        yes: options.yes,
        confirmed: options.confirm,
        environment: options.env,
      };
      const { context, deployments } = await composeTerraform(options.env, output, (part, plan) =>
        agreed(output, part, plan, { ...consent, protected: context.environment.protected }),
      );
      const { environment, root } = context;
      const done = await down(context, deployments, { confirmed: options.confirm, live: options.live });
      if (!done.ok) throw terraformRefused(done.error, { command: 'down', environment, root });
      const changed = done.value.filter(({ changed }) => changed);
      const text =
        changed.length === 0
          ? `There was nothing of ${options.env}.`
          : `${options.env} is down: ${changed.map(({ part }) => partText(part)).join(', ')} taken away.`;
      output.result(text, { environment: options.env, parts: done.value });
    });
};
