import { ok, type Result } from '../base/index.ts';
import type { CallError } from '../deployment/index.ts';
import { type Aws, change, read } from './aws.ts';

/** What a secret is kept with. */
export interface SecretKeeping {
  /** The KMS key; null: AWS's own of the store. */
  readonly kmsKeyArn: string | null;
  /** Of a secret that is made. */
  readonly tags: Readonly<Record<string, string>>;
}

/** Puts a SecureString into Parameter Store; resolves with its version. Source: SSM-API/API_PutParameter. */
export async function putParameterSecret(
  aws: Aws,
  name: string,
  value: string,
  { kmsKeyArn, tags }: SecretKeeping,
  isThere: boolean,
  signal: AbortSignal,
): Promise<Result<string, CallError>> {
  const { client, sdk } = await aws.clients.ssm();
  const command = new sdk.PutParameterCommand({
    Name: name,
    Value: value,
    Type: 'SecureString',
    ...(kmsKeyArn !== null && { KeyId: kmsKeyArn }),
    // Tags and Overwrite exclude each other.
    ...(isThere ? { Overwrite: true } : { Tags: tagList(tags) }),
  });
  return change(aws, client, command, signal, ({ Version }) => (Version === undefined ? undefined : String(Version)));
}

/** Puts a secret into Secrets Manager; resolves with its version. Source: SM-API/API_CreateSecret, API_PutSecretValue. */
export async function putManagedSecret(
  aws: Aws,
  name: string,
  value: string,
  { kmsKeyArn, tags }: SecretKeeping,
  isThere: boolean,
  signal: AbortSignal,
): Promise<Result<string, CallError>> {
  const { client, sdk } = await aws.clients.secrets();
  // The token is what makes an unanswered call safe to send again, and is the version's id.
  const ClientRequestToken = aws.random.uuid();
  if (isThere) {
    const command = new sdk.PutSecretValueCommand({ SecretId: name, SecretString: value, ClientRequestToken });
    return change(aws, client, command, signal, (output) => output.VersionId);
  }
  const command = new sdk.CreateSecretCommand({
    Name: name,
    SecretString: value,
    ClientRequestToken,
    ...(kmsKeyArn !== null && { KmsKeyId: kmsKeyArn }),
    Tags: tagList(tags),
  });
  return change(aws, client, command, signal, (output) => output.VersionId);
}

/** The members of a secret that is a JSON object; undefined where it is none. For a change of one of them. */
export async function membersOfSecret(
  aws: Aws,
  name: string,
  signal: AbortSignal,
): Promise<Result<Readonly<Record<string, unknown>> | undefined, CallError>> {
  const { client, sdk } = await aws.clients.secrets();
  const command = () => new sdk.GetSecretValueCommand({ SecretId: name });
  const found = await read(aws, client, command, signal, (output) => output.SecretString);
  return found.ok ? ok(objectIn(found.value)) : found;
}

function objectIn(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

const tagList = (tags: Readonly<Record<string, string>>) =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
