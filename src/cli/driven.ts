import { fullColor, type Weights } from '../deployment/index.ts';
import type { Driven } from '../operations/index.ts';
import type { ExitName } from './exit-code.ts';
import type { Output } from './output/index.ts';
import { outcomeText } from './output/outcome-text.ts';

/** Prints how a drive ended, with the last line telling where traffic is, and returns the exit code's name. */
export function tellDriven(output: Output, driven: Driven): ExitName {
  output.close();
  const { site } = driven.plan;
  const about = { environment: site.environment.name, service: site.service, deployment: driven.plan.id };
  if (driven.kind === 'left') {
    output.result(
      `${site.service}: left running without a driver.\nDrive it on: teal resume ${site.service}. Take it back: teal abort ${site.service}.`,
      {
        ...about,
        outcome: 'left',
      },
    );
    return 'left';
  }
  const weights: Weights | null = driven.state.weights;
  output.result(outcomeText(driven.plan, driven.outcome, driven.state), {
    ...about,
    outcome: driven.outcome,
    weights,
    live: weights && fullColor(weights),
  });
  return driven.outcome.name === 'succeeded' ? 'ok' : driven.outcome.name;
}
