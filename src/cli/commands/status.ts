import { ms } from '../../base/index.ts';
import { type OperationRefusal, type ServiceStatus, serviceStatus } from '../../operations/index.ts';
import type { AddCommand } from '../add-command.ts';
import { compose, serviceOf } from '../compose.ts';
import { environmentOption, jsonOption, outputFor } from '../options.ts';
import { statusText } from '../output/status-text.ts';

/** Between two looks with `--watch`. */
const watchEvery = ms(1_000);

/** `teal status [service]` */
export const addStatus: AddCommand = (program) => {
  program
    .command('status')
    .summary('what is live where; what needs a person comes first')
    .argument('[service]', 'one service; all of them where it is left out')
    .addOption(environmentOption())
    .option('-w, --watch', 'again and again, as it changes')
    .addOption(jsonOption())
    .addHelpText('after', '\nExamples:\n  teal status\n  teal status api --watch\n')
    .action(async (name, options) => {
      const output = outputFor(options);
      const { context, project } = await compose(options.env, output, { drives: false });
      const names =
        name === undefined ? project.services.map((service) => service.name) : [serviceOf(project, name).name];
      let shown = '';
      do {
        const found: { name: string; status: ServiceStatus | OperationRefusal }[] = [];
        for (const service of names) {
          const status = await serviceStatus(context, service);
          found.push({ name: service, status: status.ok ? status.value : status.error });
        }
        const text = statusText(context.environment.name, found, context.clock.now());
        if (text !== shown)
          output.result(text, { environment: context.environment.name, services: found.map(forMachines) });
        shown = text;
        if (options.watch) await context.clock.sleep(watchEvery);
      } while (options.watch);
    });
};

function forMachines({ name, status }: { name: string; status: ServiceStatus | OperationRefusal }): object {
  if ('kind' in status) return { service: name, refused: status };
  const { url, weights, colors, deployment, lease, orphan, keepWarmMs } = status;
  return {
    service: name,
    url,
    weights,
    colors,
    live: status.state.live,
    former: status.state.former,
    deployment: deployment && {
      id: deployment.plan.id,
      kind: deployment.plan.kind,
      phase: deployment.phase,
      paused: deployment.paused,
      outcome: deployment.outcome ?? null,
    },
    driver: lease && !lease.released ? lease.holder : null,
    orphan,
    keepWarmMs: keepWarmMs !== null && Number.isFinite(keepWarmMs) ? keepWarmMs : null,
  };
}
