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

/** A rule of the groups' load balancer that names at least one of them. */
export interface FoundRule {
  readonly arn: string;
  readonly tags: Readonly<Record<string, string>>;
  /** It leads test traffic: it has the test header among its conditions. */
  readonly isTest: boolean;
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
  /** One ModifyRule on the rule as found, its two weights changed. */
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
  | { readonly kind: 'call'; readonly error: CallError }
  | { readonly kind: 'group-missing'; readonly name: string }
  /** Tags or account say that what was found by name is not this service's. */
  | { readonly kind: 'not-confirmed'; readonly what: string; readonly expected: string; readonly found: string }
  | { readonly kind: 'no-rule' }
  | { readonly kind: 'nothing-to-return-to'; readonly color: Color };

export interface NamedRollbackDone {
  readonly rule: string;
  readonly before: { readonly blue: number | undefined; readonly green: number | undefined };
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
  const rule = found.value.rules.find(
    (candidate) => !candidate.isTest && candidate.blue !== undefined && candidate.green !== undefined,
  );
  if (!rule) return err({ kind: 'no-rule' });
  const healthy = found.value.groups[wanted.to]?.healthy ?? 0;
  if (guards.has('last-capacity') && healthy === 0) return err({ kind: 'nothing-to-return-to', color: wanted.to });
  const weights = weightsFor(wanted.to, percent(100));
  const written = await traffic.write(rule.arn, weights, signal);
  if (!written.ok) return err({ kind: 'call', error: written.error });
  return ok({ rule: rule.arn, before: { blue: rule.blue, green: rule.green }, weights, healthy });
}

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
  const rule = found.rules.find(
    (candidate) => !candidate.isTest && candidate.blue !== undefined && candidate.green !== undefined,
  );
  return rule && wrongTag(rule.arn, rule.tags, ownTags(wanted));
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
