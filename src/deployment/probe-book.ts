import { type Ms, ms } from '../base/index.ts';
import { type Color, colors, otherColor } from './color.ts';
import { identify } from './identify.ts';
import type { ProbeCount } from './measured.ts';
import type { ProbeWindow } from './observation.ts';
import type { Plan } from './plan.ts';
import type { ProbeAnswer } from './ports.ts';
import { StickyClients } from './sticky-clients.ts';

/**
 * Through the public route as a new client, or as one whose cookie names the former or the new colour's group; or over
 * the test rule, to the new colour.
 */
export type ProbeVia = 'public' | 'sticky-from' | 'sticky-to' | 'test';

interface Sample {
  readonly at: number;
  readonly latencyMs: number;
  readonly failure: string | undefined;
}

/** What the probes of one driver heard: attributed to colours, counted in all and within the plan's window. */
export class ProbeBook {
  readonly #plan: Plan;
  readonly #recent: Record<Color, Sample[]> = { blue: [], green: [] };
  readonly #firstAt: Record<Color, number | undefined> = { blue: undefined, green: undefined };
  readonly #totals: Record<Color, { answers: number; failed: number }> = {
    blue: { answers: 0, failed: 0 },
    green: { answers: 0, failed: 0 },
  };
  readonly #lastAnswerAt: Record<Color, number | undefined> = { blue: undefined, green: undefined };
  #identities: Readonly<Partial<Record<Color, string>>> = {};
  #raisedAt: number | undefined;
  /** Since when clients may be let through to the new colour. */
  #openSince = Number.POSITIVE_INFINITY;
  #takenBackAt: number | undefined;
  #cutoverMs: number | undefined;
  #rollbackMs: number | undefined;

  /** Clients that stay with a colour. */
  readonly sticky: StickyClients;

  /** `raisedBefore`: the new colour got traffic before this driver began. */
  constructor(plan: Plan, raisedBefore = false) {
    this.#plan = plan;
    if (raisedBefore) this.#openSince = Number.NEGATIVE_INFINITY;
    this.sticky = new StickyClients(plan);
  }

  /** From now on answers are told apart by these. */
  learn(identities: Readonly<Partial<Record<Color, string>>>): void {
    this.#identities = identities;
  }

  /** A write that gives the new colour this share of traffic is about to be sent. */
  raising(at: Ms, share: number): void {
    this.#raisedAt ??= at;
    this.#openSince = Math.min(this.#openSince, at);
    if (share === 100) this.sticky.raisingToAll(at);
  }

  /** The write that takes the new colour's traffic away is about to be sent. */
  takingBack(at: Ms): void {
    this.#takenBackAt ??= at;
    this.sticky.takingBack(at);
  }

  record(via: ProbeVia, answeredAt: Ms, answer: ProbeAnswer): void {
    const { to, from } = this.#plan;
    const told = this.#colorOf(answer);
    const failure = failureOf(this.#plan, answer);
    // A failure through the public route that names no revision may be either's: the test rule tells whose.
    const color = told ?? (via === 'test' ? to : undefined);
    // Where nothing was live before, nobody else answers from the first weight on; until then a listener's own 404 does.
    const isLetThrough = failure === undefined && answeredAt - answer.latencyMs >= this.#openSince;
    if (this.#plan.first && via === 'public' && isLetThrough) this.#lastAnswerAt[to] = answeredAt;
    if (!color) return;
    const total = this.#totals[color];
    total.answers++;
    if (failure !== undefined) total.failed++;
    this.#firstAt[color] ??= answeredAt;
    this.#recent[color].push({ at: answeredAt, latencyMs: answer.latencyMs, failure });
    if (via === 'test') return;
    this.#lastAnswerAt[color] = answeredAt;
    if (via !== 'public') {
      this.sticky.answered(via === 'sticky-to' ? to : from, color, answeredAt, answer);
      return;
    }
    this.sticky.met(color, answer);
    if (color === to && this.#raisedAt !== undefined) this.#cutoverMs ??= answeredAt - this.#raisedAt;
    if (color === to && this.#takenBackAt !== undefined)
      this.#rollbackMs = Math.max(0, answeredAt - answer.latencyMs - this.#takenBackAt);
  }

  window(color: Color, now: Ms): ProbeWindow {
    const windowMs = this.#plan.limits.windowSeconds * 1000;
    const since = now - windowMs;
    const recent = this.#recent[color];
    const keep = recent.findIndex((sample) => sample.at >= since);
    recent.splice(0, keep < 0 ? recent.length : keep);
    const latencies = recent.map((sample) => sample.latencyMs).sort((a, b) => a - b);
    const failures = recent.filter((sample) => sample.failure !== undefined);
    return {
      answers: recent.length,
      failed: failures.length,
      p50Ms: quantile(latencies, 0.5),
      p99Ms: quantile(latencies, 0.99),
      overMs: Math.min(windowMs, now - (this.#firstAt[color] ?? now)),
      example: failures.at(-1)?.failure ?? '',
    };
  }

  /** Since a client-like probe was last answered by each colour. */
  sinceAnswer(now: Ms): Readonly<Record<Color, Ms>> {
    const since = (color: Color): Ms => ms(now - (this.#lastAnswerAt[color] ?? Number.NEGATIVE_INFINITY));
    return { blue: since('blue'), green: since('green') };
  }

  totals(color: Color): ProbeCount {
    return { ...this.#totals[color] };
  }

  /** From the first raising write to the new colour's first answer to a client-like probe; null until measured. */
  get cutoverMs(): number | null {
    return this.#cutoverMs ?? null;
  }

  /** From the write that took back until the last probe was sent that the new colour still answered; null without such a write. */
  get rollbackMs(): number | null {
    return this.#takenBackAt === undefined ? null : (this.#rollbackMs ?? 0);
  }

  #colorOf(answer: ProbeAnswer): Color | undefined {
    const { identity, to } = this.#plan;
    const named = identity && identify(identity, answer);
    if (named === undefined || named === null) return undefined;
    // The former may run the same revision: unless its name is known to be another, that of the plan tells nothing.
    const other = this.#identities[otherColor(to)];
    if (named === this.#plan.revision.id && other !== undefined && other !== named) return to;
    const known = colors.filter((color) => this.#identities[color] === named);
    return known.length === 1 ? known[0] : undefined;
  }
}

/** Of sorted values; 0 where there are none. */
const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;

/** What is wrong with an answer, or undefined: a server's error, or none at all. */
function failureOf(plan: Plan, answer: ProbeAnswer): string | undefined {
  const path = plan.route?.path ?? '/';
  if (answer.kind === 'failed') return `${answer.why} from GET ${path}`;
  return answer.status >= 500 ? `${answer.status} from GET ${path}` : undefined;
}
