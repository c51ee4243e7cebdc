import type { SecretPlace, SecretReading } from '../deployment/index.ts';
import { type Aws, read } from './aws.ts';
import { readParameters } from './parameters.ts';

/** GetParameters takes this many names (SSM-API/API_GetParameters). */
const parametersPerCall = 10;

/** What the stores tell of secrets, in the order of the places; no value is asked for or kept. */
export async function readSecrets(
  aws: Aws,
  places: readonly SecretPlace[],
  signal: AbortSignal,
): Promise<readonly SecretReading[]> {
  const parameters = namesIn(places, 'ssm');
  const pages = Array.from({ length: Math.ceil(parameters.length / parametersPerCall) }, (_, page) =>
    parameters.slice(page * parametersPerCall, (page + 1) * parametersPerCall),
  );
  const [ssm, secretsmanager] = await Promise.all([
    Promise.all(pages.map((names) => readPage(aws, names, signal))),
    Promise.all(namesIn(places, 'secretsmanager').map((name) => readSecret(aws, name, signal))),
  ]);
  const found = { ssm: new Map(ssm.flat()), secretsmanager: new Map(secretsmanager) };
  return places.map(({ store, name }): SecretReading => found[store].get(name) ?? { kind: 'missing' });
}

const namesIn = (places: readonly SecretPlace[], store: SecretPlace['store']): readonly string[] => [
  ...new Set(places.filter((place) => place.store === store).map(({ name }) => name)),
];

async function readPage(
  aws: Aws,
  names: readonly string[],
  signal: AbortSignal,
): Promise<readonly (readonly [string, SecretReading])[]> {
  const found = await readParameters(aws, names, signal);
  return names.map((name) => {
    if (!found.ok) return [name, { kind: 'unread', error: found.error }];
    const parameter = found.value.get(name);
    if (!parameter) return [name, { kind: 'missing' }];
    const { arn, version, modifiedAt } = parameter;
    return [name, { kind: 'there', arn, version: String(version), changedAt: modifiedAt }];
  });
}

/** By name or ARN. Source: SM-API/API_DescribeSecret */
async function readSecret(aws: Aws, id: string, signal: AbortSignal): Promise<readonly [string, SecretReading]> {
  const { client, sdk } = await aws.clients.secrets();
  const command = () => new sdk.DescribeSecretCommand({ SecretId: id });
  const found = await read(aws, client, command, signal, (output) => (output.ARN === undefined ? undefined : output));
  if (!found.ok) {
    const isMissing = found.error.kind === 'refused' && found.error.code === 'ResourceNotFoundException';
    return [id, isMissing ? { kind: 'missing' } : { kind: 'unread', error: found.error }];
  }
  const { ARN = '', VersionIdsToStages = {}, LastChangedDate, CreatedDate, DeletedDate } = found.value;
  const [version] = Object.entries(VersionIdsToStages).find(([, stages]) => stages.includes('AWSCURRENT')) ?? [];
  if (version === undefined || DeletedDate)
    return [id, { kind: 'without-value', deletedAt: DeletedDate?.toISOString() ?? null }];
  const changedAt = (LastChangedDate ?? CreatedDate)?.toISOString() ?? '';
  return [id, { kind: 'there', arn: ARN, version, changedAt }];
}
