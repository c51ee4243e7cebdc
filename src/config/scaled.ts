import type { Service } from './normalised.ts';

/** Whether the number of tasks is Application Auto Scaling's to choose: then each colour has a scalable target. */
export const isScaled = ({ scaling }: Service): boolean => scaling.max > scaling.min || scaling.schedules.length > 0;
