/** A policy as IAM takes it, in the forms that our modules write. */
export interface Policy {
  readonly Statement: readonly Statement[];
}

export interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** One thing that a call needs: an action on a resource, with what its condition keys say. */
export interface Access {
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string | readonly string[]>>;
}

export interface Decision {
  readonly allowed: boolean;
  /** Sids of the statements that decided. */
  readonly by: readonly string[];
}

/** An explicit Deny wins, then an Allow, else no. Source: IAM/reference_policies_evaluation-logic */
export function evaluate({ Statement }: Policy, access: Access): Decision {
  const met = Statement.filter((statement) => applies(statement, access));
  const denied = met.filter(({ Effect }) => Effect === 'Deny');
  const deciding = denied.length > 0 ? denied : met;
  return { allowed: denied.length === 0 && met.length > 0, by: deciding.map(({ Sid }) => Sid) };
}

function applies({ Action, Resource, Condition = {} }: Statement, { action, resource, context }: Access): boolean {
  return (
    listOf(Action).some((pattern) => matches(pattern.toLowerCase(), action.toLowerCase())) &&
    listOf(Resource).some((pattern) => matches(pattern, resource)) &&
    Object.entries(Condition).every(([operator, keys]) =>
      Object.entries(keys).every(([key, values]) => holds(operator, context[key], listOf(values))),
    )
  );
}

/** Source: IAM/reference_policies_elements_condition_operators, reference_policies_condition-single-vs-multi-valued-context-keys */
function holds(operator: string, given: string | readonly string[] | undefined, wanted: readonly string[]): boolean {
  switch (operator) {
    case 'StringEquals':
    case 'ArnEquals':
      // ArnEquals and ArnLike are alike: both take wildcards. Ours have none, so that a text comparison is the stricter.
      return typeof given === 'string' && wanted.includes(given);
    case 'StringLike':
      return typeof given === 'string' && wanted.some((pattern) => matches(pattern, given));
    case 'ForAllValues:StringEquals':
      return given === undefined || listOf(given).every((value) => wanted.includes(value));
    default:
      throw new Error(`the evaluator does not know ${operator}`);
  }
}

/** `*` is any run of characters, `?` is any one. */
function matches(pattern: string, text: string): boolean {
  const expression = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${expression}$`, 's').test(text);
}

const listOf = (value: string | readonly string[]): readonly string[] => (typeof value === 'string' ? [value] : value);
