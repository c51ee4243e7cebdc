import type { Brand } from './brand.ts';

/** A duration in milliseconds. */
export type Ms = Brand<number, 'Ms'>;
/** An instant: milliseconds since 1970-01-01 UTC. */
export type EpochMs = Brand<number, 'EpochMs'>;

export const ms = (value: number): Ms => value as Ms;
export const seconds = (value: number): Ms => (value * 1000) as Ms;
export const epochMs = (value: number): EpochMs => value as EpochMs;
export const isoTime = (at: EpochMs): string => new Date(at).toISOString();
