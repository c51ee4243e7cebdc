import type { HealthCheck } from '@aws-sdk/client-ecs';
import { type Cancel, type Clock, type Ms, seconds } from '../../../base/index.ts';

export type ContainerHealth = 'UNKNOWN' | 'HEALTHY' | 'UNHEALTHY';

interface Watched {
  readonly clock: Clock;
  readonly check: HealthCheck;
  exec(command: readonly string[], timeout: Ms, done: (exitCode: number | undefined) => void): void;
  changed(health: ContainerHealth): void;
}

/**
 * The health check of one container, from its start until the returned function is called.
 * A success inside the start period makes it HEALTHY, and from then on failures count (ECS-API/API_HealthCheck).
 */
export function watchContainerHealth({ clock, check, exec, changed }: Watched): Cancel {
  const interval = seconds(check.interval ?? 30);
  const timeout = seconds(check.timeout ?? 5);
  const retries = check.retries ?? 3;
  const graceEnds = clock.monotonic() + seconds(check.startPeriod ?? 0);
  const command = argumentsOf(check.command ?? []);

  let health: ContainerHealth = 'UNKNOWN';
  let failures = 0;
  let ended = false;
  const become = (next: ContainerHealth): void => {
    if (next === health) return;
    health = next;
    changed(next);
  };
  const judge = (exitCode: number | undefined): void => {
    if (exitCode === 0) {
      failures = 0;
      become('HEALTHY');
      return;
    }
    if (health === 'UNKNOWN' && clock.monotonic() < graceEnds) return;
    failures += 1;
    if (failures >= retries) become('UNHEALTHY');
  };
  const probe = (): void =>
    exec(command, timeout, (exitCode) => {
      if (ended) return;
      judge(exitCode);
      if (!ended) cancel = clock.after(interval, probe);
    });

  let cancel = clock.after(interval, probe);
  return () => {
    ended = true;
    cancel();
  };
}

/** `["CMD-SHELL", "curl …"]`, `["CMD", "node", "health.js"]` or the bare arguments. */
function argumentsOf(command: readonly string[]): readonly string[] {
  const [first, ...rest] = command;
  if (first === 'CMD-SHELL') return ['/bin/sh', '-c', rest.join(' ')];
  return first === 'CMD' ? rest : command;
}
