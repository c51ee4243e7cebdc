import { anySecretOf, type Operation, type SecretRecord } from './state.ts';

/** Also one that is marked for deletion. Source: SM-API/API_DescribeSecret */
export const describeSecret: Operation<'DescribeSecret'> = (state, input) => {
  const secret = anySecretOf(state, input.SecretId);
  return { ...described(secret), VersionIdsToStages: stages(secret) };
};

/** What DescribeSecret and ListSecrets tell alike. */
export const described = (secret: SecretRecord) => ({
  ARN: secret.arn,
  Name: secret.name,
  Description: secret.description ?? undefined,
  KmsKeyId: secret.kmsKeyId ?? undefined,
  ...rotationOf(secret),
  LastChangedDate: new Date(secret.changedAt),
  LastAccessedDate: date(secret.accessedAt),
  DeletedDate: date(secret.deletion?.date ?? null),
  CreatedDate: new Date(secret.createdAt),
  Tags: tagsOf(secret),
});

function tagsOf({ tags }: SecretRecord) {
  const list = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  return list.length > 0 ? list : undefined;
}

/** Undefined where there is no version yet. Deprecated versions are not shown. */
export function stages({ versions }: SecretRecord): Record<string, string[]> | undefined {
  const staged = versions.filter((version) => version.stages.length > 0);
  return staged.length > 0 ? Object.fromEntries(staged.map((version) => [version.id, [...version.stages]])) : undefined;
}

function rotationOf({ rotation, changedAt }: SecretRecord) {
  if (!rotation) return {};
  const { enabled, lambdaArn, days, duration, schedule, rotatedAt } = rotation;
  const rules = {
    AutomaticallyAfterDays: days ?? undefined,
    Duration: duration ?? undefined,
    ScheduleExpression: schedule ?? undefined,
  };
  return {
    RotationEnabled: enabled,
    RotationLambdaARN: lambdaArn ?? undefined,
    RotationRules: rules,
    LastRotatedDate: date(rotatedAt),
    NextRotationDate: enabled && days !== null ? new Date((rotatedAt ?? changedAt) + days * 86_400_000) : undefined,
  };
}

const date = (at: number | null): Date | undefined => (at === null ? undefined : new Date(at));
