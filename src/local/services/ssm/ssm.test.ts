import { describe, expect, test } from 'vitest';
import { memoryStore } from '../../store/memory-store.ts';
import { parameterValue } from './ssm.ts';
import { ssmFixture } from './ssm-fixture.ts';

const Name = '/shop/image';

/** Versions 1 and 2 of a secret parameter, the first with the label `stable`. */
function withLabel(store = memoryStore()) {
  const fixture = ssmFixture(store);
  fixture.run('PutParameter', { Name, Value: 'one', Type: 'SecureString' });
  fixture.run('PutParameter', { Name, Value: 'two', Overwrite: true });
  fixture.run('LabelParameterVersion', { Name, ParameterVersion: 1, Labels: ['stable'] });
  return fixture;
}

describe('a label (SSM-API/API_LabelParameterVersion)', () => {
  test('survives a restart, and goes with its parameter', () => {
    const store = memoryStore();
    withLabel(store);
    const { run, refusal } = ssmFixture(store);
    const read = { Name: `${Name}:stable`, WithDecryption: true };
    expect(run('GetParameter', read).Parameter).toMatchObject({ Value: 'one', Version: 1, Selector: ':stable' });
    run('DeleteParameter', { Name });
    run('PutParameter', { Name, Value: 'anew', Type: 'String' });
    expect(refusal('GetParameter', read)).toContain('ParameterVersionNotFound');
    expect(run('GetParameterHistory', { Name }).Parameters?.map(({ Labels }) => Labels)).toEqual([[]]);
  });

  test('that would be one too many is not put on, and what it would have left keeps it', () => {
    const { run, refusal } = withLabel();
    const ten = Array.from({ length: 10 }, (_, at) => `label-${at}`);
    run('LabelParameterVersion', { Name, ParameterVersion: 2, Labels: ten });
    expect(refusal('LabelParameterVersion', { Name, ParameterVersion: 2, Labels: ['stable'] })).toContain(
      'ParameterVersionLabelLimitExceeded',
    );
    expect(run('GetParameter', { Name: `${Name}:stable` }).Parameter?.Version).toBe(1);
    // Again the same ten are no more than ten.
    run('LabelParameterVersion', { Name, ParameterVersion: 2, Labels: ten });
  });

  test('and a version number name what a container gets', () => {
    const { world } = withLabel();
    expect(
      ['', ':1', ':2', ':stable', ':3', ':none'].map((selector) => parameterValue(world, Name + selector)),
    ).toEqual(['two', 'one', 'two', 'one', undefined, undefined]);
  });

  test.each(['', 'x'.repeat(101)])('of a wrong length is refused: %j', (label) => {
    expect(withLabel().refusal('LabelParameterVersion', { Name, Labels: [label] })).toContain(
      "ValidationException: 1 validation error detected: Value '",
    );
  });
});

describe('parameter policies (SSM-API/API_PutParameter)', () => {
  const put = (Policies: string) =>
    ssmFixture().refusal('PutParameter', { Name, Value: 'x', Type: 'String', Tier: 'Advanced', Policies });

  test.each(['', '[]', '[{}]', '{}'])('are accepted where there are none: %j', (none) => {
    expect(put(none)).toBe('accepted');
  });

  test('are refused with a word, and not kept without effect', () => {
    expect(put('[{"Type":"Expiration","Version":"1.0","Attributes":{"Timestamp":"2030-01-01T00:00:00.000Z"}}]')).toBe(
      'ValidationException: The local runtime does not imitate parameter policies.',
    );
  });
});

test('a description stays when a new value comes without one, as Terraform’s provider relies on', () => {
  const { run } = ssmFixture();
  run('PutParameter', { Name, Value: 'one', Type: 'String', Description: 'what it is' });
  run('PutParameter', { Name, Value: 'two', Overwrite: true });
  expect(run('DescribeParameters', {}).Parameters).toMatchObject([{ Description: 'what it is', Version: 2 }]);
});
