import type { Color } from './color.ts';
import type { PhaseName } from './phase.ts';
import type { DeploymentKind, Step } from './plan.ts';
import type { StreamState } from './state.ts';

/** A running deployment in short, for whoever shows it: what it goes through, where it is, and what the colours are called. */
export interface Outline {
  readonly kind: DeploymentKind;
  readonly from: Color;
  readonly to: Color;
  readonly first: boolean;
  /** Revision ids; null where the journal knows none. */
  readonly revisions: Readonly<Record<Color, string | null>>;
  /** What the answers of each colour call themselves, where that was learned. */
  readonly names: Readonly<Record<Color, string | null>>;
  /** ISO 8601. */
  readonly openedAt: string;
  readonly phase: PhaseName;
  readonly step: number;
  readonly steps: readonly Step[];
  readonly bakeSeconds: number;
  readonly keepWarmSeconds: number | 'always';
  readonly healthTimeoutSeconds: number;
  /** Over how long probes are judged. */
  readonly windowSeconds: number;
  /** Whether answers can be counted per colour, and why not. */
  readonly measured: 'yes' | 'no-route' | 'no-identity';
}

/** The present or last deployment of a stream; undefined where it holds none. */
export function outlineOf(state: StreamState): Outline | undefined {
  if (!state.deployment) return undefined;
  const { plan, phase, openedAt, verdict } = state.deployment;
  const revisionOf = (color: Color): string | null =>
    color === plan.to
      ? plan.revision.id
      : ([state.live, state.former].find((known) => known?.color === color)?.revision ?? null);
  // Until the new revision is verified, what is known of its colour is the name of what ran there before.
  const nameOf = (color: Color): string | null =>
    color === plan.to && plan.wish.kind === 'register' && !verdict?.passed ? null : (state.identities[color] ?? null);
  return {
    kind: plan.kind,
    from: plan.from,
    to: plan.to,
    first: plan.first,
    revisions: { blue: revisionOf('blue'), green: revisionOf('green') },
    names: { blue: nameOf('blue'), green: nameOf('green') },
    openedAt,
    phase: phase.name,
    step: phase.step,
    steps: plan.steps,
    bakeSeconds: plan.bakeSeconds,
    keepWarmSeconds: plan.keepWarmSeconds,
    healthTimeoutSeconds: plan.timings.healthTimeoutSeconds,
    windowSeconds: plan.limits.windowSeconds,
    measured: plan.route === null ? 'no-route' : plan.identity === null ? 'no-identity' : 'yes',
  };
}
