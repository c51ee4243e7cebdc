export { closeOutputs, createOutput } from './create-output.ts';
export type { LiveKey, Output } from './output.ts';
