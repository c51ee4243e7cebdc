export { AssertionError, assert, unreachable } from './assert.ts';
export type { Brand } from './brand.ts';
export type { Cancel, Clock } from './clock.ts';
export type { Json } from './json.ts';
export { createRandom, type Random, systemRandom } from './random.ts';
export { err, ok, type Result } from './result.ts';
export { systemClock } from './system-clock.ts';
export { type EpochMs, epochMs, isoTime, type Ms, ms, seconds } from './time.ts';
export { createVirtualClock, type VirtualClock } from './virtual-clock.ts';
