import type { Setting, SettingName } from '@aws-sdk/client-ecs';
import { refuse } from '../../aws-error.ts';
import { partition } from './arn.ts';
import type { EcsHandler, EcsState } from './ecs-state.ts';
import { page } from './paging.ts';

/** What an account has that nobody has set anything in, and what may be set (ECS-DG/ecs-account-settings). */
const settings: Readonly<Record<SettingName, { readonly initial: string; readonly allowed: readonly string[] }>> = {
  serviceLongArnFormat: { initial: 'enabled', allowed: ['enabled', 'disabled'] },
  taskLongArnFormat: { initial: 'enabled', allowed: ['enabled', 'disabled'] },
  containerInstanceLongArnFormat: { initial: 'enabled', allowed: ['enabled', 'disabled'] },
  awsvpcTrunking: { initial: 'disabled', allowed: ['enabled', 'disabled'] },
  containerInsights: { initial: 'disabled', allowed: ['enabled', 'enhanced', 'disabled'] },
  fargateFIPSMode: { initial: 'disabled', allowed: ['enabled', 'disabled'] },
  fargateEventWindows: { initial: 'disabled', allowed: ['enabled', 'disabled'] },
  fargateTaskRetirementWaitPeriod: { initial: '7', allowed: ['0', '7', '14'] },
  guardDutyActivate: { initial: 'off', allowed: [] },
  tagResourceAuthorization: { initial: 'off', allowed: ['on', 'off'] },
  defaultLogDriverMode: { initial: 'non-blocking', allowed: ['blocking', 'non-blocking'] },
};

/** The key of what PutAccountSettingDefault sets: it holds for all who have set nothing themselves. */
const forAll = 'default';

/** ECS-API/API_PutAccountSetting. They are kept; `containerInsights` alone has an effect, on new clusters. */
export const putAccountSetting: EcsHandler<'PutAccountSetting'> = (state, input) => {
  const principal = input.principalArn ?? rootOf(state);
  const [name, value] = checked(input.name, input.value);
  state.accountSettings.put(`${principal}/${name}`, { value });
  return { setting: described(name, value, principal) };
};

/** ECS-API/API_PutAccountSettingDefault */
export const putAccountSettingDefault: EcsHandler<'PutAccountSettingDefault'> = (state, input) => {
  const [name, value] = checked(input.name, input.value);
  state.accountSettings.put(`${forAll}/${name}`, { value });
  return { setting: described(name, value, rootOf(state)) };
};

/** ECS-API/API_DeleteAccountSetting: the account's default holds again. */
export const deleteAccountSetting: EcsHandler<'DeleteAccountSetting'> = (state, input) => {
  const principal = input.principalArn ?? rootOf(state);
  const name = checkedName(input.name);
  state.accountSettings.delete(`${principal}/${name}`);
  return { setting: { name, value: '', principalArn: principal } };
};

/** ECS-API/API_ListAccountSettings: what was set by the principal, or with `effectiveSettings` what holds for it. */
export const listAccountSettings: EcsHandler<'ListAccountSettings'> = (state, input) => {
  const principal = input.principalArn ?? rootOf(state);
  const names = input.name === undefined ? (Object.keys(settings) as SettingName[]) : [checkedName(input.name)];
  const found = new Map<string, Setting>();
  for (const name of [...names].sort()) {
    const own = state.accountSettings.get(`${principal}/${name}`)?.value;
    const value = input.effectiveSettings ? effectiveSetting(state, name, principal) : own;
    if (value === undefined || (input.value !== undefined && value !== input.value)) continue;
    found.set(name, described(name, value, principal));
  }
  const { keys, nextToken } = page([...found.keys()], input, 10);
  return { settings: keys.flatMap((key) => found.get(key) ?? []), nextToken };
};

export function effectiveSetting(state: EcsState, name: SettingName, principal = rootOf(state)): string {
  const set = state.accountSettings.get(`${principal}/${name}`) ?? state.accountSettings.get(`${forAll}/${name}`);
  return set?.value ?? settings[name].initial;
}

export const rootOf = ({ world }: EcsState): string => `arn:${partition(world.region)}:iam::${world.account}:root`;

function checkedName(name: string | undefined): SettingName {
  return name !== undefined && Object.hasOwn(settings, name)
    ? (name as SettingName)
    : refuse('InvalidParameterException', `${name ?? ''} is not a valid setting name.`);
}

function checked(given: string | undefined, value = ''): [SettingName, string] {
  const name = checkedName(given);
  if (!settings[name].allowed.includes(value))
    refuse('InvalidParameterException', `${value} is not a valid value for the setting ${name}.`);
  return [name, value];
}

const described = (name: SettingName, value: string, principalArn: string): Setting => ({
  name,
  value,
  principalArn,
  type: name === 'guardDutyActivate' ? 'aws_managed' : 'user',
});
