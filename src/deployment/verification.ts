import { type Clock, ms, unreachable } from '../base/index.ts';
import type { Color } from './color.ts';
import type { Verdict } from './entry.ts';
import { identify } from './identify.ts';
import type { Check, CommandCheck, HttpCheck, Plan } from './plan.ts';
import type { Commands, ProbeAnswer, Prober } from './ports.ts';
import { probeRequest, testHeader } from './probing.ts';

/** A check that fails is tried again: a first request may meet cold caches. */
const tries = 3;
const betweenTriesMs = ms(1_000);

/** The ways to the world that verifying takes. */
export interface Verifying {
  readonly prober: Prober;
  readonly commands: Commands;
  readonly clock: Clock;
}

/**
 * Verifies the new colour over the test rule: every check of the plan must pass. First it waits until the test rule
 * really leads there, for as long as the load balancer may take to follow a write. Learns how both colours' answers
 * name their revision on the way. Without a route nothing can be sent, and it passes with nothing learned (the plan
 * said so).
 */
export async function verify(
  plan: Plan,
  { prober, commands, clock }: Verifying,
  signal: AbortSignal,
): Promise<Verdict> {
  if (!plan.route) return { passed: true, identities: {} };
  const identities = await learnIdentities(plan, prober, clock, signal);
  for (const check of plan.verification) {
    const failed =
      check.kind === 'http'
        ? await tryCheck(plan, check, prober, clock, signal)
        : await runCommand(plan, check, commands, signal);
    if (failed) return { passed: false, check: describe(check), ...failed };
  }
  return { passed: true, identities };
}

/** What a check found instead of what it should. */
type Failed = Pick<Verdict & { readonly passed: false }, 'found' | 'output'>;

async function runCommand(
  plan: Plan,
  { command, timeoutSeconds }: CommandCheck,
  commands: Commands,
  signal: AbortSignal,
): Promise<Failed | undefined> {
  const timeoutMs = ms(timeoutSeconds * 1000);
  const end = await commands.run({ command, environment: commandEnvironment(plan), timeoutMs }, signal);
  switch (end.kind) {
    case 'ended':
      return end.code === 0 ? undefined : { found: saying(`exit code ${end.code}`, end.output), output: end.output };
    case 'timed-out':
      return { found: saying(`no end within ${timeoutSeconds} s`, end.output), output: end.output };
    case 'not-started':
      return { found: `no start: ${end.why}`, output: [] };
    default:
      return unreachable(end);
  }
}

/** Where a command finds the colour under test; named in docs/configuration.md. */
const commandEnvironment = ({ id, site, route, to, revision }: Plan): Readonly<Record<string, string>> => ({
  TEAL_TEST_URL: route?.origin ?? '',
  TEAL_TEST_HOST: route?.host ?? '',
  TEAL_TEST_HEADER: testHeader,
  TEAL_TEST_TOKEN: site.environment.testToken,
  TEAL_ENVIRONMENT: site.environment.name,
  TEAL_SERVICE: site.service,
  TEAL_COLOR: to,
  TEAL_REVISION: revision.id,
  TEAL_DEPLOYMENT: id,
});

function saying(what: string, output: readonly string[]): string {
  const last = output.at(-1);
  return last === undefined ? what : `${what}, last line ${excerpt(last)}`;
}

/** Empty where the answers of the two colours can't be told apart. */
async function learnIdentities(
  plan: Plan,
  prober: Prober,
  clock: Clock,
  signal: AbortSignal,
): Promise<Partial<Record<Color, string>>> {
  const { identity } = plan;
  /** `null` for a good answer that names nothing. */
  const ask = async (via: 'public' | 'test'): Promise<string | null | undefined> => {
    const request = probeRequest(plan, via);
    if (!request || !identity) return undefined;
    const answer = await prober.send(request, signal);
    return identify(identity, answer) ?? (answer.kind === 'answered' && answer.status < 500 ? null : undefined);
  };
  const settleMs = plan.timings.trafficSettleSeconds * 1000;
  if (!identity) {
    await clock.sleep(ms(settleMs), signal);
    return {};
  }
  const since = clock.monotonic();
  let former: string | null | undefined = plan.first ? null : undefined;
  for (;;) {
    // Before the former has answered, its answer could pass for one of the new colour.
    if (former === undefined) former = await ask('public');
    const named = former === undefined ? undefined : await ask('test');
    if (typeof named === 'string' && named !== former)
      return { [plan.to]: named, ...(typeof former === 'string' ? { [plan.from]: former } : {}) };
    if (clock.monotonic() - since >= settleMs) return {};
    await clock.sleep(ms(plan.timings.pollMs), signal);
  }
}

/** What was found instead, or undefined when the check passed. */
async function tryCheck(
  plan: Plan,
  check: HttpCheck,
  prober: Prober,
  clock: Clock,
  signal: AbortSignal,
): Promise<Failed | undefined> {
  let found: string | undefined;
  for (let attempt = 0; attempt < tries; attempt++) {
    if (attempt > 0) await clock.sleep(betweenTriesMs, signal);
    const request = probeRequest(plan, 'test', check);
    if (!request) return undefined;
    found = mismatch(check, await prober.send(request, signal));
    if (found === undefined) return undefined;
  }
  return found === undefined ? undefined : { found, output: [] };
}

function mismatch(check: HttpCheck, answer: ProbeAnswer): string | undefined {
  if (answer.kind === 'failed') return `no answer (${answer.why})`;
  if (answer.status !== check.status) return `status ${answer.status}`;
  if (check.contains !== null && !answer.body.includes(check.contains))
    return `a body without "${check.contains}": ${excerpt(answer.body)}`;
  const limit = check.maxLatencySeconds === null ? Number.POSITIVE_INFINITY : check.maxLatencySeconds * 1000;
  return answer.latencyMs > limit ? `an answer after ${Math.round(answer.latencyMs)} ms` : undefined;
}

export function describe(check: Check): string {
  if (check.kind === 'command') return check.command.join(' ');
  const latency = check.maxLatencySeconds === null ? '' : ` within ${Math.round(check.maxLatencySeconds * 1000)} ms`;
  const contains = check.contains === null ? '' : ` containing "${check.contains}"`;
  return `GET ${check.path} → ${check.status}${contains}${latency}`;
}

const excerpt = (body: string): string => JSON.stringify(body.length > 80 ? `${body.slice(0, 80)}…` : body);
