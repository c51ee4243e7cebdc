import type { WebService } from '../config/index.ts';

/** The alarms that deployments of a service watch in an environment, by the names that CloudWatch has for them. */
export const alarmNames = ({ deployment }: WebService, environment: string): readonly string[] =>
  deployment.alarms.map((name) => name.replaceAll('{environment}', environment));
