import { type Clock, ms } from '../../base/index.ts';
import type { Commands, ProbeAnswer, ProbeRequest, Prober } from '../ports.ts';
import { testHeader } from '../probing.ts';

/** An answer of 200 that names its revision in `x-revision`, after 10 ms. */
export const anAnswer = (revision: string, fields: Partial<ProbeAnswer & { kind: 'answered' }> = {}): ProbeAnswer => ({
  kind: 'answered',
  status: 200,
  headers: { 'x-revision': revision },
  body: '',
  latencyMs: 10,
  ...fields,
});

/** Probes that a function answers, on the given clock. */
export const scriptedProber = (
  clock: Clock,
  answer: (via: 'public' | 'test', request: ProbeRequest) => ProbeAnswer,
): Prober => ({
  async send(request, signal) {
    const given = answer(testHeader in request.headers ? 'test' : 'public', request);
    await clock.sleep(ms(given.latencyMs), signal);
    return given;
  },
});

/** For plans without commands. */
export const noCommands: Commands = { run: async () => ({ kind: 'not-started', why: 'no command is expected' }) };
