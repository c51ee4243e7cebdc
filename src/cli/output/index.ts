export { closeOutputs, createOutput } from './create-output.ts';
export type { Output } from './output.ts';
