import { err, ok, type Result } from '../../../base/index.ts';
import { AwsError } from '../../aws-error.ts';
import { type SecretsState, secretOf, valueKey } from './state.ts';
import { versionOf } from './versions.ts';

/** Whether a container's `valueFrom` means Secrets Manager, and not a parameter. */
export const isSecretReference = (valueFrom: string): boolean => /^arn:[^:]+:secretsmanager:/.test(valueFrom);

/**
 * What a container's secret gets for `<ARN>[:json-key[:stage[:version]]]`; the error ends AWS's stoppedReason.
 * Source: ECS-DG/secrets-envvar-secrets-manager
 */
export function secretForTask(state: SecretsState, valueFrom: string): Result<string, string> {
  const parts = valueFrom.split(':');
  const arn = parts.slice(0, 7).join(':');
  const [jsonKey, stage, version] = parts.slice(7);
  try {
    const secret = secretOf(state, arn);
    const { id } = versionOf(secret, { VersionStage: stage || undefined, VersionId: version || undefined });
    const value = state.values.get(valueKey(secret.arn, id));
    const text = value && 'text' in value ? value.text : undefined;
    if (text === undefined) return err(`secret ${arn} holds bytes and no text`);
    return jsonKey ? member(text, jsonKey) : ok(text);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return err(
      `service call has been retried 1 time(s): failed to fetch secret ${arn} from secrets manager: ${error.code}: ${error.message}`,
    );
  }
}

function member(text: string, key: string): Result<string, string> {
  const parsed = parse(text);
  if (typeof parsed !== 'object' || parsed === null) return err('the retrieved secret is no JSON object');
  const value = new Map<string, unknown>(Object.entries(parsed)).get(key);
  if (value === undefined) return err(`retrieved secret from Secrets Manager did not contain json key ${key}`);
  return ok(typeof value === 'string' ? value : JSON.stringify(value));
}

/** Undefined for what is no JSON; its error would quote the secret. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
