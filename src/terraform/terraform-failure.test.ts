import { expect, test } from 'vitest';
import { terraformFailure } from './terraform-failure.ts';

const failure = (stderr: string) => terraformFailure('plan', { code: 1, stdout: '', stderr });

// As Terraform 1.11.4 says it.
test('a state that somebody holds tells who and since when', () => {
  const said = `
Error: Error acquiring the state lock

Error message: operation error S3: PutObject, https response error StatusCode: 412, PreconditionFailed
Lock Info:
  ID:        6b5a1a0e-7a0c-8f0c-3e0e-1f9d3d1c2b3a
  Path:      teal-123456789012-eu-west-1-state/staging/platform.tfstate
  Operation: OperationTypeApply
  Who:       ana@laptop
  Version:   1.11.4
  Created:   2026-11-21 04:00:00.123 +0000 UTC
  Info:

Terraform acquires a state lock to protect the state from being written
`;
  expect(failure(said)).toEqual({
    kind: 'locked',
    who: 'ana@laptop',
    since: '2026-11-21 04:00:00.123 +0000 UTC',
    id: '6b5a1a0e-7a0c-8f0c-3e0e-1f9d3d1c2b3a',
  });
});

test('a plan that is older than its state, and a bucket that is not there, are told apart from the rest', () => {
  expect(failure('Error: Saved plan is stale\n\nThe given plan file can no longer be applied')).toEqual({
    kind: 'stale-plan',
  });
  expect(failure('Error: Failed to get existing workspaces: S3 bucket "b" does not exist.\n\nNoSuchBucket: ')).toEqual({
    kind: 'no-bucket',
  });
  expect(failure('Error: Invalid provider')).toEqual({
    kind: 'failed',
    command: 'plan',
    said: 'Error: Invalid provider',
  });
});
