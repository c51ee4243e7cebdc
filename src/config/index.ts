export type * from './normalised.ts';
