import { isByName } from './open-acts.ts';
import type { Checker, Witness } from './witness.ts';

/** 8: a rollback by names writes once, and only to what is really this service's. */
export const byName = (witness: Witness): Checker => {
  const writes = new Map<string, number>();
  return {
    sent(call, actor) {
      if (call.kind !== 'set-weights' || !isByName(witness, call, actor)) return;
      // For the drivers of deployments it is somebody else's write.
      witness.disturb();
      const count = (writes.get(actor) ?? 0) + 1;
      writes.set(actor, count);
      const { environment, service, groups, places, listener } = witness.made;
      if (count > places.length) witness.report(8, `${actor} writes ${count} times to ${places.length} places`);
      // A listener is the environment's: it carries no tag of a service.
      const named = call.rule === listener ? [groups.blue, groups.green] : [call.rule, groups.blue, groups.green];
      for (const arn of named) {
        const tags = Object.fromEntries((witness.world.elb.tags.get(arn) ?? []).map(({ Key, Value }) => [Key, Value]));
        if (tags['teal:environment'] !== environment.name || tags['teal:service'] !== service.name)
          witness.report(8, `${actor} writes to ${arn} of ${tags['teal:environment']}/${tags['teal:service']}`);
      }
      if (!places.includes(call.rule)) witness.report(8, `${actor} writes to another rule: ${call.rule}`);
    },
  };
};
