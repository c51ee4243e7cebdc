import { type Clock, err, ms, ok } from '../../base/index.ts';
import type { Color } from '../color.ts';
import type { Scaling } from '../ports.ts';
import type { ScalingLimits } from '../scaling.ts';

/** Limits in memory; a colour that is left out has no scalable target. Each call takes 10 ms. */
export function memoryScaling(clock: Clock, limits: Partial<Record<Color, ScalingLimits>> = {}): Scaling {
  const now = { ...limits };
  return {
    async read(_site, signal) {
      await clock.sleep(ms(10), signal);
      return ok({ blue: now.blue, green: now.green });
    },
    async write(_site, color, to, signal) {
      if (!now[color]) return err({ kind: 'refused', code: 'ObjectNotFoundException', message: 'no scalable target' });
      now[color] = to;
      await clock.sleep(ms(10), signal);
      return ok(undefined);
    },
  };
}
