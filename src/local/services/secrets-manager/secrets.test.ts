import { describe, expect, test } from 'vitest';
import { seconds } from '../../../base/index.ts';
import { memoryStore } from '../../store/memory-store.ts';
import { secretForTask } from './secret-for-task.ts';
import { type SecretsFixture, secretsFixture } from './secrets-fixture.ts';

const days = (count: number) => seconds(count * 86_400);
const token = (at: number) => `00000000-0000-4000-8000-00000000000${at}`;
const missing = "ResourceNotFoundException: Secrets Manager can't find the specified secret.";

/** A secret with the values `one`, `two`, …, each under its own token. */
function withVersions(...values: readonly string[]): SecretsFixture {
  const fixture = secretsFixture();
  fixture.run('CreateSecret', { Name: 'db' });
  for (const [index, SecretString] of values.entries()) {
    fixture.run('PutSecretValue', { SecretId: 'db', SecretString, ClientRequestToken: token(index + 1) });
  }
  return fixture;
}

const stagesOf = ({ run }: SecretsFixture) => run('DescribeSecret', { SecretId: 'db' }).VersionIdsToStages;

describe('a secret (SM-API/API_CreateSecret, API_DescribeSecret, API_GetSecretValue)', () => {
  test('is found by name, ARN, and ARN without its last six characters', () => {
    const { run } = secretsFixture();
    const { ARN = '' } = run('CreateSecret', { Name: 'app/db', SecretString: 'one', Description: '' });
    expect(ARN).toMatch(/^arn:aws:secretsmanager:eu-central-1:000000000000:secret:app\/db-[A-Za-z0-9]{6}$/);
    for (const SecretId of ['app/db', ARN, ARN.slice(0, -7)]) {
      expect(run('GetSecretValue', { SecretId })).toMatchObject({ SecretString: 'one', VersionStages: ['AWSCURRENT'] });
    }
    expect(run('DescribeSecret', { SecretId: ARN }).Description).toBeUndefined();
  });

  test('keeps bytes as bytes, and outlives the runtime', () => {
    const store = memoryStore();
    secretsFixture(store).run('CreateSecret', { Name: 'key', SecretBinary: new Uint8Array([0, 255]) });
    expect(secretsFixture(store).run('GetSecretValue', { SecretId: 'key' }).SecretBinary).toEqual(
      new Uint8Array([0, 255]),
    );
  });

  test('is made once for one token and value', () => {
    const { run, refusal } = secretsFixture();
    const input = { Name: 'db', SecretString: 'one', ClientRequestToken: token(1) };
    expect(run('CreateSecret', input)).toEqual(run('CreateSecret', input));
    expect(refusal('CreateSecret', { ...input, SecretString: 'two' })).toBe(
      'ResourceExistsException: The operation failed because the secret db already exists.',
    );
  });

  test('is refused in AWS’s words', () => {
    const { refusal } = withVersions('one');
    expect(refusal('GetSecretValue', { SecretId: 'none' })).toBe(missing);
    expect(refusal('GetSecretValue', { SecretId: 'db', VersionStage: 'AWSPENDING' })).toBe(
      "ResourceNotFoundException: Secrets Manager can't find the specified secret value for staging label: AWSPENDING",
    );
    expect(refusal('GetSecretValue', { SecretId: 'db', VersionId: token(9) })).toBe(
      `ResourceNotFoundException: Secrets Manager can't find the specified secret value for VersionId: ${token(9)}`,
    );
    expect(refusal('CreateSecret', { Name: 'a b' })).toMatch(/^ValidationException: Invalid name\./);
    expect(refusal('PutSecretValue', { SecretId: 'db' })).toBe(
      'InvalidRequestException: You must provide either SecretString or SecretBinary.',
    );
    expect(refusal('PutSecretValue', { SecretId: 'db', SecretString: 'a', SecretBinary: new Uint8Array() })).toMatch(
      /^InvalidParameterException/,
    );
    expect(refusal('PutResourcePolicy', { SecretId: 'db', ResourcePolicy: '{' })).toMatch(/^MalformedPolicyDocument/);
    expect(refusal('RotateSecret', { SecretId: 'db' })).toMatch(/^InvalidRequestException: No Lambda/);
  });
});

