import type { Result } from './result.ts';

/** What `--report FILE` writes. */
export function report({ acts, counts, ...result }: Result): object {
  return {
    requests: result.requests,
    failed: result.failed,
    failedOutsideBadCanaries: result.failedOutsideBadCanaries,
    clientCount: counts.client,
    balancerCount: counts.balancer,
    appCount: counts.app,
    cutoverMs: { max: rounded(result.cutoverMaxMs) },
    rollbackMs: { max: rounded(result.rollbackMaxMs) },
    timing: 'instant',
    problems: result.problems,
    phases: acts.map(({ act, requests, failures, cutoverMs, rollbackMs, latency }) => ({
      name: act.name,
      requests,
      failed: failures.length,
      failedOutsideBadCanaries: failures.filter(({ canary }) => canary === undefined).length,
      cutoverMs: cutoverMs === undefined ? null : rounded(cutoverMs),
      rollbackMs: rollbackMs === undefined ? null : rounded(rollbackMs),
      p50Ms: latency?.p50Ms ?? null,
      p99Ms: latency?.p99Ms ?? null,
    })),
  };
}

const rounded = (value: number): number => Math.ceil(value * 10) / 10;
