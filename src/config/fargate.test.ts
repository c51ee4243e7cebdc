import { expect, test } from 'vitest';
import { fargateProblem } from './fargate.ts';

// ECS-DG/fargate-tasks-services
test.each([
  [256, 2048],
  [512, 3072],
  [1024, 2048],
  [2048, 16_384],
  [4096, 30_720],
  [8192, 20_480],
  [16_384, 122_880],
  [32_768, 249_856],
])('Fargate has %d CPU units with %d MiB', (cpu, memory) => {
  expect(fargateProblem(cpu, memory)).toBeUndefined();
});

test.each([
  [256, 4096, 'Fargate pairs 256 CPU units with 512, 1024 or 2048 MiB'],
  [512, 512, 'Fargate pairs 512 CPU units with 1024 to 4096 in steps of 1024 MiB'],
  [8192, 17_408, 'Fargate pairs 8192 CPU units with 16384 to 61440 in steps of 4096 MiB'],
  [32_768, 65_536, 'Fargate pairs 32768 CPU units with 61440, 122880 or 249856 MiB'],
])('Fargate does not have %d CPU units with %d MiB', (cpu, memory, problem) => {
  expect(fargateProblem(cpu, memory)).toBe(problem);
});
