import type { StoppedTask } from './readings.ts';
import type { Weights } from './weights.ts';

/** Why a deployment is taken back or halted, with the evidence. The first thing that went wrong, not the last. */
export type Reason =
  | { readonly kind: 'asked'; readonly by: string; readonly request: string }
  | { readonly kind: 'register-refused'; readonly code: string; readonly message: string }
  | { readonly kind: 'update-refused'; readonly code: string; readonly message: string }
  | {
      readonly kind: 'ecs-deployment-failed';
      readonly rollout: string;
      readonly failedTasks: number;
      readonly evidence: Evidence;
    }
  | {
      readonly kind: 'not-healthy-in-time';
      readonly seconds: number;
      readonly healthy: number;
      readonly required: number;
      readonly evidence: Evidence;
    }
  | {
      readonly kind: 'too-few-healthy';
      readonly healthy: number;
      readonly required: number;
      readonly evidence: Evidence;
    }
  | {
      readonly kind: 'verification-failed';
      readonly check: string;
      readonly found: string;
      readonly evidence: Evidence;
    }
  | {
      readonly kind: 'failures';
      readonly percent: number;
      readonly limit: number;
      readonly failed: number;
      readonly answers: number;
      readonly windowSeconds: number;
      readonly example: string;
    }
  | {
      readonly kind: 'latency';
      readonly p99Ms: number;
      readonly limitMs: number;
      readonly answers: number;
      readonly windowSeconds: number;
    }
  /** A CloudWatch alarm, with its own words. */
  | { readonly kind: 'alarm'; readonly name: string; readonly reason: string; readonly since: string }
  /** What production's clients got, as CloudWatch counted it. */
  | {
      readonly kind: 'clients-failures';
      readonly percent: number;
      readonly limit: number;
      readonly failed: number;
      readonly requests: number;
      readonly windowSeconds: number;
    }
  | {
      readonly kind: 'clients-latency';
      readonly p99Ms: number;
      readonly limitMs: number;
      readonly requests: number;
      readonly windowSeconds: number;
    }
  | { readonly kind: 'no-data'; readonly answers: number; readonly minimum: number }
  /** Of autoscaling's limits; `code` is "no answer" where none came in time. */
  | { readonly kind: 'limits-refused'; readonly code: string; readonly message: string }
  | { readonly kind: 'write-refused'; readonly code: string; readonly message: string }
  | { readonly kind: 'weights-changed-by-another'; readonly found: Partial<Weights>; readonly expected: Weights }
  | { readonly kind: 'nothing-to-return-to'; readonly former: string; readonly first: Reason | null };

/** What the world showed when it went wrong. */
export interface Evidence {
  readonly stopped: readonly StoppedTask[];
  /** What the first of these wrote last, oldest first; read when the deployment is closed. */
  readonly lastLines: readonly string[];
  /** Targets that are not healthy: `Target.ResponseCodeMismatch (Health checks failed with these codes: [500])`. */
  readonly targets: readonly { readonly address: string; readonly reason: string; readonly description: string }[];
}
