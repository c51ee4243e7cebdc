import type { Result } from '../base/index.ts';
import type { CallError } from '../deployment/index.ts';
import { OperationError } from './operation-error.ts';

/** What was created, or undefined when AWS says by `code` that it is there. @throws OperationError for every other refusal. */
export async function unlessThere<T>(
  what: string,
  code: string,
  creating: Promise<Result<T, CallError>>,
): Promise<T | undefined> {
  const created = await creating;
  if (created.ok) return created.value;
  if (created.error.kind === 'refused' && created.error.code === code) return undefined;
  throw new OperationError(what, created.error);
}