describe('versions (SM-API/API_PutSecretValue, API_UpdateSecretVersionStage)', () => {
  test('push the current one back to AWSPREVIOUS, and that one out', () => {
    const fixture = withVersions('one', 'two', 'three');
    expect(stagesOf(fixture)).toEqual({ [token(2)]: ['AWSPREVIOUS'], [token(3)]: ['AWSCURRENT'] });
    const { run } = fixture;
    expect(run('GetSecretValue', { SecretId: 'db', VersionStage: 'AWSPREVIOUS' }).SecretString).toBe('two');
    expect(run('GetSecretValue', { SecretId: 'db', VersionId: token(1) })).toMatchObject({ SecretString: 'one' });
    expect(run('ListSecretVersionIds', { SecretId: 'db' }).Versions).toHaveLength(2);
    expect(run('ListSecretVersionIds', { SecretId: 'db', IncludeDeprecated: true }).Versions).toHaveLength(3);
  });

  test('are made once for one token, and refused with another value', () => {
    const fixture = withVersions('one', 'two');
    const again = { SecretId: 'db', SecretString: 'one', ClientRequestToken: token(1) };
    fixture.run('PutSecretValue', again);
    expect(stagesOf(fixture)).toEqual({ [token(1)]: ['AWSPREVIOUS'], [token(2)]: ['AWSCURRENT'] });
    expect(fixture.refusal('PutSecretValue', { ...again, SecretString: 'x' })).toMatch(
      /^ResourceExistsException: You can't use ClientRequestToken/,
    );
  });

  test('may wait as AWSPENDING until a rotation makes them current', () => {
    const fixture = withVersions('one');
    const { run, refusal } = fixture;
    run('PutSecretValue', {
      SecretId: 'db',
      SecretString: 'two',
      ClientRequestToken: token(2),
      VersionStages: ['AWSPENDING'],
    });
    expect(run('GetSecretValue', { SecretId: 'db' }).SecretString).toBe('one');
    const move = { SecretId: 'db', VersionStage: 'AWSCURRENT', MoveToVersionId: token(2) };
    expect(refusal('UpdateSecretVersionStage', move)).toBe(
      `InvalidParameterException: The parameter RemoveFromVersionId can't be empty. Staging label AWSCURRENT is currently attached to version ${token(1)}, so you must explicitly reference that version in RemoveFromVersionId.`,
    );
    run('UpdateSecretVersionStage', { ...move, RemoveFromVersionId: token(1) });
    expect(stagesOf(fixture)).toEqual({ [token(1)]: ['AWSPREVIOUS'], [token(2)]: ['AWSPENDING', 'AWSCURRENT'] });
    run('UpdateSecretVersionStage', { SecretId: 'db', VersionStage: 'AWSPENDING', RemoveFromVersionId: token(2) });
    expect(stagesOf(fixture)).toEqual({ [token(1)]: ['AWSPREVIOUS'], [token(2)]: ['AWSCURRENT'] });
    expect(
      refusal('UpdateSecretVersionStage', {
        SecretId: 'db',
        VersionStage: 'AWSCURRENT',
        RemoveFromVersionId: token(2),
      }),
    ).toMatch(/It can't be completely removed/);
  });

  test('come of UpdateSecret only with a value', () => {
    const fixture = withVersions('one');
    expect(fixture.run('UpdateSecret', { SecretId: 'db', Description: 'new' }).VersionId).toBeUndefined();
    expect(fixture.run('UpdateSecret', { SecretId: 'db', SecretString: 'two' }).VersionId).toBeDefined();
    expect(fixture.run('DescribeSecret', { SecretId: 'db' }).Description).toBe('new');
  });
});

describe('deletion (SM-API/API_DeleteSecret, API_RestoreSecret)', () => {
  test('waits for its window, and can be taken back', () => {
    const { run, refusal, clock } = withVersions('one');
    const { DeletionDate } = run('DeleteSecret', { SecretId: 'db', RecoveryWindowInDays: 7 });
    expect(DeletionDate?.getTime()).toBe(clock.now() + days(7));
    expect(refusal('GetSecretValue', { SecretId: 'db' })).toBe(
      "InvalidRequestException: You can't perform this operation on the secret because it was marked for deletion.",
    );
    expect(refusal('CreateSecret', { Name: 'db' })).toMatch(/already scheduled for deletion/);
    expect(run('DescribeSecret', { SecretId: 'db' }).DeletedDate).toEqual(DeletionDate);
    expect(run('ListSecrets', {}).SecretList).toEqual([]);
    expect(run('ListSecrets', { IncludePlannedDeletion: true }).SecretList).toHaveLength(1);
    run('RestoreSecret', { SecretId: 'db' });
    expect(run('GetSecretValue', { SecretId: 'db' }).SecretString).toBe('one');
    run('DeleteSecret', { SecretId: 'db' });
    clock.advance(days(30));
    expect(refusal('DescribeSecret', { SecretId: 'db' })).toBe(missing);
  });

  test('by force is over soon, leaves no value, and minds no secret that is not there', () => {
    const { run, refusal, clock, state } = withVersions('one');
    run('DeleteSecret', { SecretId: 'db', ForceDeleteWithoutRecovery: true });
    expect(refusal('DescribeSecret', { SecretId: 'db' })).toBe('accepted');
    clock.advance(seconds(10));
    expect(refusal('DescribeSecret', { SecretId: 'db' })).toBe(missing);
    expect(state.values.size).toBe(0);
    expect(refusal('DeleteSecret', { SecretId: 'db', ForceDeleteWithoutRecovery: true })).toBe('accepted');
    expect(refusal('DeleteSecret', { SecretId: 'db' })).toBe(missing);
  });

  test.each([
    [{ RecoveryWindowInDays: 6 }, /between 7 and 30 days/],
    [{ RecoveryWindowInDays: 7, ForceDeleteWithoutRecovery: true }, /in conjunction with RecoveryWindowInDays/],
  ])('with %j is refused', (more, words) => {
    expect(withVersions('one').refusal('DeleteSecret', { SecretId: 'db', ...more })).toMatch(words);
  });
});

test('lists are filtered, paged and newest first (SM-API/API_ListSecrets)', () => {
  const { run, clock, refusal } = secretsFixture();
  for (const Name of ['app/a', 'app/b', 'other']) {
    run('CreateSecret', { Name, Tags: [{ Key: 'owner', Value: Name }] });
    clock.advance(seconds(1));
  }
  const names = (input: Parameters<typeof run<'ListSecrets'>>[1]) =>
    run('ListSecrets', input).SecretList?.map(({ Name }) => Name);
  expect(names({})).toEqual(['other', 'app/b', 'app/a']);
  expect(names({ Filters: [{ Key: 'name', Values: ['app/'] }], SortOrder: 'asc' })).toEqual(['app/a', 'app/b']);
  expect(names({ Filters: [{ Key: 'tag-value', Values: ['!app'] }] })).toEqual(['other']);
  const first = run('ListSecrets', { MaxResults: 2 });
  expect(run('ListSecrets', { MaxResults: 2, NextToken: first.NextToken }).SecretList).toHaveLength(1);
  expect(refusal('ListSecrets', { MaxResults: 101 })).toMatch(/^ValidationException/);
});

test('a batch tells what it can’t read beside what it can (SM-API/API_BatchGetSecretValue)', () => {
  const { run } = withVersions('one');
  expect(run('BatchGetSecretValue', { SecretIdList: ['db', 'none'] })).toMatchObject({
    SecretValues: [{ Name: 'db', SecretString: 'one' }],
    Errors: [{ SecretId: 'none', ErrorCode: 'ResourceNotFoundException' }],
  });
});

test('rotation is kept and described (SM-API/API_RotateSecret, API_CancelRotateSecret)', () => {
  const { run, clock } = withVersions('one');
  const lambda = 'arn:aws:lambda:eu-central-1:000000000000:function:rotate';
  run('RotateSecret', { SecretId: 'db', RotationLambdaARN: lambda, RotationRules: { AutomaticallyAfterDays: 30 } });
  expect(run('DescribeSecret', { SecretId: 'db' })).toMatchObject({
    RotationEnabled: true,
    RotationLambdaARN: lambda,
    RotationRules: { AutomaticallyAfterDays: 30 },
    NextRotationDate: new Date(clock.now() + days(30)),
  });
  run('CancelRotateSecret', { SecretId: 'db' });
  expect(run('DescribeSecret', { SecretId: 'db' }).RotationEnabled).toBe(false);
});

test('a random password has what was asked for (SM-API/API_GetRandomPassword)', () => {
  const { run, refusal } = secretsFixture();
  const password = (input: Parameters<typeof run<'GetRandomPassword'>>[1]) =>
    run('GetRandomPassword', input).RandomPassword ?? '';
  for (let round = 0; round < 50; round++) {
    expect(password({ PasswordLength: 4 })).toMatch(/^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)(?=.*[^a-zA-Z\d]).{4}$/);
    expect(password({ ExcludePunctuation: true, ExcludeCharacters: '0aA' })).toMatch(/^[b-zB-Z1-9]{32}$/);
  }
  expect(refusal('GetRandomPassword', { PasswordLength: 3 })).toMatch(/^InvalidParameterException/);
});

