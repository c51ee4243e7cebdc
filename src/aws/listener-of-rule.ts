import { assert } from '../base/index.ts';

/** `…:listener-rule/app/<name>/<id>/<listener>/<rule>` → `…:listener/app/<name>/<id>/<listener>`: no API tells a rule's listener. */
export function listenerOfRule(ruleArn: string): string {
  const parts = /^(arn:[^:]+:elasticloadbalancing:[^:]*:\d*:)listener-rule\/(app\/[^/]+\/[^/]+\/[^/]+)\/[^/]+$/.exec(
    ruleArn,
  );
  assert(parts, `a listener rule's ARN, got ${ruleArn}`);
  return `${parts[1]}listener/${parts[2]}`;
}

/** The account inside an ARN. */
export const accountOf = (arn: string): string => arn.split(':')[4] ?? '';
