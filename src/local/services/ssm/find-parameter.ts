import { versionLabelled } from './parameter-labels.ts';
import { parseName } from './parameter-name.ts';
import { currentOf, type ParameterState, type ParameterVersion, versionKey } from './parameter-state.ts';

/** What a name means: `selector` is what stood behind it. */
export type Found =
  | { readonly kind: 'found'; readonly parameter: ParameterVersion; readonly selector: string | undefined }
  | { readonly kind: 'no-version'; readonly name: string; readonly selector: string }
  | { readonly kind: 'none' };

/** By `name`, `name:version`, `name:label`, or an ARN in place of the name. Source: SSM-API/API_GetParameter */
export function findParameter(state: ParameterState, text: string): Found {
  const { version: selector } = parseName(text);
  const current = currentOf(state, text);
  if (!current) return { kind: 'none' };
  const { name } = current;
  if (selector === undefined) return { kind: 'found', parameter: current, selector: undefined };
  // No label begins with a digit.
  const version = /^\d+$/.test(selector) ? Number(selector) : versionLabelled(state, name, selector);
  const parameter = version === undefined ? undefined : state.history.get(versionKey(name, version));
  return parameter ? { kind: 'found', parameter, selector: `:${selector}` } : { kind: 'no-version', name, selector };
}
