import { unreachable } from '../../../../base/index.ts';
import type { Value } from '../value.ts';

/** A document path; the first step is an attribute of the item, a number is an index of a list. */
export type Path = readonly [string, ...(string | number)[]];

export type Comparator = '=' | '<>' | '<' | '<=' | '>' | '>=';

export type Operand =
  | { readonly kind: 'path'; readonly path: Path }
  | { readonly kind: 'value'; readonly value: Value }
  | { readonly kind: 'size'; readonly path: Path };

export type Condition =
  | { readonly kind: 'compare'; readonly comparator: Comparator; readonly left: Operand; readonly right: Operand }
  | { readonly kind: 'between'; readonly operand: Operand; readonly low: Operand; readonly high: Operand }
  | { readonly kind: 'in'; readonly operand: Operand; readonly options: readonly Operand[] }
  | { readonly kind: 'exists' | 'not-exists'; readonly path: Path }
  | { readonly kind: 'attribute-type'; readonly path: Path; readonly type: string }
  | { readonly kind: 'begins-with' | 'contains'; readonly operand: Operand; readonly sought: Operand }
  | { readonly kind: 'not'; readonly condition: Condition }
  | { readonly kind: 'and' | 'or'; readonly left: Condition; readonly right: Condition };

export type UpdateOperand =
  | { readonly kind: 'path'; readonly path: Path }
  | { readonly kind: 'value'; readonly value: Value }
  | { readonly kind: 'if-not-exists'; readonly path: Path; readonly otherwise: UpdateOperand }
  | { readonly kind: 'list-append' | 'plus' | 'minus'; readonly left: UpdateOperand; readonly right: UpdateOperand };

export type UpdateAction =
  | { readonly do: 'set'; readonly path: Path; readonly to: UpdateOperand }
  | { readonly do: 'remove'; readonly path: Path }
  | { readonly do: 'add' | 'delete'; readonly path: Path; readonly value: Value };

/** AWS's own way to print a path inside a message: `[a, [0], b]`. */
export const printPath = (path: Path): string =>
  `[${path.map((step) => (typeof step === 'number' ? `[${step}]` : step)).join(', ')}]`;

/** The attributes of the item that a condition looks at. */
export function attributesOf(condition: Condition): readonly string[] {
  const of = (operand: Operand): readonly string[] => (operand.kind === 'value' ? [] : [operand.path[0]]);
  switch (condition.kind) {
    case 'and':
    case 'or':
      return [...attributesOf(condition.left), ...attributesOf(condition.right)];
    case 'not':
      return attributesOf(condition.condition);
    case 'exists':
    case 'not-exists':
    case 'attribute-type':
      return [condition.path[0]];
    case 'compare':
      return [...of(condition.left), ...of(condition.right)];
    case 'between':
      return [...of(condition.operand), ...of(condition.low), ...of(condition.high)];
    case 'in':
      return [...of(condition.operand), ...condition.options.flatMap(of)];
    case 'begins-with':
    case 'contains':
      return [...of(condition.operand), ...of(condition.sought)];
    default:
      return unreachable(condition);
  }
}
