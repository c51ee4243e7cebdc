import { describe, expect, test } from 'vitest';
import { memoryStore } from '../../store/memory-store.ts';
import { ecsFixture, refusal } from './ecs-fixture.ts';

const principalArn = 'arn:aws:iam::000000000000:root';

describe('account settings (ECS-DG/ecs-account-settings)', () => {
  test('are listed as they hold, or only those that were set', () => {
    const { call } = ecsFixture();
    expect(call('ListAccountSettings', {})).toEqual({ settings: [], nextToken: undefined });
    expect(call('ListAccountSettings', { effectiveSettings: true, name: 'serviceLongArnFormat' }).settings).toEqual([
      { name: 'serviceLongArnFormat', value: 'enabled', principalArn, type: 'user' },
    ]);
    expect(call('PutAccountSetting', { name: 'containerInsights', value: 'enhanced' }).setting).toEqual({
      name: 'containerInsights',
      value: 'enhanced',
      principalArn,
      type: 'user',
    });
    expect(call('ListAccountSettings', {}).settings).toHaveLength(1);
    expect(call('ListAccountSettings', { value: 'disabled' }).settings).toEqual([]);
    call('DeleteAccountSetting', { name: 'containerInsights' });
    expect(call('ListAccountSettings', {}).settings).toEqual([]);
  });

  test('ten a page', () => {
    const { call } = ecsFixture();
    const first = call('ListAccountSettings', { effectiveSettings: true });
    expect(first.settings).toHaveLength(10);
    const second = call('ListAccountSettings', { effectiveSettings: true, nextToken: first.nextToken });
    expect(second).toMatchObject({ settings: [{ name: 'taskLongArnFormat' }], nextToken: undefined });
  });

  test('of the account hold for whoever has set nothing, survive a restart, and decide about new clusters', () => {
    const store = memoryStore();
    const before = ecsFixture({ store });
    before.call('PutAccountSettingDefault', { name: 'containerInsights', value: 'enabled' });
    const { call } = ecsFixture({ store, app: before.app });
    expect(call('ListAccountSettings', { effectiveSettings: true, name: 'containerInsights' }).settings).toMatchObject([
      { value: 'enabled' },
    ]);
    expect(call('CreateCluster', { clusterName: 'main' }).cluster?.settings).toEqual([
      { name: 'containerInsights', value: 'enabled' },
    ]);
    call('PutAccountSetting', { name: 'containerInsights', value: 'disabled' });
    expect(call('CreateCluster', { clusterName: 'other' }).cluster?.settings).toMatchObject([{ value: 'disabled' }]);
  });

  test('have names and values that AWS knows', () => {
    const { call } = ecsFixture();
    expect(refusal(() => call('PutAccountSetting', { name: 'nonsense' as never, value: 'enabled' }))).toMatch(
      /^InvalidParameterException/,
    );
    expect(refusal(() => call('PutAccountSetting', { name: 'containerInsights', value: 'maybe' }))).toMatch(
      /^InvalidParameterException/,
    );
  });
});
