import { refuse } from '../../aws-error.ts';

const steps = (from: number, to: number, step: number): number[] =>
  Array.from({ length: (to - from) / step + 1 }, (_, n) => (from + n * step) * 1024);

/** Memory in MiB by CPU units (ECS-DG/task_definition_parameters). */
const sizes: ReadonlyMap<number, readonly number[]> = new Map([
  [256, [512, 1024, 2048]],
  [512, steps(1, 4, 1)],
  [1024, steps(2, 8, 1)],
  [2048, steps(4, 16, 1)],
  [4096, steps(8, 30, 1)],
  [8192, steps(16, 60, 4)],
  [16384, steps(32, 120, 8)],
  [32768, [60, 120, 244].map((gib) => gib * 1024)],
]);

/** Accepts `256`, `.25 vCPU`, `512`, `0.5 GB`; answers in units and MiB, as the API echoes them. */
export function fargateSize(
  cpu: string | undefined,
  memory: string | undefined,
  code = 'ClientException',
): { cpu: string; memory: string } {
  if (!cpu) return refuse(code, "Fargate requires that 'cpu' be defined at the task level.");
  if (!memory) return refuse(code, "Fargate requires that 'memory' be defined at the task level.");
  const units = amount(cpu, /^(\d*\.?\d+)\s*vcpu$/i);
  const mebibytes = amount(memory, /^(\d*\.?\d+)\s*gb$/i);
  if (!sizes.get(units)?.includes(mebibytes))
    refuse(
      code,
      `No Fargate configuration exists for given values: ${units} CPU, ${mebibytes} memory. ` +
        'See the Amazon ECS documentation for the valid values.',
    );
  return { cpu: String(units), memory: String(mebibytes) };
}

function amount(text: string, withUnit: RegExp): number {
  const trimmed = text.trim();
  const big = withUnit.exec(trimmed)?.[1];
  if (big !== undefined) return Number(big) * 1024;
  return /^\d+$/.test(trimmed) ? Number(trimmed) : Number.NaN;
}
