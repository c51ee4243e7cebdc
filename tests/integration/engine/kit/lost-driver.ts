import { type Clients, someClients } from './load.ts';
import type { Stage } from './stage.ts';
import type { TealEvent } from './teal-run.ts';

let priority = 0;

/** A service with one task in each colour, v1 live and in use by clients, v2 ready to be deployed. */
export async function aServiceInUse(stage: Stage, name: string, deployment: object = {}): Promise<Clients> {
  const host = `${name}.test`;
  stage.service(name, { host, priority: ++priority, tasks: 1, deployment: { ...deployment } });
  await stage.teal(['deploy', name]);
  stage.version(name, { name: 'v2' });
  const clients = someClients(await stage.url(), 10, host);
  await clients.answeredBy('v1', 10);
  return clients;
}

/** Deploys, and kills the driver the moment it tells of this. */
export async function killedAt(stage: Stage, service: string, point: (event: TealEvent) => boolean): Promise<void> {
  const run = stage.start(['deploy', service]);
  await run.event(point);
  run.kill('SIGKILL');
  await run.ended;
}
