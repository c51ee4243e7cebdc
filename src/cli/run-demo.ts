import { spawn } from 'node:child_process';

/** Runs the demo, a program of its own that drives this CLI as a user would; returns its exit code. */
export function runDemo(report: string | undefined): Promise<number> {
  const demo = new URL(import.meta.url.includes('/dist/') ? './demo.mjs' : '../../dist/demo.mjs', import.meta.url)
    .pathname;
  const child = spawn(process.execPath, [demo, ...(report === undefined ? [] : ['--report', report])], {
    stdio: 'inherit',
  });
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => child.kill(name));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
