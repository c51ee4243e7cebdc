import type { Result } from '../base/index.ts';
import type { CallError } from '../deployment/index.ts';

/** An AWS call of an operation failed. The message says which and why; what was done before it stands. */
export class OperationError extends Error {
  override readonly name = 'OperationError';
  readonly error: CallError;

  constructor(what: string, error: CallError) {
    const why =
      error.kind === 'refused'
        ? `${error.code}: ${error.message}`
        : error.kind === 'throttled'
          ? error.code
          : error.cause;
    super(`${what}: ${why}`);
    this.error = error;
  }
}

/** @throws OperationError when the call failed. */
export function must<T>(what: string, result: Result<T, CallError>): T {
  if (!result.ok) throw new OperationError(what, result.error);
  return result.value;
}
