import { ms } from '../../base/index.ts';
import { eventsOf, isRunning } from '../../deployment/index.ts';
import { type OperationRefusal, type ServiceStatus, serviceStatus } from '../../operations/index.ts';
import type { AddCommand } from '../add-command.ts';
import { compose, serviceOf } from '../compose.ts';
import { followedView } from '../follow.ts';
import { environmentOption, jsonOption, outputFor } from '../options.ts';
import type { Output } from '../output/index.ts';
import { renderLive } from '../output/render-live.ts';
import { detailedStatusText, type FoundService, statusText } from '../output/status-text.ts';

/** Between two looks with `--watch`. */
const watchEvery = ms(1_000);

/** `teal status [service]` */
export const addStatus: AddCommand = (program) => {
  program
    .command('status')
    .summary('what is live where; what needs a person first')
    .argument('[service]', 'one service; all of them where it is left out')
    .addOption(environmentOption())
    .option('-w, --watch', 'follow it as it changes; ^C ends that, and nothing else')
    .addOption(jsonOption())
    .addHelpText('after', '\nExamples:\n  teal status\n  teal status api --watch\n')
    .action(async (name, options) => {
      const output = outputFor(options);
      const { context, project } = await compose(options.env, output, { drives: false });
      const { clock, environment } = context;
      const names =
        name === undefined ? project.services.map((service) => service.name) : [serviceOf(project, name).name];
      const look = async (): Promise<readonly FoundService[]> => {
        const found: FoundService[] = [];
        for (const service of names) {
          const status = await serviceStatus(context, service);
          found.push({ name: service, status: status.ok ? status.value : status.error });
        }
        return found;
      };
      const tell = (found: readonly FoundService[]): void =>
        output.result(
          name === undefined
            ? statusText(environment.name, found, clock.now())
            : detailedStatusText(environment.name, found, clock.now()),
          documentOf(environment.name, found),
        );
      const first = await look();
      if (!options.watch) return tell(first);
      const follow = output.screen ? onScreen(output, environment.name) : inLines(output, tell);
      for (let found = first; ; found = await look()) {
        follow(found, clock.now());
        await clock.sleep(watchEvery);
      }
    });
};

type Follow = (found: readonly FoundService[], now: number) => void;

/** Redraws: the table, and below it what runs of the only service. */
function onScreen(output: Output, environment: string): Follow {
  return (found, now) => {
    const { screen } = output;
    const [only, ...more] = found;
    const status = only && more.length === 0 && !('kind' in only.status) ? only.status : undefined;
    const view = status && isRunning(status.state) ? followedView(status, now) : undefined;
    const text =
      view && screen
        ? renderLive(view, { ...screen, now, keys: false, probes: false, question: undefined })
        : statusText(environment, found, now);
    output.show(text, {});
  };
}

/** Prints the table, then what happens line by line, and the table again after each outcome. */
function inLines(output: Output, tell: (found: readonly FoundService[]) => void): Follow {
  const told = new Map<string, number>();
  let began = false;
  return (found) => {
    let ended = !began;
    for (const { status } of found) {
      if ('kind' in status) continue;
      const events = eventsOf(status.entries);
      const { deployment } = events[0] ?? { deployment: '' };
      const news = events.slice(told.get(deployment) ?? (began ? 0 : events.length));
      told.set(deployment, events.length);
      for (const event of news) output.event(event);
      ended ||= news.some((event) => event.type === 'outcome');
    }
    began = true;
    if (ended) tell(found);
  };
}

const documentOf = (environment: string, found: readonly FoundService[]): object => ({
  environment,
  services: found.map(forMachines),
});

function forMachines({ name, status }: { name: string; status: ServiceStatus | OperationRefusal }): object {
  if ('kind' in status) return { service: name, refused: status };
  const { url, weights, colors, deployment, lease, orphan, watch, keepWarmMs } = status;
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
    watch: watch && { ...watch, alarms: watch.alarms.map(({ name, reading }) => ({ name, ...reading })) },
    keepWarmMs: keepWarmMs !== null && Number.isFinite(keepWarmMs) ? keepWarmMs : null,
  };
}
