import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import { err, ok, type Result } from '../base/index.ts';
import type { CallError, Place, PlaceReading, Site, Traffic, Weights } from '../deployment/index.ts';
import { type Aws, change, done, read } from './aws.ts';
import { completed, type Groups, readWeights, withWeights } from './forward-action.ts';

/** Weights in the actions of listener rules and listeners. */
export function elbTraffic(aws: Aws): Traffic {
  /** As last read, by ARN of the place: a write changes these, so that it needs no read of its own. */
  const known = new Map<string, readonly Action[]>();

  const readPlaces = async (places: readonly Place[], signal: AbortSignal): Promise<Result<void, CallError>> => {
    const { client, sdk } = await aws.clients.elb();
    const rules = places.filter((place) => place.kind === 'rule').map((place) => place.arn);
    const listeners = places.filter((place) => place.kind === 'listener').map((place) => place.arn);
    if (rules.length > 0) {
      const found = await read(
        aws,
        client,
        () => new sdk.DescribeRulesCommand({ RuleArns: rules }),
        signal,
        (output) => output.Rules,
      );
      if (!found.ok) return found;
      for (const arn of rules) known.delete(arn);
      for (const rule of found.value) if (rule.RuleArn && rule.Actions) known.set(rule.RuleArn, rule.Actions);
    }
    if (listeners.length > 0) {
      const found = await read(
        aws,
        client,
        () => new sdk.DescribeListenersCommand({ ListenerArns: listeners }),
        signal,
        (output) => output.Listeners,
      );
      if (!found.ok) return found;
      for (const arn of listeners) known.delete(arn);
      for (const listener of found.value)
        if (listener.ListenerArn && listener.DefaultActions) known.set(listener.ListenerArn, listener.DefaultActions);
    }
    const missing = places.find((place) => !known.has(place.arn));
    return missing ? err({ kind: 'unknown', cause: `no actions of ${missing.arn} in the answer` }) : ok(undefined);
  };

  const writePlace = async (
    place: Place,
    groups: Groups,
    to: Weights,
    stickiness: number | null,
    signal: AbortSignal,
  ): Promise<Result<void, CallError>> => {
    if (!known.has(place.arn)) {
      const found = await readPlaces([place], signal);
      if (!found.ok) return found;
    }
    const actions = withWeights(known.get(place.arn) ?? [], groups, to, stickiness);
    const { client, sdk } = await aws.clients.elb();
    if (place.kind === 'rule') {
      const command = new sdk.ModifyRuleCommand({ RuleArn: place.arn, Actions: actions });
      return done(await change(aws, client, command, signal, (output) => output.Rules));
    }
    const command = new sdk.ModifyListenerCommand({ ListenerArn: place.arn, DefaultActions: actions });
    return done(await change(aws, client, command, signal, (output) => output.Listeners));
  };

  return {
    async read(site, signal) {
      const found = await readPlaces([...site.places, ...site.testPlaces], signal);
      if (!found.ok) return found;
      const groups = groupsOf(site);
      const reading = (place: Place): PlaceReading => readWeights(known.get(place.arn) ?? [], groups);
      return ok({
        production: site.places.map((place) => completed(reading(place), site.wanted.stickinessSeconds)),
        test: site.testPlaces.map(reading),
      });
    },
    write: (site, place, to, signal) => writePlace(place, groupsOf(site), to, site.wanted.stickinessSeconds, signal),
    writeTest: (site, place, to, signal) => writePlace(place, groupsOf(site), to, null, signal),
  };
}

const groupsOf = (site: Site): Groups => ({ blue: site.colors.blue.targetGroup, green: site.colors.green.targetGroup });
