import { countChanges, type Part, up } from '../../operations/index.ts';
import { lostData, type RootPlan } from '../../terraform/index.ts';
import type { AddCommand } from '../add-command.ts';
import { CliError } from '../cli-error.ts';
import { composeTerraform } from '../compose-terraform.ts';
import { confirmOption, environmentOption, jsonOption, outputFor, yesOption } from '../options.ts';
import type { Output } from '../output/index.ts';
import { countsText, partText, terraformRefused } from '../terraform-text.ts';

/** `teal up` */
export const addUp: AddCommand = (program) => {
  program
    .command('up')
    .summary('make or update an environment on AWS')
    .addOption(environmentOption())
    .addOption(yesOption())
    .addOption(confirmOption('said again, where the plan deletes data, or anything of a protected one'))
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Terraform makes, in this order and each with a state of its own: the bucket of
the states (once per account and region), the platform, the services. Each plan
is shown before it is applied. No apply moves traffic or starts a deployment.

Examples:
  teal up --env staging
  teal up --env staging --yes             in CI
`,
    )
    .action(async (options) => {
      const output = outputFor(options);
      const consent = {
        command: 'up' as const,
        yes: options.yes,
        confirmed: options.confirm,
        environment: options.env,
      };
      const { context } = await composeTerraform(options.env, output, (part, plan) =>
        agreed(output, part, plan, { ...consent, protected: context.environment.protected }),
      );
      const { environment, root } = context;
      const done = await up(context);
      if (!done.ok) throw terraformRefused(done.error, { command: 'up', environment, root });
      const withoutDomain = Object.entries(environment.loadBalancers)
        .filter(([, { domain }]) => domain === null)
        .map(([name]) => name);
      for (const name of withoutDomain)
        output.note(
          `Load balancer ${name} has no domain: it serves HTTP, unencrypted. Give it one: loadBalancers.${name}.domain in environments/${options.env}.json.`,
        );
      const changed = done.value.filter(({ changed }) => changed);
      const text =
        changed.length === 0
          ? `${options.env} is as its files say: nothing was changed.`
          : `${options.env} is up: ${changed.map(({ part }) => partText(part)).join(', ')} changed.`;
      const [first] = context.synced.services;
      output.result(`${text}${first === undefined ? '' : `\nNext: teal deploy ${first} --env ${options.env}`}`, {
        environment: options.env,
        parts: done.value,
        withoutDomain,
      });
    });
};

interface Consent {
  readonly command: 'up' | 'down';
  readonly environment: string;
  readonly protected: boolean;
  readonly yes: boolean;
  readonly confirmed: string | undefined;
}

/** Shows what a plan changes and asks, once, unless that was answered already. */
export async function agreed(output: Output, part: Part, plan: RootPlan, consent: Consent): Promise<boolean> {
  const counts = countChanges(plan);
  if (output.json)
    output.result('', {
      environment: consent.environment,
      part,
      plan: plan.changes.map(({ address, action }) => ({ address, action })),
    });
  if (consent.protected && counts.deleted > 0 && consent.confirmed !== consent.environment)
    throw new CliError(
      'refused',
      `Environment ${consent.environment} is protected, and this plan deletes ${counts.deleted} of the ${partText(part)}. Say its name to agree: --confirm ${consent.environment}. Nothing of the ${partText(part)} was changed.`,
    );
  const lost = consent.command === 'up' ? lostData(plan) : [];
  if (lost.length > 0 && consent.confirmed !== consent.environment)
    throw new CliError(
      'refused',
      `This plan deletes what holds data, and the data with it: ${lost.map(({ address }) => address).join(', ')}. Say the environment's name to agree: --confirm ${consent.environment}. Nothing of the ${partText(part)} was changed.`,
    );
  if (consent.yes) return true;
  return output.confirm(`Apply this to ${consent.environment}, ${partText(part)}: ${countsText(counts)}?`);
}
