/** A task that has not STOPPED, as the scheduler judges it. */
export interface SeenTask {
  readonly id: string;
  readonly deployment: string;
  /** `unproven` runs but does not count as healthy yet; `sick` has failed a health check and is to be replaced. */
  readonly condition: 'starting' | 'unproven' | 'healthy' | 'sick' | 'stopping';
}

export interface RolloutInput {
  readonly desiredCount: number;
  readonly minimumHealthyPercent: number;
  readonly maximumPercent: number;
  readonly primary: { readonly id: string; readonly mayStart: boolean };
  /** Newest first. `keeps`: how many tasks it is still to have. */
  readonly older: readonly {
    readonly id: string;
    readonly keeps: number;
    readonly completedBefore: boolean;
    readonly mayStart: boolean;
  }[];
  /** Oldest first. */
  readonly tasks: readonly SeenTask[];
}

export interface RolloutPlan {
  readonly start: readonly { readonly deployment: string; readonly count: number; readonly replaced: number }[];
  readonly stop: readonly { readonly id: string; readonly because: 'scaling' | 'sick' }[];
  /** What each older deployment keeps from now on. */
  readonly keeps: ReadonlyMap<string, number>;
  /** The percentages leave nothing to do although tasks are missing. */
  readonly blocked: boolean;
}

/**
 * One step of the service scheduler (ECS-DG/deployment-type-ecs, ECS-DG/service_definition_parameters): old tasks go
 * as far as healthy new ones replace them above the minimum (rounded up); new ones come as far as all tasks that
 * have not stopped leave room below the maximum (rounded down). A sick task is stopped once its replacement is
 * healthy; where there is no room for one, one sick task at a time is stopped first.
 */
export function planRollout(input: RolloutInput): RolloutPlan {
  const { desiredCount, primary, tasks } = input;
  const least = Math.ceil((desiredCount * input.minimumHealthyPercent) / 100);
  const most = Math.floor((desiredCount * input.maximumPercent) / 100);
  const live = tasks.filter((task) => task.condition !== 'stopping');
  const own = live.filter((task) => task.deployment === primary.id);
  const healthy = own.filter((task) => task.condition === 'healthy').length;
  const start: RolloutPlan['start'][number][] = [];
  let room = most - tasks.length;

  const older = planOlder(input, live, Math.max(0, least - healthy));
  for (const one of older.start) {
    const count = Math.min(one.count, room);
    if (count <= 0) continue;
    start.push({ ...one, count, replaced: 0 });
    room -= count;
  }

  const sick = own.filter((task) => task.condition === 'sick');
  const sound = own.filter((task) => task.condition !== 'sick');
  const missing = Math.max(0, desiredCount - sound.length);
  const surplus = [...sound].sort(byWorth).slice(desiredCount);
  const starting = primary.mayStart ? Math.max(0, Math.min(missing, room)) : 0;
  if (starting > 0) start.push({ deployment: primary.id, count: starting, replaced: Math.min(starting, sick.length) });

  const replaced = sick.slice(0, Math.max(0, healthy + sick.length - desiredCount));
  const noRoom = primary.mayStart && missing > 0 && room <= 0 && tasks.every((task) => task.condition !== 'stopping');
  const makeRoom = noRoom && replaced.length === 0 ? sick.slice(0, 1) : [];
  const stop = [
    ...older.stop.map((task) => ({ id: task.id, because: 'scaling' as const })),
    ...surplus.map((task) => ({ id: task.id, because: 'scaling' as const })),
    ...[...replaced, ...makeRoom].map((task) => ({ id: task.id, because: 'sick' as const })),
  ];
  const idle = start.length === 0 && stop.length === 0 && live.every((task) => task.condition !== 'starting');
  return { start, stop, keeps: older.keeps, blocked: noRoom && idle };
}

/** Of the older deployments' tasks `budget` stay, the healthy ones first. One that never completed keeps only those. */
function planOlder(input: RolloutInput, live: readonly SeenTask[], budget: number) {
  const rank = new Map(input.older.map((one, index) => [one.id, { ...one, index }]));
  const candidates = live
    .flatMap((task) => {
      const of = rank.get(task.deployment);
      return of ? [{ task, of }] : [];
    })
    .sort(
      (a, b) =>
        Number(b.task.condition === 'healthy') - Number(a.task.condition === 'healthy') ||
        Number(b.of.completedBefore) - Number(a.of.completedBefore) ||
        a.of.index - b.of.index,
    );
  const kept: SeenTask[] = [];
  const stop: SeenTask[] = [];
  for (const { task, of } of candidates)
    if (kept.length < budget && (of.completedBefore || task.condition === 'healthy')) kept.push(task);
    else stop.push(task);

  const start: { deployment: string; count: number }[] = [];
  const keeps = new Map<string, number>();
  let left = budget - kept.length;
  for (const one of input.older) {
    const has = kept.filter((task) => task.deployment === one.id).length;
    const lost = one.completedBefore ? Math.max(0, Math.min(one.keeps - has, left)) : 0;
    keeps.set(one.id, has + lost);
    left -= lost;
    if (lost > 0 && one.mayStart) start.push({ deployment: one.id, count: lost });
  }
  return { start, stop, keeps };
}

const worth = { healthy: 0, unproven: 1, starting: 2, sick: 3, stopping: 4 };
/** What is worth keeping comes first; among equals the older one (a stable sort keeps the order given). */
const byWorth = (a: SeenTask, b: SeenTask): number => worth[a.condition] - worth[b.condition];
