import type { Json } from '../../base/index.ts';
import { findEnvironment } from '../../config/index.ts';
import { between, drift, type PartDrift } from '../../operations/index.ts';
import type { Difference } from '../../terraform/index.ts';
import type { AddCommand } from '../add-command.ts';
import { CliError } from '../cli-error.ts';
import { openProject } from '../compose.ts';
import { composeTerraform } from '../compose-terraform.ts';
import { environmentOption, jsonOption, outputFor } from '../options.ts';
import type { Output } from '../output/index.ts';
import { terraformRefused } from '../terraform-text.ts';

/** `teal drift` */
export const addDrift: AddCommand = (program, ended) => {
  program
    .command('drift')
    .summary('what is not as Terraform left it, and why')
    .addOption(environmentOption())
    .option('--between <environments...>', 'two environments: where they differ')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
What a deployment changed is expected. What Terraform publishes and the tasks do
not have yet waits for a deployment. The rest is drift, and ends with code 10.

Examples:
  teal drift --env production
  teal drift --env production --json      for a job that runs every night
  teal drift --between staging production
`,
    )
    .action(async (options) => {
      const output = outputFor(options);
      if (options.between) return tellBetween(output, options.between);
      const { context } = await composeTerraform(options.env, output, async () => false);
      const { environment, root } = context;
      const found = await drift(context);
      if (!found.ok) throw terraformRefused(found.error, { command: 'drift', environment, root });
      output.result(driftText(options.env, found.value), {
        environment: options.env,
        parts: found.value.map(({ part, drift }) => ({ part, ...drift })),
      });
      if (found.value.some((part) => part.drift.drifted.length > 0)) ended('drift');
    });
};

function tellBetween(output: Output, names: readonly string[]): void {
  const { root, project } = openProject();
  const [one, other, ...more] = names.map((name) => {
    const found = findEnvironment(project, name);
    if (!found.ok) throw new CliError('usage', found.error.message);
    return found.value;
  });
  if (!one || !other || more.length > 0)
    throw new CliError('usage', 'Name two environments: teal drift --between staging production');
  const found = between(root, [one, other]);
  const width = Math.max(0, ...found.map(({ key }) => key.length));
  const lines = found.map(
    ({ key, values: [these, those] }) => `  ${key.padEnd(width)}  ${shortly(these)} → ${shortly(those)}`,
  );
  output.result(
    found.length === 0
      ? `${one.name} and ${other.name} differ in nothing.`
      : [`${one.name} → ${other.name}`, ...lines].join('\n'),
    {
      between: [one.name, other.name],
      differences: found.map(({ key, values: [these = null, those = null] }) => ({ key, values: [these, those] })),
    },
  );
}

function driftText(environment: string, parts: readonly PartDrift[]): string {
  const all = (of: 'deployed' | 'waiting' | 'drifted'): readonly string[] =>
    parts.flatMap(({ drift }) => drift[of].map(differenceText));
  const unapplied = parts.flatMap(({ drift }) =>
    drift.unapplied.map(({ address, action }) => `  ${action} ${address}`),
  );
  const section = (title: string, lines: readonly string[]): readonly string[] =>
    lines.length > 0 ? [title, ...lines] : [];
  const drifted = all('drifted');
  return [
    ...section('Changed by somebody else; the next apply changes it back:', drifted),
    ...section('Waits for a deployment:', all('waiting')),
    ...section('Asked for in the files and not applied yet:', unapplied),
    ...section('Changed by deployments, as it is meant:', all('deployed')),
    drifted.length === 0
      ? `${environment}: no drift.`
      : `${environment}: drift. See what would be changed back: teal up --env ${environment}`,
  ].join('\n');
}

function differenceText({ address, attribute, from, to }: Difference): string {
  if (attribute === null) return `  ${address} is gone`;
  return `  ${address} ${attribute}  ${shortly(from)} → ${shortly(to)}`;
}

/** A value on a line; what is long is in `--json`. */
function shortly(value: Json | undefined): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length <= 60 ? text : `${text.slice(0, 57)}…`;
}
