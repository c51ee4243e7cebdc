import { ms } from '../../src/base/index.ts';
import { colors } from '../../src/deployment/index.ts';
import type { Installation } from './installation.ts';
import { share } from './invariants/call.ts';
import { isTeal, type Witness } from './invariants/witness.ts';
import { request } from './simulated-prober.ts';
import { qualityOf } from './simulated-service.ts';
import type { SimulatedWorld } from './world.ts';

/** Clients notice a killed task until health checks do, and until it is replaced. */
const recoveryMs = 90_000;
/** A service with a second route has it for `other`; every other one takes any host. */
const hosts = ['sim', 'other.test', 'sim'];
/** New weights are in force this long after a write at the latest. */
const lagMs = 2_000;

/**
 * Clients' requests through the public route, one every half second: none may fail but for a bad revision or for what
 * somebody else did, and none reaches a revision after it was replaced.
 */
export function watchClients(
  world: SimulatedWorld,
  made: Installation,
  witness: Witness,
  over: () => boolean,
): { readonly sent: () => number } {
  let sent = 0;
  /** Since when each colour runs something else: by the effect of teal's UpdateService. */
  const replaced = { blue: { by: '', at: 0 }, green: { by: '', at: 0 } };
  let movedAt = Number.POSITIVE_INFINITY;
  witness.add({
    done(call, actor, response) {
      if (!isTeal(actor) || response.status !== 200) return;
      if (call.kind === 'update-service' && call.taskDefinition !== undefined)
        replaced[call.color] = { by: witness.truth.color(call.color).deployment, at: witness.now };
      if (call.kind === 'set-weights') movedAt = Math.min(movedAt, witness.now);
      // Who names a colour in mid-replacement, when only the load balancer answers, gets what still runs there.
      if (call.kind === 'set-weights' && actor.startsWith('byname'))
        for (const color of colors) if (call.weights[color] > 0) replaced[color] = { by: '', at: 0 };
    },
  });

  let cookie = '';
  const look = (): void => {
    sent += 1;
    // Of a sticky service every other request comes from the one client that keeps its cookie.
    const keeps = sent % 2 === 0;
    const { target, targetGroup, answer } = request(world, made, {
      host: hosts[sent % hosts.length] ?? '',
      path: '/',
      headers: keeps && cookie !== '' ? { cookie } : {},
    });
    const color = targetGroup === made.groups.green ? 'green' : 'blue';
    if (keeps && answer.kind === 'answered') cookie = answer.headers['set-cookie']?.split(';')[0] ?? cookie;
    if (target && witness.truth.weightsInForce()[color] === 0)
      witness.report('clients', `a client is kept at ${color}, which has no weight`);
    const task = target && witness.truth.taskAt(target.identity.id);
    const { by, at } = replaced[color];
    if (task && by !== '' && task.deployment !== by && witness.now - at > lagMs && witness.undisturbedMs > recoveryMs)
      witness.report('replaced', `a client reaches ${task.deployment} in ${color}, which ${by} replaced`);
    const failed = answer.kind !== 'answered' || answer.status >= 500;
    if (!failed || witness.now < movedAt + lagMs) return;
    const quality = task && qualityOf(task.image);
    if (quality !== undefined && quality !== 'good') return;
    if (witness.undisturbedMs < recoveryMs) return;
    // An empty colour with weight is the fault of who wrote the weight.
    const known = witness.truth.color(color);
    if (!task && qualityOf(known.image) !== 'good') return;
    const status = answer.kind === 'answered' ? answer.status : answer.kind;
    witness.report(
      'clients',
      `a request fails (${status}) at ${color}, which has ${share(color, witness.truth.weightsInForce())} %`,
    );
  };

  const load = world.scheduler.actor('load');
  load.start(async () => {
    while (!over()) {
      load.post('request', look);
      await load.clock.sleep(ms(500));
    }
  });
  return { sent: () => sent };
}
