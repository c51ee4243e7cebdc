import { err, ok, type Result } from '../base/index.ts';
import { type Color, colors } from './color.ts';
import { everyGuard, type Guards } from './guards.ts';
import type { CallError } from './ports.ts';
import { percent, type Weights, weightsFor } from './weights.ts';

/** A target group found by its computed name. */
export interface FoundGroup {
  readonly arn: string;
  readonly account: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly healthy: number;
}

/** A rule of the groups' load balancer, or a listener's default action, that names at least one of them. */
export interface FoundRule {
  readonly kind: 'rule' | 'listener';
  readonly arn: string;
  readonly tags: Readonly<Record<string, string>>;
  /** It leads test traffic: it has the test header among its conditions. */
  readonly isTest: boolean;
  /** As its action says; of a sticky action, which leaves out the group without weight, both. */
  readonly blue: number | undefined;
  readonly green: number | undefined;
}

export interface FoundTraffic {
  readonly groups: Readonly<Record<Color, FoundGroup | undefined>>;
  readonly rules: readonly FoundRule[];
}

/** The load balancer alone, asked by names: no journal, no discovery, no STS. */
export interface NamedTraffic {
  find(names: Readonly<Record<Color, string>>, signal: AbortSignal): Promise<Result<FoundTraffic, CallError>>;
  /** One ModifyRule (or ModifyListener) on the rule as found, its two weights changed. */
  write(rule: string, to: Weights, signal: AbortSignal): Promise<Result<void, CallError>>;
}

export interface NamedRollback {
  readonly environment: string;
  readonly service: string;
  readonly account: string;
  readonly names: Readonly<Record<Color, string>>;
  readonly to: Color;
}

export type NamedRollbackError =
  /** Nothing was written. */
  | { readonly kind: 'call'; readonly error: CallError }
  /** Of several places some were written. */
  | { readonly kind: 'partly'; readonly written: number; readonly places: number; readonly error: CallError }
  | { readonly kind: 'group-missing'; readonly name: string }
  /** Tags or account say that what was found by name is not this service's. */
  | { readonly kind: 'not-confirmed'; readonly what: string; readonly expected: string; readonly found: string }
  | { readonly kind: 'no-rule' }
  | { readonly kind: 'nothing-to-return-to'; readonly color: Color };

export interface NamedRollbackDone {
  /** Each place that was written, with what it said before. */
  readonly places: readonly (Pick<FoundRule, 'arn'> & { readonly before: Pick<FoundRule, 'blue' | 'green'> })[];
  readonly weights: Weights;
  readonly healthy: number;
}

/**
 * Takes traffic to a colour by the load balancer alone: for the hour in which nothing else answers. The target is
 * named by a person, never guessed: before a cutover 100/0 with a healthy idle colour would roll forward.
 */
export async function rollBackByName(
  wanted: NamedRollback,
  traffic: NamedTraffic,
  signal: AbortSignal,
  guards: Guards = everyGuard,
): Promise<Result<NamedRollbackDone, NamedRollbackError>> {
  const found = await traffic.find(wanted.names, signal);
  if (!found.ok) return err({ kind: 'call', error: found.error });
  const doubt = guards.has('confirmed') ? doubtOf(wanted, found.value) : undefined;
  if (doubt) return err(doubt);
  const rules = productionOf(found.value);
  if (rules.length === 0) return err({ kind: 'no-rule' });
  const healthy = found.value.groups[wanted.to]?.healthy ?? 0;
  if (guards.has('last-capacity') && healthy === 0) return err({ kind: 'nothing-to-return-to', color: wanted.to });
  const weights = weightsFor(wanted.to, percent(100));
  const places: NamedRollbackDone['places'][number][] = [];
  let failed: CallError | undefined;
  for (const { arn, blue, green } of rules) {
    const written = await traffic.write(arn, weights, signal);
    if (written.ok) places.push({ arn, before: { blue, green } });
    else failed ??= written.error;
  }
  if (!failed) return ok({ places, weights, healthy });
  if (places.length === 0) return err({ kind: 'call', error: failed });
  return err({ kind: 'partly', written: places.length, places: rules.length, error: failed });
}

/** What leads clients to both groups. */
const productionOf = ({ rules }: FoundTraffic): readonly FoundRule[] =>
  rules.filter(({ isTest, blue, green }) => !isTest && blue !== undefined && green !== undefined);

/** What does not fit: a group or rule of somebody else under the same name. */
function doubtOf(wanted: NamedRollback, found: FoundTraffic): NamedRollbackError | undefined {
  for (const color of colors) {
    const group = found.groups[color];
    if (!group) return { kind: 'group-missing', name: wanted.names[color] };
    if (group.account !== wanted.account)
      return { kind: 'not-confirmed', what: `account of ${group.arn}`, expected: wanted.account, found: group.account };
    const wrong = wrongTag(group.arn, group.tags, { ...ownTags(wanted), 'teal:color': color });
    if (wrong) return wrong;
  }
  // A listener is the environment's: that its action names both of the service's groups is what confirms it.
  for (const rule of productionOf(found)) {
    const wrong = rule.kind === 'rule' ? wrongTag(rule.arn, rule.tags, ownTags(wanted)) : undefined;
    if (wrong) return wrong;
  }
  return undefined;
}

const ownTags = (wanted: NamedRollback): Record<string, string> => ({
  'teal:environment': wanted.environment,
  'teal:service': wanted.service,
});

function wrongTag(
  arn: string,
  tags: Readonly<Record<string, string>>,
  expected: Readonly<Record<string, string>>,
): NamedRollbackError | undefined {
  const wrong = Object.entries(expected).find(([key, value]) => tags[key] !== value);
  return (
    wrong && {
      kind: 'not-confirmed',
      what: `tag ${wrong[0]} of ${arn}`,
      expected: wrong[1],
      found: tags[wrong[0]] ?? '',
    }
  );
}
