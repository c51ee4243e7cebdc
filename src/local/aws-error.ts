/**
 * An error that AWS would answer with. Handlers throw it; the wire layer alone turns it into bytes.
 * `code` is the wire's code, which for query services is not the SDK's class name (`RuleNotFound`).
 */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  readonly code: string;
  /** HTTP status; 400 for a client's mistake. */
  readonly status: number;
  /** Further members of the error's shape, as in the model (`Item` of ConditionalCheckFailedException). */
  readonly members: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, status = 400, members: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.code = code;
    this.status = status;
    this.members = members;
  }
}

/** @throws AwsError always: `rules.get(arn) ?? refuse('RuleNotFound', '…')` */
export function refuse(
  code: string,
  message: string,
  status = 400,
  members: Readonly<Record<string, unknown>> = {},
): never {
  throw new AwsError(code, message, status, members);
}
