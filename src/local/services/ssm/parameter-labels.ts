import { refuse } from '../../aws-error.ts';
import { currentOf, type Operation, type ParameterState, versionKey } from './parameter-state.ts';

const labelsOfVersionMax = 10;

/**
 * A label that another version has moves to this one. What is no label is named in the answer, and the others are put
 * on. Source: SSM-API/API_LabelParameterVersion
 */
export const labelParameterVersion: Operation<'LabelParameterVersion'> = (state, input) => {
  const { name, version } = labelled(state, input.Name, input.ParameterVersion);
  const labels = checkedLabels(input.Labels);
  const valid = labels.filter(isLabel);
  const held = state.labels.get(name) ?? {};
  const after = { ...held, ...Object.fromEntries(valid.map((label) => [label, version])) };
  if (Object.values(after).filter((each) => each === version).length > labelsOfVersionMax) {
    refuse(
      'ParameterVersionLabelLimitExceeded',
      `A parameter version can have maximum ${labelsOfVersionMax} labels. Move one or more labels to another version and try again.`,
    );
  }
  state.labels.put(name, after);
  return { InvalidLabels: labels.filter((label) => !isLabel(label)), ParameterVersion: version };
};

/** Source: SSM-API/API_UnlabelParameterVersion */
export const unlabelParameterVersion: Operation<'UnlabelParameterVersion'> = (state, input) => {
  if (input.ParameterVersion === undefined) {
    refuse(
      'ValidationException',
      "1 validation error detected: Value null at 'parameterVersion' failed to satisfy constraint: Member must not be null",
    );
  }
  const { name, version } = labelled(state, input.Name, input.ParameterVersion);
  const labels = checkedLabels(input.Labels);
  const removed = labels.filter((label) => versionLabelled(state, name, label) === version);
  const left = Object.entries(state.labels.get(name) ?? {}).filter(([label]) => !removed.includes(label));
  state.labels.put(name, Object.fromEntries(left));
  return { RemovedLabels: removed, InvalidLabels: labels.filter((label) => !removed.includes(label)) };
};

/** The version that has a label; undefined when none has. */
export function versionLabelled(state: ParameterState, name: string, label: string): number | undefined {
  return Object.entries(state.labels.get(name) ?? {}).find(([held]) => held === label)?.[1];
}

/** The labels of one version, in order of the alphabet. */
export function labelsOf(state: ParameterState, name: string, version: number): readonly string[] {
  return Object.entries(state.labels.get(name) ?? {})
    .filter(([, of]) => of === version)
    .map(([label]) => label)
    .sort();
}

/** By its plain name: these two operations take no ARN. */
function labelled(
  state: ParameterState,
  name: string | undefined,
  version: number | undefined,
): { readonly name: string; readonly version: number } {
  const current = name?.startsWith('arn:') ? undefined : currentOf(state, name ?? '');
  if (!current) return refuse('ParameterNotFound', `Parameter ${name} not found.`);
  const meant = version ?? current.version;
  if (!state.history.get(versionKey(current.name, meant))) {
    refuse(
      'ParameterVersionNotFound',
      `Systems Manager could not find version ${meant} of ${current.name}. Verify the version and try again.`,
    );
  }
  return { name: current.name, version: meant };
}

function checkedLabels(asked: readonly string[] | undefined): readonly string[] {
  const labels = [...new Set(asked ?? [])];
  const wrong = (rule: string): never =>
    refuse(
      'ValidationException',
      `1 validation error detected: Value '[${labels.join(', ')}]' at 'labels' failed to satisfy constraint: ${rule}`,
    );
  if (labels.length === 0) wrong('Member must have length greater than or equal to 1');
  if (labels.length > labelsOfVersionMax) {
    wrong(`Member must have length less than or equal to ${labelsOfVersionMax}`);
  }
  if (labels.some((label) => label.length < 1 || label.length > 100)) {
    wrong(
      'Member must satisfy constraint: [Member must have length less than or equal to 100, Member must have length greater than or equal to 1]',
    );
  }
  return labels;
}

const isLabel = (label: string): boolean => /^(?!aws|ssm)[a-z_.-][\w.-]*$/i.test(label);
