import { expect, test } from 'vitest';
import { usedIn } from './used-in.ts';

test('what a container uses is its processor time, and its memory without idle pages of files', () => {
  const cpu_stats = { cpu_usage: { total_usage: 129_000_000 } };
  const version2 = { cpu_stats, memory_stats: { usage: 5000, stats: { inactive_file: 1000 } } };
  expect(usedIn(version2)).toEqual({ cpu: 129, memoryBytes: 4000 });
  const version1 = { cpu_stats, memory_stats: { usage: 5000, stats: { total_inactive_file: 2000 } } };
  expect(usedIn(version1)).toEqual({ cpu: 129, memoryBytes: 3000 });
  expect(usedIn({ cpu_stats, memory_stats: { usage: 5000 } })).toEqual({ cpu: 129, memoryBytes: 5000 });
});

test('what a container uses is unknown where the engine does not tell', () => {
  expect(usedIn({ message: 'gone' })).toBeUndefined();
});
