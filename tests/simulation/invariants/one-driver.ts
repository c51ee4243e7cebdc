import { callDeadlineMs } from '../../../src/deployment/index.ts';
import { isMutation } from './call.ts';
import { isByName } from './open-acts.ts';
import type { Checker, Witness } from './witness.ts';

/** 4: from one call deadline after a takeover on, the former driver starts no mutating call. */
export const oneDriver = (witness: Witness): Checker => ({
  sent(call, actor) {
    if (!isMutation(call) || isByName(witness, call, actor)) return;
    const epoch = witness.epochOf(actor);
    if (epoch === undefined) {
      witness.report(4, `${actor} begins ${call.kind} without ever having held the lease`);
      return;
    }
    const taken = witness.takes.find((take) => take.epoch > epoch);
    const late = taken ? witness.now - taken.at : 0;
    if (taken && late > callDeadlineMs)
      witness.report(4, `${actor} begins ${call.kind} ${late / 1000} s after ${taken.actor} took the lease`);
  },
});
