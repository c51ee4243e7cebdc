import type { Clock } from '../base/index.ts';
import type { Action } from './action.ts';
import { healthyOf } from './capacity.ts';
import { type Color, colors } from './color.ts';
import type { ColorStatus, EventBody } from './event.ts';
import type { Observation } from './observation.ts';
import { outlineOf } from './outline.ts';
import type { ProbeBook } from './probe-book.ts';
import type { DeploymentState, StreamState } from './state.ts';
import { weightsOf } from './strange.ts';
import { shareOf } from './weights.ts';

/** What a live view shows of one look and of what was decided after it. */
export function statusOf(
  state: StreamState,
  deployment: DeploymentState,
  seen: Observation,
  book: ProbeBook,
  action: Action,
  clock: Clock,
): EventBody {
  const { plan, phase } = deployment;
  const weights = weightsOf(seen.traffic);
  const outline = outlineOf(state);
  const status = (color: Color): ColorStatus => ({
    revision: outline?.revisions[color] ?? null,
    name: outline?.names[color] ?? null,
    weight: weights ? shareOf(color, weights) : Number.NaN,
    healthy:
      color === plan.to
        ? healthyOf(seen.fleet[color], deployment.taskDefinition ?? '')
        : seen.fleet[color].targets.filter((target) => target.state === 'healthy').length,
    desired: seen.fleet[color].desired,
    probes: book.window(color, clock.monotonic()),
  });
  const step = plan.steps[phase.step];
  const holdSeconds =
    phase.name === 'baking' ? plan.bakeSeconds : phase.name === 'shifting' ? (step?.bakeSeconds ?? 0) : 0;
  const [blue, green] = colors.map(status) as [ColorStatus, ColorStatus];
  return {
    type: 'status',
    body: {
      phase: phase.name,
      step: phase.step,
      paused: deployment.paused,
      waitingFor: action.do === 'wait' ? action.for : null,
      heldMs: Math.min(seen.watchedMs, holdSeconds * 1000),
      holdMs: holdSeconds * 1000,
      required: Math.max(plan.minimumTasks, plan.first ? 0 : seen.fleet[plan.from].running),
      colors: { blue, green },
    },
  };
}
