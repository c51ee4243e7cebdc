import type { ColorReading } from './readings.ts';
import type { Evidence } from './reason.ts';

/** At most this many of each: a reason is read by a person and stored in one item. */
const most = 5;

/** What speaks against a colour: its stopped tasks of `taskDefinition` and its targets that are not healthy. */
export const evidenceOf = (reading: ColorReading, taskDefinition: string): Evidence => ({
  stopped: reading.stopped.filter((task) => task.taskDefinition === taskDefinition).slice(0, most),
  lastLines: [],
  targets: reading.targets
    .filter((target) => target.state !== 'healthy' && target.state !== 'draining')
    .slice(0, most)
    .map(({ address, reason, description }) => ({ address, reason, description })),
});
