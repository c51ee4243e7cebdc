import { invalid } from './refusals.ts';

interface Actions {
  readonly AlarmActions?: readonly string[] | undefined;
  readonly OKActions?: readonly string[] | undefined;
  readonly InsufficientDataActions?: readonly string[] | undefined;
}

/** Up to five ARNs for each state. CW-API/API_PutMetricAlarm */
export function checkedActions(input: Actions): void {
  for (const member of ['AlarmActions', 'OKActions', 'InsufficientDataActions'] as const) {
    const actions = input[member] ?? [];
    if (actions.length > 5) invalid(`The collection ${member} must not have a size greater than 5.`);
    for (const action of actions) {
      if (!action.startsWith('arn:')) invalid(`Invalid arn syntax: ${action}`);
    }
  }
}
