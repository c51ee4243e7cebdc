import { otherColor } from '../../../src/deployment/index.ts';
import { share } from './call.ts';
import type { Checker, Witness } from './witness.ts';

/** 2: the last healthy capacity stays in traffic; what has weight is neither shrunk nor replaced. */
export const lastCapacity = (witness: Witness): Checker => ({
  sent(call, actor) {
    if (call.kind === 'set-weights' && witness.made.places.includes(call.rule)) {
      for (const color of ['blue', 'green'] as const) {
        const other = otherColor(color);
        if (share(color, call.weights) > 0) continue;
        const lost = witness
          .recent()
          .every(
            ({ weights, colors }) =>
              share(color, weights) > 0 && colors[color].healthy > 0 && colors[other].healthy === 0,
          );
        if (lost) witness.report(2, `${actor} takes ${color}, the only healthy colour, out of traffic`);
      }
    }
    if (call.kind === 'update-service') {
      const { color, desiredCount, taskDefinition } = call;
      const harmed = witness
        .recent()
        .every(
          ({ weights, colors }) =>
            share(color, weights) > 0 &&
            colors[color].tasks.length > 0 &&
            (taskDefinition !== undefined || desiredCount < colors[color].desired),
        );
      if (harmed) witness.report(2, `${actor} ${taskDefinition ? 'replaces' : 'shrinks'} ${color}, which has weight`);
    }
  },
});