describe('what a task gets (ECS-DG/secrets-envvar-secrets-manager)', () => {
  const prepared = () => {
    const fixture = withVersions('{"user":"u1","port":5432}', '{"user":"u2"}');
    const arn = fixture.run('DescribeSecret', { SecretId: 'db' }).ARN ?? '';
    return { ...fixture, arn };
  };

  test.each([
    ['', '{"user":"u2"}'],
    [':user::', 'u2'],
    [':user:AWSPREVIOUS:', 'u1'],
    [`:user::${token(1)}`, 'u1'],
    [':port:AWSPREVIOUS:', '5432'],
  ])('for an ARN with "%s" is %s', (suffix, value) => {
    const { state, arn } = prepared();
    expect(secretForTask(state, `${arn}${suffix}`)).toEqual({ ok: true, value });
  });

  test('is an error that quotes no secret', () => {
    const { state, arn } = prepared();
    const reason = (valueFrom: string) => {
      const found = secretForTask(state, valueFrom);
      return found.ok ? 'found' : found.error;
    };
    expect(reason(`${arn}:password::`)).toBe('retrieved secret from Secrets Manager did not contain json key password');
    expect(reason(arn.replace('secret:db', 'secret:none'))).toContain(missing);
    expect(reason(`${arn}::AWSPENDING:`)).toContain('staging label: AWSPENDING');
  });
});

test('a call without a token is refused; SDKs always send one (SM-API/API_CreateSecret, API_RotateSecret)', () => {
  const { refusal } = withVersions('one');
  const text = 'You must provide a ClientRequestToken value. We recommend a UUID-type value.';
  const ClientRequestToken = undefined;
  const secret = { SecretId: 'db', ClientRequestToken };
  expect(refusal('CreateSecret', { Name: 'new', ClientRequestToken })).toBe(`InvalidRequestException: ${text}`);
  expect(refusal('PutSecretValue', { ...secret, SecretString: 'x' })).toBe(`InvalidRequestException: ${text}`);
  expect(refusal('UpdateSecret', { ...secret, SecretString: 'x' })).toBe(`InvalidRequestException: ${text}`);
  expect(refusal('RotateSecret', secret)).toBe(`InvalidParameterException: ${text}`);
});
