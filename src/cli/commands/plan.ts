import { createHash } from 'node:crypto';
import { ulid } from 'ulid';
import { systemClock, systemRandom } from '../../base/index.ts';
import { findEnvironment, notYet } from '../../config/index.ts';
import { previewNew, previewPlan, refusalOf } from '../../operations/index.ts';
import type { AddCommand } from '../add-command.ts';
import { CliError } from '../cli-error.ts';
import { chosenService, compose, openProject } from '../compose.ts';
import { bakeOption, environmentOption, jsonOption, outputFor } from '../options.ts';
import { planText } from '../output/plan-text.ts';
import { previewImage } from '../prepare-image.ts';
import { refused } from '../refusal-text.ts';
import { findRuntime, runtimeData, usualStart } from '../runtime-process.ts';

/** `teal plan [service]` */
export const addPlan: AddCommand = (program) => {
  program
    .command('plan')
    .summary('what a deployment would do; changes nothing')
    .argument('[service]', 'a file services/<service>.json; the only one where it is left out')
    .addOption(environmentOption())
    .addOption(bakeOption())
    .addOption(jsonOption())
    .option('-v, --verbose', 'every preflight check, not only those that are NG', false)
    .addHelpText('after', '\nExamples:\n  teal plan api\n  teal plan api --env production --json\n')
    .action(async (name, options) => {
      const output = outputFor(options);
      const { root, project } = openProject();
      const service = chosenService(project, name);
      const environment = findEnvironment(project, options.env);
      if (!environment.ok) throw new CliError('usage', environment.error.message);
      const about = { service: service.name, environment: options.env };
      const what = notYet(service);
      if (what.length > 0) throw refused({ kind: 'not-yet', what }, about);
      const unmade = options.env === 'local' && !(await findRuntime(runtimeData(process.env)));
      const context = unmade ? undefined : (await compose(options.env, output, { drives: false })).context;
      const signal = context?.signal ?? new AbortController().signal;
      const image = () => previewImage(service, { environment: options.env, root, signal, context }, output);
      const wished = { service, image, bakeSeconds: options.bake };
      const preview = context
        ? await previewPlan(context, wished)
        : await previewNew(withoutRuntime(environment.value), wished, 0);
      if (!preview.ok) throw refused(preview.error, about);
      output.result(planText(preview.value, options.verbose), preview.value);
      const unfit = refusalOf(preview.value.checks);
      if (unfit) throw refused(unfit, about);
    });
};

/** What a plan needs where nobody can be asked. */
const withoutRuntime = (environment: Extract<ReturnType<typeof findEnvironment>, { ok: true }>['value']) => ({
  environment: { ...environment, account: usualStart.account },
  newId: () => ulid(systemClock.now(), () => systemRandom().next()),
  sha256: (text: string) => createHash('sha256').update(text).digest('hex'),
});
