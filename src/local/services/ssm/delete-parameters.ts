import { refuse } from '../../aws-error.ts';
import { type Operation, removeParameter } from './parameter-state.ts';

/** Source: SSM-API/API_DeleteParameter */
export const deleteParameter: Operation<'DeleteParameter'> = (state, input) => {
  if (!removeParameter(state, input.Name ?? '')) refuse('ParameterNotFound', '');
  return {};
};

/** Source: SSM-API/API_DeleteParameters */
export const deleteParameters: Operation<'DeleteParameters'> = (state, input) => {
  const names = input.Names ?? [];
  if (names.length > 10) {
    refuse(
      'ValidationException',
      `1 validation error detected: Value '[${names.join(', ')}]' at 'names' failed to satisfy constraint: Member must have length less than or equal to 10`,
    );
  }
  const deleted = names.filter((name) => removeParameter(state, name));
  return { DeletedParameters: deleted, InvalidParameters: names.filter((name) => !deleted.includes(name)) };
};
