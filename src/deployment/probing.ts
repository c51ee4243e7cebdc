import { type Clock, ms } from '../base/index.ts';
import type { Plan } from './plan.ts';
import type { ProbeRequest, Prober } from './ports.ts';
import type { ProbeBook, ProbeVia } from './probe-book.ts';

export const testHeader = 'x-teal-test';

/** How long a probe may take before it counts as failed. */
const probeTimeoutMs = ms(5_000);

/** For this long after a write probes come faster, so that the cutover can be measured. */
const burstMs = 1_500;
const burstFactor = 10;
const mostUnderWay = 50;

/** Probes that run beside the driver until `stop`. */
export interface Probing {
  /** A write is about to be sent: look closely. */
  burst(): void;
  /** Whether the test rule leads to the new colour, so that probes over it tell of it. */
  overTestRule(on: boolean): void;
  stop(): void;
}

/** Starts probing through the public route, at the plan's rate. Does nothing where the plan says probes can't be sent. */
export function startProbing(plan: Plan, prober: Prober, clock: Clock, book: ProbeBook): Probing {
  const rate = plan.route ? plan.timings.probesPerSecond : 0;
  const stopped = new AbortController();
  let burstUntil = Number.NEGATIVE_INFINITY;
  let testing = false;
  let underWay = 0;

  const send = async (via: ProbeVia): Promise<void> => {
    const request = requestFor(via);
    if (!request || underWay >= mostUnderWay) return;
    underWay++;
    try {
      const answer = await prober.send(request, stopped.signal);
      if (!stopped.signal.aborted) book.record(via, clock.monotonic(), answer);
    } finally {
      underWay--;
    }
  };
  const requestFor = (via: ProbeVia): ProbeRequest | undefined => {
    const request = probeRequest(plan, via === 'test' ? 'test' : 'public');
    if (!request || via === 'public' || via === 'test') return request;
    const cookie = book.sticky.cookieOf(via === 'sticky-to' ? plan.to : plan.from);
    return cookie === undefined ? undefined : { ...request, headers: { ...request.headers, cookie } };
  };
  const sendAsClients = (): void => {
    for (const via of ['public', 'sticky-from', 'sticky-to'] as const) send(via).catch(() => undefined);
  };
  const tick = (via: 'public' | 'test'): void => {
    if (stopped.signal.aborted) return;
    if (via === 'public') sendAsClients();
    else if (testing) send(via).catch(() => undefined);
    clock.after(ms(1000 / rate), () => tick(via), { unref: true });
  };
  if (rate > 0) {
    tick('public');
    clock.after(ms(500 / rate), () => tick('test'), { unref: true });
  }
  return {
    burst() {
      burstUntil = clock.monotonic() + burstMs;
      if (rate > 0) tickBurst();
    },
    overTestRule(on) {
      testing = on;
    },
    stop: () => stopped.abort(new Error('probing ended')),
  };

  /** The regular timer may be far off: start the burst at once. */
  function tickBurst(): void {
    const every = ms(1000 / (rate * burstFactor));
    const again = (): void => {
      if (stopped.signal.aborted || clock.monotonic() >= burstUntil) return;
      sendAsClients();
      clock.after(every, again, { unref: true });
    };
    again();
  }
}

/** What a probe asks; undefined where the plan has no route. */
export function probeRequest(
  plan: Plan,
  via: 'public' | 'test',
  { host, path } = plan.route ?? { host: '', path: '' },
): ProbeRequest | undefined {
  if (!plan.route) return undefined;
  return {
    origin: plan.route.origin,
    host,
    path,
    headers: via === 'test' ? { [testHeader]: plan.site.environment.testToken } : {},
    timeoutMs: probeTimeoutMs,
  };
}
