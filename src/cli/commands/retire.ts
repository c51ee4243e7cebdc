import { findEnvironment, nearest } from '../../config/index.ts';
import { serviceStatus, syncedFiles, writeTombstone } from '../../operations/index.ts';
import type { AddCommand } from '../add-command.ts';
import { CliError } from '../cli-error.ts';
import { compose, openProject } from '../compose.ts';
import { refuseLocal } from '../compose-terraform.ts';
import { confirmOption, environmentOption, jsonOption, outputFor, yesOption } from '../options.ts';
import { refused } from '../refusal-text.ts';

/** `teal retire <service>` */
export const addRetire: AddCommand = (program) => {
  program
    .command('retire')
    .summary('let the next "teal up" take a service away')
    .argument('<service>', 'a service whose JSON is gone')
    .addOption(environmentOption())
    .addOption(yesOption())
    .addOption(confirmOption('said again, where it is protected'))
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
It writes a tombstone in place of what "teal sync" wrote of the service. Without
one a service is never taken away, whatever became of its file.

Example:
  git rm services/blog.json
  teal retire blog --env staging && teal up --env staging
`,
    )
    .action(async (service, options) => {
      const output = outputFor(options);
      const { root, project } = openProject();
      const found = findEnvironment(project, options.env);
      if (!found.ok) throw new CliError('usage', found.error.message);
      refuseLocal(options.env);
      if (project.services.some(({ name }) => name === service))
        throw new CliError(
          'refused',
          `services/${service}.json is still there, and the next "teal sync" would bring the service back. Remove it first: git rm services/${service}.json. Nothing was changed.`,
        );
      const { services, retired } = syncedFiles(root, options.env);
      const about = { environment: options.env, service };
      if (retired.includes(service))
        return output.result(`${service} is retired in ${options.env} already.`, { ...about, changed: false });
      if (!services.includes(service)) {
        const near = nearest(service, services);
        throw new CliError(
          'usage',
          `There is no service ${service} in ${options.env}.${near === undefined ? '' : ` Did you mean "${near}"?`} Nothing was changed.`,
        );
      }
      if (found.value.protected && options.confirm !== options.env)
        throw new CliError(
          'refused',
          `Environment ${options.env} is protected: say its name to retire a service of it: --confirm ${options.env}. Nothing was changed.`,
        );
      const { context } = await compose(options.env, output, { drives: false });
      const status = await serviceStatus(context, service);
      if (!status.ok && !(status.error.kind === 'site' && status.error.error.kind === 'missing'))
        throw refused(status.error, about);
      const deployment = status.ok ? status.value.deployment : null;
      if (deployment && !deployment.outcome)
        throw new CliError(
          'refused',
          `Deployment ${deployment.plan.id} of ${service} is running. Let it end first. Nothing was changed.`,
        );
      const tasks = status.ok ? status.value.colors.blue.desired + status.value.colors.green.desired : 0;
      const question = `Retire ${service} in ${options.env} (${tasks} tasks run)? The next "teal up" takes it away.`;
      if (!options.yes && !(await output.confirm(question)))
        throw new CliError(
          'refused',
          `Without a question: teal retire ${service} --env ${options.env} --yes. Nothing was changed.`,
        );
      const path = writeTombstone(root, options.env, service);
      output.result(`${path} is its tombstone: commit it.\nNext: teal up --env ${options.env} takes ${service} away.`, {
        ...about,
        changed: true,
        tombstone: path,
      });
    });
};
