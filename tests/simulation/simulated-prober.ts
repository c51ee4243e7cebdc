import { setMaxListeners } from 'node:events';
import { ms } from '../../src/base/index.ts';
import type { ProbeAnswer, ProbeRequest, Prober } from '../../src/deployment/index.ts';
import type { FinishedRequest } from '../../src/local/services/elbv2/index.ts';
import type { RegisteredTarget } from '../../src/local/services/elbv2/registered-target.ts';
import type { SimulatedAnswer } from '../../src/local/tasks/simulated/index.ts';
import type { Installation } from './installation.ts';
import type { Actor } from './scheduler.ts';
import type { SimulatedWorld } from './world.ts';

/** What became of one request at the load balancer. */
export interface Reached {
  /** Undefined where the load balancer answered itself. */
  readonly target: RegisteredTarget | undefined;
  readonly targetGroup: string | undefined;
  readonly answer: SimulatedAnswer;
}

/** One HTTP request through the data plane, with the weights in force, at this instant. */
export function request(
  world: SimulatedWorld,
  { listener }: Installation,
  wanted: Pick<ProbeRequest, 'host' | 'path' | 'headers'>,
): Reached {
  const [path = '/', query = ''] = wanted.path.split('?');
  const route = world.elb.plane.route(listener, {
    method: 'GET',
    host: wanted.host,
    path,
    query,
    headers: wanted.headers,
    sourceIp: '10.1.2.3',
    port: 8080,
  });
  const own = (status: number): SimulatedAnswer => ({
    kind: 'answered',
    status,
    headers: {},
    body: '',
    latency: ms(1),
  });
  const tell = (made: Pick<FinishedRequest, 'status'> & Partial<FinishedRequest>): void =>
    world.elb.plane.traffic.requestFinished({
      loadBalancerArn: world.elb.plane.listener(listener)?.loadBalancerArn ?? '',
      targetGroupArn: undefined,
      target: undefined,
      targetStatus: undefined,
      targetMs: undefined,
      connectionFailed: false,
      failOpen: false,
      action: route?.rule.action.kind ?? 'none',
      rulesEvaluated: route?.rule.evaluated ?? 0,
      receivedBytes: 0,
      sentBytes: 0,
      ...made,
    });
  if (route?.kind !== 'target') {
    const status = route?.kind === 'error' || route?.kind === 'fixed-response' ? route.status : 502;
    const targetGroup = route?.kind === 'error' ? route.targetGroupArn : undefined;
    tell({ status, targetGroupArn: targetGroup });
    return { target: undefined, targetGroup, answer: own(status) };
  }
  const { target, targetGroupArn, failOpen, cookies } = route;
  const headers = { ...wanted.headers, host: wanted.host };
  const answer = world.tasks.answer(target.identity.id, target.identity.port, { method: 'GET', path, headers });
  const reached = { targetGroupArn, target: target.identity, failOpen };
  switch (answer.kind) {
    case 'answered':
      tell({ ...reached, status: answer.status, targetStatus: answer.status, targetMs: answer.latency });
      break;
    case 'timed-out':
      tell({ ...reached, status: 504 });
      break;
    case 'failed':
      tell({ ...reached, status: 502, connectionFailed: true });
  }
  // ALB answers 502 for a target that refuses the connection.
  const heard = answer.kind === 'failed' ? own(502) : answer;
  const kept = heard.kind === 'answered' && cookies.length > 0 ? { 'set-cookie': cookies.join(',') } : {};
  return {
    target,
    targetGroup: targetGroupArn,
    answer: heard.kind === 'answered' ? { ...heard, headers: { ...heard.headers, ...kept } } : heard,
  };
}

/** Probes of one process, with latencies of its own. */
export function simulatedProber(world: SimulatedWorld, installation: Installation, actor: Actor): Prober {
  const latencies = world.random(`probes/${actor.name}`);
  return {
    send: (probe, signal) =>
      actor.wait<ProbeAnswer>((settle) => {
        const started = actor.clock.monotonic();
        const latency = () => actor.clock.monotonic() - started;
        const stop = () => settle.resolve({ kind: 'failed', why: 'stopped', latencyMs: latency() });
        if (signal.aborted) return stop();
        setMaxListeners(0, signal);
        signal.addEventListener('abort', stop, { once: true });
        actor.post(`probe ${probe.path} ${JSON.stringify(probe.headers)}`, () => {
          actor.clock.after(ms(1 + latencies.int(20)), () => {
            const { answer } = request(world, installation, probe);
            const takes =
              answer.kind === 'answered' && answer.latency < probe.timeoutMs ? answer.latency : probe.timeoutMs;
            actor.clock.after(ms(takes), () => {
              signal.removeEventListener('abort', stop);
              if (answer.kind !== 'answered' || answer.latency >= probe.timeoutMs)
                settle.resolve({ kind: 'failed', why: 'no answer in time', latencyMs: latency() });
              else {
                const { status, headers, body } = answer;
                settle.resolve({ kind: 'answered', status, headers, body, latencyMs: latency() });
              }
            });
          });
        });
      }),
  };
}
