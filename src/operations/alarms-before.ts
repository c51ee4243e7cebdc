import type { WebService } from '../config/index.ts';
import { alarmNames } from '../deployment/index.ts';
import type { Context } from './context.ts';
import { must } from './operation-error.ts';
import type { OperationRefusal } from './refusal.ts';

/** Why a service's alarms forbid to deploy now: one does not exist, or fires already and could not tell more. */
export async function alarmsBefore(
  context: Pick<Context, 'alarms' | 'environment' | 'signal'>,
  service: WebService,
): Promise<OperationRefusal | undefined> {
  const names = alarmNames(service, context.environment.name);
  if (names.length === 0) return undefined;
  const found = must('read the alarms', await context.alarms.read(names, context.signal));
  const missing = names.filter((name) => !found.some((alarm) => alarm.name === name));
  if (missing.length > 0) return { kind: 'alarms-missing', names: missing };
  const firing = found.filter(({ state }) => state === 'ALARM');
  return firing.length > 0 ? { kind: 'alarms-firing', alarms: firing } : undefined;
}
