import { type Random, seconds } from '../../../base/index.ts';
import { groupAttribute } from './attributes.ts';
import type { TargetGroupRecord } from './records.ts';
import { RegisteredTarget, type TargetIdentity, type TargetSurroundings } from './registered-target.ts';
import type { Target } from './target-registrar.ts';

/** The targets of one group: who is registered, and who gets the next request. */
export class GroupTargets {
  readonly arn: string;
  readonly #world: TargetSurroundings & { readonly random: Random };
  readonly #group: () => TargetGroupRecord;
  readonly #changed: (target: Target) => void;
  readonly #targets = new Map<string, RegisteredTarget>();
  #inUse: boolean;
  #turn = 0;
  /** Since when targets are in slow start. */
  readonly #ramping = new Map<RegisteredTarget, number>();
  /** Kept until a target or the group changes. */
  #candidates: Candidates | undefined;

  constructor(
    world: TargetSurroundings & { readonly random: Random },
    arn: string,
    group: () => TargetGroupRecord,
    inUse: boolean,
    changed: (target: Target) => void,
  ) {
    this.#world = world;
    this.arn = arn;
    this.#group = group;
    this.#inUse = inUse;
    this.#changed = changed;
  }

  /** In order of registration, draining ones included. */
  all(): RegisteredTarget[] {
    return [...this.#targets.values()];
  }

  get(target: Target): RegisteredTarget | undefined {
    return this.#targets.get(keyOf(target));
  }

  /** Those that were registered and not deregistered since. */
  get size(): number {
    return this.all().filter((target) => target.health.state !== 'draining').length;
  }

  setInUse(inUse: boolean): void {
    if (inUse === this.#inUse) return;
    this.#inUse = inUse;
    for (const target of this.#targets.values()) {
      if (target.health.state === 'draining') continue;
      if (inUse) target.start();
      else target.suspend();
    }
  }

  /** Registering a target again changes nothing, unless it is draining: then it begins anew. */
  register(identity: TargetIdentity): void {
    const key = keyOf(identity);
    const present = this.#targets.get(key);
    if (present) {
      if (present.health.state === 'draining') this.#begin(present);
      return;
    }
    const target = new RegisteredTarget(
      this.#world,
      identity,
      () => ({ ...this.#group().healthCheck, version: this.#group().protocolVersion }),
      () => this.#noteChange(identity),
    );
    this.#targets.set(key, target);
    this.#begin(target);
    this.#noteChange(identity);
  }

  deregister(target: Target): void {
    const present = this.get(target);
    if (!present || present.health.state === 'draining') return;
    const delay = Number(groupAttribute(this.#group(), 'deregistration_delay.timeout_seconds'));
    present.drain(seconds(delay), () => {
      this.#targets.delete(keyOf(target));
      this.#ramping.delete(present);
      this.#noteChange(target);
    });
  }

  /** The target of a new request; undefined when there is none to try. */
  pick(): RegisteredTarget | undefined {
    const { targets: candidates } = this.#routable();
    if (candidates.length === 0) return undefined;
    switch (groupAttribute(this.#group(), 'load_balancing.algorithm.type')) {
      case 'least_outstanding_requests': {
        const least = Math.min(...candidates.map((target) => target.outstanding));
        return this.#next(candidates.filter((target) => target.outstanding === least));
      }
      case 'weighted_random':
        return candidates[this.#world.random.int(candidates.length)];
      default:
        return this.#ramping.size > 0 ? this.#drawRamping(candidates) : this.#next(candidates);
    }
  }

  /** In slow start a target's share grows from nothing to a full one. ALB/edit-target-group-attributes, "Slow start mode". */
  #drawRamping(candidates: readonly RegisteredTarget[]): RegisteredTarget | undefined {
    const now = this.#world.clock.monotonic();
    const durationMs = Number(groupAttribute(this.#group(), 'slow_start.duration_seconds')) * 1000;
    const shares = candidates.map((target) => {
      const since = this.#ramping.get(target);
      if (since === undefined) return 1;
      if (now - since < durationMs) return (now - since) / durationMs;
      this.#ramping.delete(target);
      return 1;
    });
    let left = this.#world.random.next() * shares.reduce((sum, share) => sum + share, 0);
    const drawn = shares.findIndex((share) => {
      left -= share;
      return left < 0;
    });
    return candidates.at(drawn);
  }

  /** A target begins slowly only beside one that has its full share already. */
  #noteSlowStart(target: RegisteredTarget | undefined): void {
    if (!target) return;
    this.#ramping.delete(target);
    if (target.health.state !== 'healthy') return;
    if (groupAttribute(this.#group(), 'slow_start.duration_seconds') === '0') return;
    const beside = this.all().some(
      (other) => other !== target && other.health.state === 'healthy' && !this.#ramping.has(other),
    );
    if (beside) this.#ramping.set(target, this.#world.clock.monotonic());
  }

  hasHealthy(): boolean {
    return this.#routable().targets.some((target) => target.health.state === 'healthy');
  }

  /** Too few are healthy, and so all of them get requests. */
  get failsOpen(): boolean {
    return this.#routable().failOpen;
  }

  stop(): void {
    for (const target of this.#targets.values()) target.stop();
  }

  #begin(target: RegisteredTarget): void {
    if (this.#inUse) target.start();
    else target.suspend();
  }

  #noteChange(target: Target): void {
    this.#candidates = undefined;
    this.#noteSlowStart(this.get(target));
    this.#changed(target);
  }

  #next(candidates: readonly RegisteredTarget[]): RegisteredTarget | undefined {
    return candidates[this.#turn++ % candidates.length];
  }

  /**
   * The healthy ones; when they are fewer than the group's attributes ask for, all that are registered ("fail open").
   * ALB/target-group-health, "Unhealthy state actions".
   */
  #routable(): Candidates {
    const group = this.#group();
    if (this.#candidates?.of === group) return this.#candidates;
    const registered = this.all().filter(
      ({ health }) => health.state === 'healthy' || health.state === 'unhealthy' || isChecked(health),
    );
    const healthy = registered.filter((target) => target.health.state === 'healthy');
    const routing = 'target_group_health.unhealthy_state_routing.minimum_healthy_targets';
    const percentage = groupAttribute(group, `${routing}.percentage`);
    const enough = Math.max(
      Number(groupAttribute(group, `${routing}.count`)),
      percentage === 'off' ? 0 : (registered.length * Number(percentage)) / 100,
    );
    const failOpen = healthy.length < enough;
    this.#candidates = { of: group, targets: failOpen ? registered : healthy, failOpen };
    return this.#candidates;
  }
}

interface Candidates {
  readonly of: TargetGroupRecord;
  readonly targets: readonly RegisteredTarget[];
  readonly failOpen: boolean;
}

const isChecked = (health: RegisteredTarget['health']): boolean => health.reason === 'Elb.InitialHealthChecking';

const keyOf = (target: Target): string => `${target.id}|${target.port}`;
