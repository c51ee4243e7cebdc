import { type Json, type Ms, ms } from '../../../base/index.ts';
import { numberAt } from './engine.ts';

/** What an answer of ContainerStats says (Docker Engine API); undefined where it says nothing. */
export function usedIn(statistics: Json): { readonly cpu: Ms; readonly memoryBytes: number } | undefined {
  const nanoseconds = numberAt(statistics, 'cpu_stats', 'cpu_usage', 'total_usage');
  if (nanoseconds === undefined) return undefined;
  const memory = (...path: string[]): number | undefined => numberAt(statistics, 'memory_stats', ...path);
  // Pages of files that nobody reads any more are not the container's: version 2 and 1 of control groups.
  const cache = memory('stats', 'inactive_file') ?? memory('stats', 'total_inactive_file') ?? 0;
  return { cpu: ms(nanoseconds / 1e6), memoryBytes: Math.max(0, (memory('usage') ?? 0) - cache) };
}
