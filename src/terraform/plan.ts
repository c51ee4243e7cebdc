import type { Json } from '../base/index.ts';

/** What Terraform does with one resource. */
export type PlannedAction = 'no-op' | 'create' | 'read' | 'update' | 'delete' | 'replace' | 'forget';

/** One resource, in a plan's changes or in what Terraform found changed. */
export interface PlannedChange {
  /** Such as `module.service["web"].aws_ecs_service.this["blue"]`. */
  readonly address: string;
  readonly type: string;
  readonly action: PlannedAction;
  /** The attributes as they are, null where there is no such resource. */
  readonly before: Attributes | null;
  /** As they shall be; what is known after the apply only is left out. */
  readonly after: Attributes | null;
}

export type Attributes = Readonly<Record<string, Json>>;

/** A plan, as far as teal judges it. */
export interface TerraformPlan {
  /** Without those that stay as they are. */
  readonly changes: readonly PlannedChange[];
  /** What somebody else than Terraform changed since its state was written. */
  readonly drift: readonly PlannedChange[];
  /** Every resource as it is after the plan, as far as that is known. */
  readonly planned: readonly PlannedResource[];
}

export interface PlannedResource {
  readonly address: string;
  readonly type: string;
  readonly values: Attributes;
}

/** Reads what `terraform show -json <plan>` printed. @throws when it is no plan. */
export function parsePlan(text: string): TerraformPlan {
  const document: Json = JSON.parse(text);
  if (!isObject(document) || typeof document.format_version !== 'string') throw new Error('no plan of Terraform');
  const { resource_changes = [], resource_drift = [], planned_values = {} } = document;
  return {
    changes: listOf(resource_changes)
      .map(toChange)
      .filter(({ action }) => action !== 'no-op' && action !== 'read'),
    drift: listOf(resource_drift).map(toChange),
    planned: isObject(planned_values) ? resourcesOf(planned_values.root_module ?? null) : [],
  };
}

/** The service that a resource belongs to: the key of its module; undefined for what is no service's. */
export const serviceOfAddress = (address: string): string | undefined =>
  /^module\.service(?:_codedeploy)?\["([^"]+)"\]/.exec(address)?.[1];

function toChange(value: Json): PlannedChange {
  if (!isObject(value) || !isObject(value.change ?? null)) throw new Error('a change of a plan without its change');
  const { address, type } = value;
  const { actions, before = null, after = null } = value.change as { readonly [name: string]: Json };
  return {
    address: textOf(address),
    type: textOf(type),
    action: actionOf(listOf(actions ?? [])),
    before: isObject(before) ? before : null,
    after: isObject(after) ? after : null,
  };
}

function actionOf(actions: readonly Json[]): PlannedAction {
  const [first, second] = actions;
  if (second !== undefined) return 'replace';
  switch (first) {
    case 'no-op':
    case 'create':
    case 'read':
    case 'update':
    case 'delete':
    case 'forget':
      return first;
    default:
      throw new Error(`a plan with an unknown action: ${JSON.stringify(first)}`);
  }
}

function resourcesOf(module: Json): readonly PlannedResource[] {
  if (!isObject(module)) return [];
  const own = listOf(module.resources ?? []).flatMap((resource): PlannedResource[] => {
    if (!isObject(resource) || resource.mode !== 'managed') return [];
    const { address, type, values = {} } = resource;
    return [{ address: textOf(address), type: textOf(type), values: isObject(values) ? values : {} }];
  });
  return [...own, ...listOf(module.child_modules ?? []).flatMap(resourcesOf)];
}

const isObject = (value: Json | undefined): value is { readonly [name: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const listOf = (value: Json): readonly Json[] => (Array.isArray(value) ? value : []);

function textOf(value: Json | undefined): string {
  if (typeof value !== 'string') throw new Error('a resource of a plan without a name');
  return value;
}
