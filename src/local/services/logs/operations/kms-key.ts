import type { GroupRecord, LogsState } from '../logs-state.ts';
import type { Operation } from '../operation.ts';
import { groupByEither, invalid, required, requireGroup } from '../validation.ts';

/** CWL-API/API_AssociateKmsKey. The key is told to those who ask; nothing is encrypted by it, and KMS is not asked. */
export const associateKmsKey: Operation<'AssociateKmsKey'> = (state, input) => {
  const group = groupOf(state, input);
  state.groups.put(group.name, { ...group, kmsKeyArn: checkedKey(required(input.kmsKeyId, 'kmsKeyId')) });
  return {};
};

/** CWL-API/API_DisassociateKmsKey. A group without a key stays as it is. */
export const disassociateKmsKey: Operation<'DisassociateKmsKey'> = (state, input) => {
  const { kmsKeyArn: _, ...group } = groupOf(state, input);
  state.groups.put(group.name, group);
  return {};
};

/** By name, or by the ARN in `resourceIdentifier`: one of both. */
function groupOf(
  state: LogsState,
  { logGroupName, resourceIdentifier }: { logGroupName?: string | undefined; resourceIdentifier?: string | undefined },
): GroupRecord {
  if ((logGroupName === undefined) === (resourceIdentifier === undefined)) {
    return invalid('Specify either logGroupName or resourceIdentifier, not both.');
  }
  if (resourceIdentifier !== undefined) return groupByEither(state, { logGroupIdentifier: resourceIdentifier });
  return requireGroup(state, logGroupName);
}

/** An alias or a bare id is refused. */
export const checkedKey = (key: string): string =>
  /^arn:aws[\w-]*:kms:[\w-]+:\d{12}:key\/[\w-]+$/.test(key)
    ? key
    : invalid(`The specified KMS key identifier '${key}' is not the ARN of a key.`);
