import { ok, type Result } from '../base/index.ts';
import type { CallError } from '../deployment/index.ts';
import { type Aws, read } from './aws.ts';

export interface Parameter {
  readonly name: string;
  readonly arn: string;
  readonly value: string;
  readonly version: number;
  /** ISO 8601. */
  readonly modifiedAt: string;
}

/** Reads up to 10 parameters by name (SSM-API/API_GetParameters); absent ones are left out. Values of SecureStrings stay sealed. */
export async function readParameters(
  aws: Aws,
  names: readonly string[],
  signal: AbortSignal,
): Promise<Result<ReadonlyMap<string, Parameter>, CallError>> {
  if (names.length === 0) return ok(new Map());
  const { client, sdk } = await aws.clients.ssm();
  const command = () => new sdk.GetParametersCommand({ Names: [...names], WithDecryption: false });
  const found = await read(aws, client, command, signal, (output) => output.Parameters);
  if (!found.ok) return found;
  return ok(
    new Map(
      found.value.map(({ Name, ARN, Value, Version, LastModifiedDate }) => [
        Name ?? '',
        {
          name: Name ?? '',
          arn: ARN ?? '',
          value: Value ?? '',
          version: Version ?? 0,
          modifiedAt: LastModifiedDate?.toISOString() ?? '',
        },
      ]),
    ),
  );
}
