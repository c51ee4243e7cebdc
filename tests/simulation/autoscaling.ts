import { scalableResource } from '../../src/aws/index.ts';
import { seconds } from '../../src/base/index.ts';
import { colors } from '../../src/deployment/index.ts';
import type { Installation } from './installation.ts';
import type { Witness } from './invariants/index.ts';
import type { SimulatedWorld } from './world.ts';

/** Between two decisions; more often than AWS would, so that it comes between any two steps of a driver. */
const every = { least: 2, most: 14 } as const;

/**
 * Application Auto Scaling with policies that follow chance instead of a load: between the limits of the scalable
 * targets, in and out, and by schedules, as far as they are not suspended. Scale-in stands still while ECS replaces
 * tasks (ECS-DG/service-auto-scaling), and nothing is scaled from 0.
 */
export function startAutoscaling(
  world: SimulatedWorld,
  made: Installation,
  witness: Witness,
  over: () => boolean,
): void {
  const chance = world.random('autoscaling');
  const { targets, neighbours, world: place } = world.scaling;
  const { min: least, max: most } = made.service.scaling;

  const decide = (): void => {
    for (const color of colors) {
      const resource = scalableResource(made.cluster, made.ecsServices[color]);
      // The same draws whatever there is to decide.
      const [draw, by, schedule] = [chance.int(100), 1 + chance.int(2), least + chance.int(1 + most - least)];
      const target = targets.get(resource);
      const service = neighbours.service(place, made.cluster, made.ecsServices[color]);
      if (!target || !service || service.desiredCount === 0) continue;
      const before = service.desiredCount;
      const set = (count: number): void => {
        if (count === before) return;
        service.setDesiredCount(count);
        world.trace.add(`${world.scheduler.clock.now()} autoscaling ${color} ${before} → ${count}`);
        witness.scaled(color, before, count);
      };
      if (draw < 8 && !target.suspended.scheduled) {
        // A schedule sets limits first, and brings what runs between them.
        const minCapacity = draw < 4 ? schedule : least;
        const maxCapacity = draw < 4 ? most : schedule;
        targets.put(resource, { ...target, minCapacity, maxCapacity });
        witness.scheduled(color);
        set(Math.min(Math.max(before, minCapacity), maxCapacity));
      } else if (draw < 45 && !target.suspended.in && !service.deploying) {
        if (before > target.minCapacity) set(Math.max(before - by, target.minCapacity));
      } else if (draw < 75 && !target.suspended.out && before < target.maxCapacity) {
        set(Math.min(before + by, target.maxCapacity));
      }
    }
  };

  const autoscaling = world.scheduler.actor('foreign-autoscaling');
  autoscaling.start(async () => {
    while (!over()) {
      autoscaling.post('decide', decide);
      await autoscaling.clock.sleep(seconds(every.least + chance.int(every.most - every.least)));
    }
  });
}
