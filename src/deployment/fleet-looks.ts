import { type Clock, ok, type Result } from '../base/index.ts';
import { type Color, colors } from './color.ts';
import { type Ages, type Depth, isTroubled, needsServices, needsTasks, targetsNeeded } from './look-need.ts';
import type { Plan } from './plan.ts';
import type { CallError, Fleet } from './ports.ts';
import type { FleetReading, ServiceReading, StoppedTask, TargetReading, TaskReading } from './readings.ts';
import type { DeploymentState } from './state.ts';

/** A part of the fleet as last read, and when that read began. */
interface Part<Value> {
  readonly value: Value;
  readonly at: number;
}

/** A fleet of which some may be as earlier looks saw it. */
export interface FleetLook {
  readonly fleet: FleetReading;
  readonly depth: Depth;
}

/** One driver's looks at the fleet: asks for what a look needs, and has the rest from earlier ones. */
export class FleetLooks {
  readonly #plan: Plan;
  readonly #fleet: Fleet;
  readonly #clock: Clock;
  #services: Part<Readonly<Record<Color, ServiceReading>>> | undefined;
  /** Of the new colour, and how its service was then. */
  #tasks: (Part<readonly TaskReading[]> & { readonly service: ServiceReading }) | undefined;
  #targets: Partial<Record<Color, Part<readonly TargetReading[]>>> = {};

  constructor(plan: Plan, fleet: Fleet, clock: Clock) {
    this.#plan = plan;
    this.#fleet = fleet;
    this.#clock = clock;
  }

  /** Of the load balancer alone; what ECS said before is left as it was. */
  async lookAtTargets(signal: AbortSignal): Promise<Result<FleetLook, CallError>> {
    const read = await this.#readTargets(colors, signal);
    return read.ok ? ok({ fleet: this.#known([]), depth: 'all' }) : read;
  }

  async look(
    deployment: DeploymentState | undefined,
    depth: Depth,
    signal: AbortSignal,
  ): Promise<Result<FleetLook, CallError>> {
    const { site, to } = this.#plan;
    if (!deployment || deployment.outcome) {
      const read = await this.#fleet.read(site, to, signal);
      return read.ok ? ok({ fleet: read.value, depth: 'all' }) : read;
    }
    if (needsServices(deployment, depth, this.#ages)) {
      const at = this.#clock.monotonic();
      const services = await this.#fleet.readServices(site, signal);
      if (!services.ok) return services;
      this.#services = { value: services.value, at };
    }
    const service = this.#services?.value[to] ?? nothing;
    const asked = targetsNeeded(deployment, depth, service, this.#ages);
    const matters = asked.includes(to);
    const [targets, listed] = await Promise.all([
      this.#readTargets(asked, signal),
      matters && this.#needsTasks(deployment, depth, service) ? this.#readTasks(service, signal) : undefined,
    ]);
    if (!targets.ok) return targets;
    if (listed && !listed.ok) return listed;
    if (matters && !listed && this.#needsTasks(deployment, depth, service)) {
      const again = await this.#readTasks(service, signal);
      if (!again.ok) return again;
    }
    if (depth !== 'all' || !isTroubled(service, this.#tasks?.value ?? [])) return ok({ fleet: this.#known([]), depth });
    const stopped = await this.#fleet.readStopped(site, to, signal);
    return stopped.ok ? ok({ fleet: this.#known(stopped.value), depth }) : stopped;
  }

  get #ages(): Ages {
    const now = this.#clock.monotonic();
    const age = (part: Part<unknown> | undefined): number => (part ? now - part.at : Number.POSITIVE_INFINITY);
    return {
      servicesMs: age(this.#services),
      tasksMs: age(this.#tasks),
      targetsMs: { blue: age(this.#targets.blue), green: age(this.#targets.green) },
    };
  }

  #needsTasks(deployment: DeploymentState, depth: Depth, service: ServiceReading): boolean {
    const targets = this.#targets[this.#plan.to]?.value ?? [];
    return needsTasks(deployment, depth, this.#tasks?.service, service, this.#tasks?.value ?? [], targets, this.#ages);
  }

  async #readTargets(of: readonly Color[], signal: AbortSignal): Promise<Result<void, CallError>> {
    const at = this.#clock.monotonic();
    const read = await Promise.all(of.map((color) => this.#fleet.readTargets(this.#plan.site, color, signal)));
    for (const [index, targets] of read.entries()) {
      if (!targets.ok) return targets;
      const color = of[index];
      if (color) this.#targets[color] = { value: targets.value, at };
    }
    return ok(undefined);
  }

  async #readTasks(service: ServiceReading, signal: AbortSignal): Promise<Result<void, CallError>> {
    const at = this.#clock.monotonic();
    const busy = service.running + service.pending + service.desired > 0;
    const tasks = busy ? await this.#fleet.readTasks(this.#plan.site, this.#plan.to, signal) : ok([]);
    if (!tasks.ok) return tasks;
    this.#tasks = { value: tasks.value, service, at };
    return ok(undefined);
  }

  #known(stopped: readonly StoppedTask[]): FleetReading {
    const { to } = this.#plan;
    const [blue, green] = colors.map((color) => ({
      ...(this.#services?.value[color] ?? nothing),
      targets: this.#targets[color]?.value ?? [],
      tasks: color === to ? (this.#tasks?.value ?? []) : [],
      stopped: color === to ? stopped : [],
    }));
    if (!blue || !green) throw new Error('there are two colours');
    return { blue, green };
  }
}

const nothing: ServiceReading = { desired: 0, running: 0, pending: 0, deployments: [] };
