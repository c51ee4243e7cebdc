import { InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { systemRandom } from '../../base/index.ts';
import type { SecretReading } from '../../deployment/index.ts';
import {
  type KnownSecret,
  type PutKind,
  placeText,
  putSecret,
  readKnownSecrets,
  type SecretRefusal,
  type SecretTarget,
  secretsOf,
  secretValue,
  targetOf,
} from '../../operations/index.ts';
import type { AddCommand } from '../add-command.ts';
import { CliError } from '../cli-error.ts';
import { compose, openProject } from '../compose.ts';
import { environmentOption, jsonOption, outputFor } from '../options.ts';
import { readSecret } from '../read-secret.ts';
import { callText, refused } from '../refusal-text.ts';

/** `teal secret generate|put|rotate|list` */
export const addSecret: AddCommand = (program) => {
  const secret = program.command('secret').summary('give secrets their values').addHelpText('after', examples);
  secret
    .command('generate')
    .summary('make a value that nobody knows, where there is none')
    .argument('<name>', nameHelp)
    .addOption(environmentOption())
    .addOption(lengthOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  teal secret generate api/session-key --env staging\n')
    .action((name, options) => give(name, options, 'make', async () => secretValue(systemRandom(), options.length)));
  secret
    .command('put')
    .summary('take a value from stdin')
    .argument('<name>', nameHelp)
    .addOption(environmentOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  pass show stripe | teal secret put ssm:/shop/stripe --env production\n')
    .action((name, options) => give(name, options, 'put', readSecret));
  secret
    .command('rotate')
    .summary('make a new value in place of the one that is there')
    .argument('<name>', nameHelp)
    .addOption(environmentOption())
    .addOption(lengthOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  teal secret rotate api/session-key --env staging\n')
    .action((name, options) => give(name, options, 'replace', async () => secretValue(systemRandom(), options.length)));
  secret
    .command('list')
    .summary('what the services name, and which of it has a value')
    .addOption(environmentOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  teal secret list --env staging\n')
    .action(async (options) => {
      const output = outputFor(options);
      const { context, project } = await compose(options.env, output, { drives: false });
      const found = await readKnownSecrets(context, secretsOf(project, context.environment));
      const width = Math.max(0, ...found.map((one) => placeText(one).length));
      const lines = found.map(
        (one) => `  ${placeText(one).padEnd(width)}  ${readingText(one.reading)}  ${usesText(one)}`,
      );
      output.result(lines.length > 0 ? lines.join('\n') : 'No service names a secret.', {
        environment: options.env,
        secrets: found,
      });
    });
};

const nameHelp =
  'ssm:/name, secretsmanager:name[:key], <service>/<VARIABLE> of one that is the service’s own, or a name alone: then the environment chooses the store';

const examples = `
A value comes from stdin or is made here, and goes to Parameter Store (as a
SecureString) or to Secrets Manager. It is in no argument, log, plan or state.
Tasks get it when they start: the next deployment takes the new one.

Examples:
  teal secret list --env staging
  teal secret generate api/session-key --env staging
  pass show stripe | teal secret put ssm:/shop/stripe --env staging
`;

const lengthOption = () =>
  new Option('--length <characters>', 'how many letters and digits').default(32).argParser((text): number => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < 16 || value > 1_024)
      throw new InvalidArgumentError('expected a number from 16 to 1024.');
    return value;
  });

async function give(
  name: string,
  options: { readonly env: string; readonly json: boolean },
  how: PutKind,
  value: () => Promise<string>,
): Promise<void> {
  const output = outputFor(options);
  const { context, project } = await compose(options.env, output, { drives: false });
  const known = secretsOf(openProject().project, context.environment);
  const target = targetOf(name, context, known);
  const done = await putSecret(context, target, await value(), how);
  if (!done.ok) throw secretRefused(done.error, target, options.env);
  const use = known.find((one) => placeText(one) === placeText(target));
  const services = [...new Set(use?.usedBy.map(({ service }) => service) ?? [])];
  const next =
    services.length > 0
      ? services.map(
          (service) => `Tasks that run keep what they have. Next: teal deploy ${service} --env ${options.env}`,
        )
      : [
          `No service names it. In services/${project.services[0]?.name ?? '<service>'}.json: "secrets": { "NAME": { "from": "${placeText(target)}" } }`,
        ];
  output.result(
    [
      `${placeText(target)} ${done.value.made ? 'is made' : 'has a new value'}, version ${done.value.version}.`,
      ...next,
    ].join('\n'),
    { environment: options.env, secret: placeText(target), ...done.value, services },
  );
}

function secretRefused(refusal: SecretRefusal, target: SecretTarget, environment: string): CliError {
  const place = placeText(target);
  switch (refusal.kind) {
    case 'operation':
      return refused(refusal.refusal, { service: '', environment });
    case 'there-already':
      return new CliError(
        'refused',
        `${place} has a value already (version ${refusal.version}). A new one: teal secret rotate ${place} --env ${environment}. Nothing was changed.`,
      );
    case 'not-there':
      return new CliError(
        'refused',
        `${place} has no value. Make one: teal secret generate ${place} --env ${environment}. Nothing was changed.`,
      );
    case 'not-made':
      return new CliError(
        'refused',
        `${place} is made by Terraform, and is not there yet. Make it: teal up --env ${environment}. Nothing was changed.`,
      );
    case 'to-be-deleted':
      return new CliError(
        'refused',
        `${place} is to be deleted (${refusal.deletedAt?.slice(0, 10)}). Take that back: aws secretsmanager restore-secret --secret-id ${target.name}. Nothing was changed.`,
      );
    case 'no-object':
      return new CliError(
        'refused',
        `${target.name} is no JSON object, and has no member ${target.key}. Put the whole of it: teal secret put secretsmanager:${target.name} --env ${environment}. Nothing was changed.`,
      );
    case 'call':
      return new CliError('unexpected', `The store does not take ${place}: ${callText(refusal.error)}.`);
  }
}

function readingText(reading: SecretReading): string {
  switch (reading.kind) {
    case 'there':
      return `version ${reading.version.slice(0, 8)}, ${reading.changedAt.slice(0, 16).replace('T', ' ')}`;
    case 'missing':
      return 'has no value';
    case 'without-value':
      return reading.deletedAt === null ? 'has no value' : 'is to be deleted';
    case 'unread':
      return `can't be read: ${callText(reading.error)}`;
  }
}

const usesText = ({ usedBy }: KnownSecret): string =>
  usedBy.map(({ service, variable }) => `${service} ${variable}`).join(', ');
