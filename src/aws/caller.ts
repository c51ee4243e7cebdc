import type { Result } from '../base/index.ts';
import type { CallError } from '../deployment/index.ts';
import { type Aws, read } from './aws.ts';

/** The account that the credentials belong to. */
export async function callerAccount(aws: Aws, signal: AbortSignal): Promise<Result<string, CallError>> {
  const { client, sdk } = await aws.clients.sts();
  return read(
    aws,
    client,
    () => new sdk.GetCallerIdentityCommand({}),
    signal,
    (output) => output.Account,
  );
}
