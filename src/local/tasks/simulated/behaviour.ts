import { type Ms, ms } from '../../../base/index.ts';

/** What a simulated client or probe sends. */
export interface SimulatedRequest {
  readonly method: string;
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What comes of a request. A driver of clients lets `latency` pass before it takes note of it. */
export type SimulatedAnswer =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
      readonly latency: Ms;
    }
  | { readonly kind: 'timed-out' }
  /** Refused or reset. */
  | { readonly kind: 'failed' };

/** What a task knows of itself when it answers. */
export interface Moment {
  /** The container's environment, TEAL_REVISION and the like. */
  readonly environment: Readonly<Record<string, string>>;
  /** Since the container started. */
  readonly upFor: Ms;
  /** Requests that this task got within the last second, health checks not counted. */
  readonly requestsPerSecond: number;
}

/** What a container takes of its machine. */
export interface Load {
  /** 1024 are a processor. */
  readonly cpuUnits: number;
  readonly memoryMiB: number;
}

/** How an image behaves, as functions of what a task knows. */
export interface Behaviour {
  /** A reason begins with AWS's word: `CannotPullContainerError: …`. */
  readonly pull: { readonly kind: 'pulled'; readonly takes: Ms } | { readonly kind: 'failed'; readonly reason: string };
  /** From the pull to the container's start. */
  readonly startsAfter: Ms;
  /** From the start until the port is open; before that every connection is refused. */
  readonly listensAfter: Ms;
  readonly life: { readonly kind: 'lasting' } | { readonly kind: 'exits'; readonly after: Ms; readonly code: number };
  readonly onSigterm:
    | { readonly kind: 'exits'; readonly after: Ms; readonly code: number }
    | { readonly kind: 'ignored' };
  /** Written when it starts. */
  readonly output: readonly string[];
  /** Exit code of its container health check; undefined: it does not end in time. */
  readonly healthCommand: (moment: Moment) => number | undefined;
  readonly answer: (request: SimulatedRequest, moment: Moment) => SimulatedAnswer;
  /** Since it was last asked: `requestsPerSecond` is the mean of that time. */
  readonly load: (moment: Moment) => Load;
}

export const answered = (
  status: number,
  body = '',
  headers: Readonly<Record<string, string>> = {},
  latency: Ms = ms(5),
): SimulatedAnswer => ({ kind: 'answered', status, headers, body, latency });

/** Starts at once, stays, and answers 200 to everything with its revision in `x-revision` and in the body. */
export const healthyBehaviour: Behaviour = {
  pull: { kind: 'pulled', takes: ms(1) },
  startsAfter: ms(1),
  listensAfter: ms(1),
  life: { kind: 'lasting' },
  onSigterm: { kind: 'exits', after: ms(10), code: 0 },
  output: [],
  healthCommand: () => 0,
  answer: (_request, { environment }) => {
    const { TEAL_REVISION: revision = '', TEAL_COLOR: color = '' } = environment;
    return answered(200, JSON.stringify({ version: revision, deployment: color }), {
      'content-type': 'application/json',
      'x-revision': revision,
    });
  },
  load: ({ requestsPerSecond }) => ({ cpuUnits: 2 + requestsPerSecond / 10, memoryMiB: 64 }),
};
