import { type PlannedAction, serviceOfAddress, type TerraformPlan } from './plan.ts';

/** A service that a plan would take away, or whose colours it would make anew. */
export interface EndangeredService {
  readonly service: string;
  readonly how: 'deleted' | 'replaced';
  /** What of it. */
  readonly addresses: readonly string[];
}

/** What a service can't lose for a moment. Rules are not here: one goes with its route. */
const vital = ['aws_ecs_service', 'aws_lb_target_group', 'aws_codedeploy_deployment_group'];

const away: readonly PlannedAction[] = ['delete', 'replace', 'forget'];

/**
 * The services that a plan would harm and nobody retired. A wrong key, a lost file or another release of the modules
 * looks like this: Terraform itself would go on.
 */
export function endangeredServices(plan: TerraformPlan, retired: readonly string[]): readonly EndangeredService[] {
  const found = new Map<string, { gone: string[]; replaced: string[] }>();
  for (const { address, type, action } of plan.changes) {
    const service = serviceOfAddress(address);
    if (service === undefined || retired.includes(service)) continue;
    if (!vital.includes(type) || !away.includes(action)) continue;
    const of = found.get(service) ?? { gone: [], replaced: [] };
    found.set(service, of);
    (action === 'replace' ? of.replaced : of.gone).push(address);
  }
  return [...found].map(([service, { gone, replaced }]) =>
    gone.length > 0 ? { service, how: 'deleted', addresses: gone } : { service, how: 'replaced', addresses: replaced },
  );
}
