const gib = 1024;
const range = (from: number, to: number, step: number): number[] =>
  Array.from({ length: (to - from) / step + 1 }, (_, index) => from + index * step);

/** MiB that go with CPU units on Fargate. Source: ECS-DG/fargate-tasks-services; 32768 knows three sizes only. */
const memoryOf: Readonly<Record<number, readonly number[]>> = {
  256: [512, 1024, 2048],
  512: range(1 * gib, 4 * gib, gib),
  1024: range(2 * gib, 8 * gib, gib),
  2048: range(4 * gib, 16 * gib, gib),
  4096: range(8 * gib, 30 * gib, gib),
  8192: range(16 * gib, 60 * gib, 4 * gib),
  16384: range(32 * gib, 120 * gib, 8 * gib),
  32768: [60 * gib, 120 * gib, 244 * gib],
};

/** What is wrong about a pair of CPU units and MiB, in words; `undefined` where Fargate has it. */
export function fargateProblem(cpu: number, memory: number): string | undefined {
  const allowed = memoryOf[cpu];
  if (allowed === undefined || allowed.includes(memory)) return undefined;
  return `Fargate pairs ${cpu} CPU units with ${inWords(allowed)} MiB`;
}

function inWords(sizes: readonly number[]): string {
  const [first, second, ...rest] = sizes;
  const last = rest.at(-1);
  if (first === undefined || second === undefined || last === undefined) return sizes.join(' or ');
  return sizes.length === 3 ? `${first}, ${second} or ${last}` : `${first} to ${last} in steps of ${second - first}`;
}
