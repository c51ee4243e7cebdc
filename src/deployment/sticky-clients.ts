import type { Color } from './color.ts';
import type { Plan } from './plan.ts';
import type { ProbeAnswer } from './ports.ts';

/** The load balancer's cookie that names a target group, with what belongs to its value (ALB/sticky-sessions). */
const groupCookie = /(?:^|[,\s])(AWSALBTG=[^;,]+)/;

/**
 * Two clients of a sticky service, as the load balancer's cookie keeps them: one that the former colour answered first,
 * one that the new one did. What they are answered tells when a switch and a rollback reach clients that stay.
 */
export class StickyClients {
  readonly #plan: Plan;
  readonly #cookies: Partial<Record<Color, string>> = {};
  #raisedToAllAt: number | undefined;
  #takenBackAt: number | undefined;
  #cutoverMs: number | undefined;
  #rollbackMs: number | undefined;

  constructor(plan: Plan) {
    this.#plan = plan;
  }

  /** What a client sends that this colour answered first; undefined where none has met it, or the service is not sticky. */
  cookieOf(color: Color): string | undefined {
    return this.#cookies[color];
  }

  /** A client without a cookie was answered by this colour: from now on it stays there. */
  met(color: Color, answer: ProbeAnswer): void {
    if (this.#plan.site.wanted.stickinessSeconds !== null && this.#cookies[color] === undefined)
      this.#keep(color, answer);
  }

  /** The write is about to be sent that leaves the former colour out of the action. */
  raisingToAll(at: number): void {
    this.#raisedToAllAt ??= at;
  }

  /** The write is about to be sent that leaves the new colour out. */
  takingBack(at: number): void {
    this.#takenBackAt ??= at;
  }

  /** The client that `first` had answered was answered by `by`. */
  answered(first: Color, by: Color, at: number, answer: ProbeAnswer): void {
    const { to, from } = this.#plan;
    // Each answer prolongs the time for which the cookie is honoured.
    if (first === by) this.#keep(first, answer);
    if (first === from && by === to && this.#raisedToAllAt !== undefined) this.#cutoverMs ??= at - this.#raisedToAllAt;
    if (first === to && by === to && this.#takenBackAt !== undefined)
      this.#rollbackMs = Math.max(0, at - answer.latencyMs - this.#takenBackAt);
  }

  #keep(color: Color, answer: ProbeAnswer): void {
    const cookie = answer.kind === 'answered' ? groupCookie.exec(answer.headers['set-cookie'] ?? '')?.[1] : undefined;
    if (cookie !== undefined) this.#cookies[color] = cookie;
  }

  /** From the write of all traffic to the new colour's first answer to a client that stayed with the former; null until measured. */
  get cutoverMs(): number | null {
    return this.#cutoverMs ?? null;
  }

  /** From the write that took back until the last request of a client of the new colour that it still answered; null without one. */
  get rollbackMs(): number | null {
    return this.#takenBackAt === undefined || this.#cookies[this.#plan.to] === undefined
      ? null
      : (this.#rollbackMs ?? 0);
  }
}
