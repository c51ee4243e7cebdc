import { err, ok, type Result } from '../base/index.ts';
import { otherColor } from './color.ts';
import type { Plan, Revision } from './plan.ts';
import { planScalingAlike } from './plan-scaling.ts';
import { allAtOnce, type Circumstances, checksOf, common, liveColor, type Refusal } from './planning.ts';
import { placedAt } from './render.ts';
import type { TaskDefinition } from './task-definition.ts';

/** A revision that was live before, as its task definition was registered. */
export interface FormerRevision {
  readonly revision: Revision;
  readonly definition: TaskDefinition;
}

/**
 * Plans to make a former revision live again whose tasks are gone: they are started and verified first, like those of
 * a new one, and then get all of the traffic in one step. Steps and bake are for what nobody has seen yet.
 */
export function planColdRollback(given: Circumstances, former: FormerRevision): Result<Plan, Refusal> {
  const { service, state, route, id } = given;
  const live = liveColor(given);
  if (!live.ok) return live;
  if (!route && service.deployment.verification.length > 0) return err({ kind: 'cannot-verify' });
  const { definition, revision } = former;
  const { name, port } = definition.container;
  const to = otherColor(live.value);
  return ok({
    ...common(given, live.value),
    container: { name, port },
    kind: 'rollback',
    first: false,
    scaling: planScalingAlike(state.deployment, live.value),
    revision,
    wish: { kind: 'register', definition: placedAt(definition, { color: to, revision: revision.id, deployment: id }) },
    steps: allAtOnce,
    bakeSeconds: 0,
    verification: checksOf(given),
  });
}
