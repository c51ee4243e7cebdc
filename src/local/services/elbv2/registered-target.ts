import { type Cancel, type Clock, type Ms, ms, seconds } from '../../../base/index.ts';
import type { HealthCheckAnswer, Network } from '../../tasks/network.ts';
import type { Timing } from '../../timing.ts';
import type { HealthCheckSettings, TargetGroupRecord } from './records.ts';
import type { TargetHealth } from './target-registrar.ts';

export interface TargetSurroundings {
  readonly clock: Clock;
  readonly timing: Timing;
  readonly network: Network;
}

/** How a target is checked. */
export interface TargetCheck extends HealthCheckSettings {
  readonly version: TargetGroupRecord['protocolVersion'];
}

export interface TargetIdentity {
  readonly id: string;
  readonly port: number;
  readonly availabilityZone: string | undefined;
}

/**
 * One target of one group and its health loop. ALB/target-group-health-checks: a new target is healthy after its
 * first passing check; the thresholds hold from then on.
 */
export class RegisteredTarget {
  readonly identity: TargetIdentity;
  readonly #world: TargetSurroundings;
  readonly #settings: () => TargetCheck;
  readonly #changed: () => void;
  readonly #inFlight = new Set<() => void>();
  #health: TargetHealth = notInUse;
  #passes = 0;
  #failures = 0;
  #timer: Cancel = () => {};
  /** A check that was asked for under another number is answered too late. */
  #generation = 0;

  constructor(world: TargetSurroundings, identity: TargetIdentity, settings: () => TargetCheck, changed: () => void) {
    this.#world = world;
    this.identity = identity;
    this.#settings = settings;
    this.#changed = changed;
  }

  get health(): TargetHealth {
    return this.#health;
  }

  /** Requests and connections that are at the target now. */
  get outstanding(): number {
    return this.#inFlight.size;
  }

  /** Begins as a new target: its group is in use. */
  start(): void {
    this.#restart();
    this.#become(registering);
    this.#after(this.#world.timing.registration, () => {
      this.#become(checking);
      this.#check();
    });
  }

  /** Its group is not in use: no checks. */
  suspend(): void {
    this.#restart();
    this.#become(notInUse);
  }

  /** No new requests; `gone` after the whole deregistration delay, when what still runs is cut off. */
  drain(delay: Ms, gone: () => void): void {
    this.#restart();
    this.#become(draining);
    this.#after(delay, () => {
      for (const cut of [...this.#inFlight]) cut();
      this.#inFlight.clear();
      gone();
    });
  }

  /** No more checks, no more changes. */
  stop(): void {
    this.#restart();
  }

  /** Counts a request as outstanding until the returned function is called; `cut` when the target goes before. */
  occupy(cut: () => void): () => void {
    const entry = () => cut();
    this.#inFlight.add(entry);
    return () => this.#inFlight.delete(entry);
  }

  #restart(): void {
    this.#timer();
    this.#generation++;
    this.#passes = 0;
    this.#failures = 0;
  }

  #check(): void {
    const { port, path, protocol, version, timeoutSeconds, intervalSeconds } = this.#settings();
    const generation = ++this.#generation;
    this.#after(seconds(intervalSeconds), () => this.#check());
    const request = {
      address: this.identity.id,
      port: port === 'traffic-port' ? this.identity.port : Number(port),
      path,
      protocol,
      version,
      timeout: seconds(timeoutSeconds),
    };
    this.#world.network.check(request, (answer) => {
      if (generation === this.#generation) this.#learn(answer);
    });
  }

  #learn(answer: HealthCheckAnswer): void {
    const { healthyThreshold, unhealthyThreshold, matcher } = this.#settings();
    if (answer.kind === 'answered' && matchesCode(matcher, answer.status)) {
      this.#failures = 0;
      this.#passes++;
      const { state } = this.#health;
      if (state === 'initial' || (state === 'unhealthy' && this.#passes >= healthyThreshold)) this.#become(healthy);
      return;
    }
    this.#passes = 0;
    this.#failures++;
    if (this.#health.state === 'unhealthy' || this.#failures >= unhealthyThreshold) this.#become(unhealthy(answer));
  }

  #become(health: TargetHealth): void {
    const before = this.#health;
    this.#health = health;
    const same =
      before.state === health.state && before.reason === health.reason && before.description === health.description;
    if (!same) this.#changed();
  }

  #after(delay: Ms, fn: () => void): void {
    this.#timer = this.#world.clock.after(ms(Math.max(0, delay)), fn, { unref: true });
  }
}

const notInUse: TargetHealth = {
  state: 'unused',
  reason: 'Target.NotInUse',
  description: 'Target group is not configured to receive traffic from the load balancer',
};
const registering: TargetHealth = {
  state: 'initial',
  reason: 'Elb.RegistrationInProgress',
  description: 'Target registration is in progress',
};
const checking: TargetHealth = {
  state: 'initial',
  reason: 'Elb.InitialHealthChecking',
  description: 'Initial health checks in progress',
};
const healthy: TargetHealth = { state: 'healthy' };
const draining: TargetHealth = {
  state: 'draining',
  reason: 'Target.DeregistrationInProgress',
  description: 'Target deregistration is in progress',
};

/** Asked for by id, but not registered. */
export const notRegistered: TargetHealth = {
  state: 'unused',
  reason: 'Target.NotRegistered',
  description: 'Target is not registered to the target group',
};

function unhealthy(answer: HealthCheckAnswer): TargetHealth {
  switch (answer.kind) {
    case 'answered':
      return {
        state: 'unhealthy',
        reason: 'Target.ResponseCodeMismatch',
        description: `Health checks failed with these codes: [${answer.status}]`,
      };
    case 'timed-out':
      return { state: 'unhealthy', reason: 'Target.Timeout', description: 'Request timed out' };
    case 'failed':
      return { state: 'unhealthy', reason: 'Target.FailedHealthChecks', description: 'Health checks failed' };
  }
}

/** `200`, `200,202`, `200-299`. */
function matchesCode(matcher: string, status: number): boolean {
  return matcher.split(',').some((part) => {
    const [from = '', to = from] = part.split('-');
    return status >= Number(from) && status <= Number(to);
  });
}
