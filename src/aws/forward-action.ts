import type { Action, TargetGroupTuple } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Color, PlaceReading, Weights } from '../deployment/index.ts';

/** ARNs of the two target groups. */
export type Groups = Readonly<Record<Color, string>>;

/** The weights of the two groups in the forward action of a rule or listener. AWS gives a single group without a weight. */
export function readWeights(actions: readonly Action[], groups: Groups): PlaceReading {
  const forward = actions.find((action) => action.Type === 'forward');
  const tuples =
    forward?.ForwardConfig?.TargetGroups ??
    (forward?.TargetGroupArn ? [{ TargetGroupArn: forward.TargetGroupArn }] : []);
  const weightOf = (arn: string): number | undefined => {
    const tuple: TargetGroupTuple | undefined = tuples.find((candidate) => candidate.TargetGroupArn === arn);
    return tuple && (tuple.Weight ?? 1);
  };
  return { blue: weightOf(groups.blue), green: weightOf(groups.green) };
}

/**
 * The actions as read with two weights changed and nothing else: order, other groups and login actions stay.
 * ModifyRule replaces the whole list (ELB-API/API_ModifyRule). With stickiness a group at weight 0 is left out: a
 * sticky client would stay on it whatever its weight (ALB/sticky-sessions).
 */
export function withWeights(
  actions: readonly Action[],
  groups: Groups,
  to: Weights,
  stickinessSeconds: number | null,
): Action[] {
  return actions.map((action) => {
    if (action.Type !== 'forward') return keepingSecret(action);
    const { TargetGroupArn: _single, ...rest } = action;
    const tuples = action.ForwardConfig?.TargetGroups ?? [];
    const others = tuples.filter(
      (tuple) => tuple.TargetGroupArn !== groups.blue && tuple.TargetGroupArn !== groups.green,
    );
    const own = [
      { TargetGroupArn: groups.blue, Weight: to.blue },
      { TargetGroupArn: groups.green, Weight: to.green },
    ].filter((tuple) => stickinessSeconds === null || tuple.Weight > 0);
    const wasSticky = action.ForwardConfig?.TargetGroupStickinessConfig?.Enabled === true;
    const stickiness =
      stickinessSeconds === null
        ? wasSticky && { TargetGroupStickinessConfig: { Enabled: false } }
        : { TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: stickinessSeconds } };
    return { ...rest, ForwardConfig: { ...action.ForwardConfig, ...stickiness, TargetGroups: [...own, ...others] } };
  });
}

/** Of a sticky action the group without weight is left out: that reads as 0. */
export function completed(reading: PlaceReading, stickinessSeconds: number | null): PlaceReading {
  if (stickinessSeconds === null || (reading.blue === undefined) === (reading.green === undefined)) return reading;
  return { blue: reading.blue ?? 0, green: reading.green ?? 0 };
}

/** How long an action keeps clients at a group; null where it does not. */
export function stickinessOf(actions: readonly Action[]): number | null {
  const config = actions.find((action) => action.Type === 'forward')?.ForwardConfig?.TargetGroupStickinessConfig;
  return config?.Enabled ? (config.DurationSeconds ?? null) : null;
}

/** AWS never tells an OIDC client secret: it must be told to keep the one it has. */
function keepingSecret(action: Action): Action {
  if (action.Type !== 'authenticate-oidc' || !action.AuthenticateOidcConfig) return action;
  return { ...action, AuthenticateOidcConfig: { ...action.AuthenticateOidcConfig, UseExistingClientSecret: true } };
}
