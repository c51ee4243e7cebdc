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
      if (count > 1) witness.report(8, `${actor} writes ${count} times`);
      const { environment, service, groups } = witness.made;
      for (const arn of [call.rule, groups.blue, groups.green]) {
        const tags = Object.fromEntries((witness.world.elb.tags.get(arn) ?? []).map(({ Key, Value }) => [Key, Value]));
        if (tags['teal:environment'] !== environment.name || tags['teal:service'] !== service.name)
          witness.report(8, `${actor} writes to ${arn} of ${tags['teal:environment']}/${tags['teal:service']}`);
      }
      if (call.rule !== witness.made.rules.production)
        witness.report(8, `${actor} writes to another rule: ${call.rule}`);
    },
  };
};
