import { join } from 'node:path';
import { type Clock, createRandom, type Random } from '../../base/index.ts';
import { type DataPlane, elbv2 } from '../services/elbv2/index.ts';
import type { World } from '../world.ts';
import { type AccessLog, openAccessLog } from './access-log.ts';
import { type FrontEnd, type OpenFrontEnd, openHttpFrontEnd } from './front-end.ts';
import { openPortMap, type PortMap } from './port-map.ts';
import { TargetPools } from './target-pools.ts';
import { type Authority, openAuthority } from './tls/authority.ts';
import type { Traffic } from './traffic.ts';

/** A listener and where it really listens. */
export interface ListenerAddress {
  readonly listenerArn: string;
  readonly loadBalancerName: string;
  /** As configured; the real one is in `url`. */
  readonly port: number;
  readonly protocol: 'HTTP' | 'HTTPS';
  /** `http://127.0.0.1:<port>`, or `https://…`; undefined where no port could be opened. */
  readonly url: string | undefined;
}

export interface BalancerOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** Access logs and the mapping of ports lie below it. */
  readonly dataDir: string;
  readonly openFrontEnd?: OpenFrontEnd;
}

/** The real HTTP side of the load balancers of all worlds. */
export interface Balancer {
  /** Serves the load balancers of exactly these worlds: call it whenever worlds come or go. Cheap when none did. */
  follow(worlds: readonly World[]): void;
  /** Every listener of the worlds followed, by ARN, once its port is open. */
  listeners(): Promise<readonly ListenerAddress[]>;
  /** The certificate of the authority that HTTPS listeners are served with; undefined while there is none. */
  certificateAuthority(): string | undefined;
  /** Ends every connection; the access log is complete afterwards. */
  close(): Promise<void>;
}

export function startBalancer(options: BalancerOptions): Balancer {
  const log = openAccessLog(join(options.dataDir, 'access-logs'), options.clock);
  const authority = openAuthority(join(options.dataDir, 'tls'), options.clock, options.random.fork('tls'));
  const ports = openPortMap(join(options.dataDir, 'listener-ports.json'));
  const served = new Map<World, ServedWorld>();
  // Trace ids are made for every request: a fast stream, of which the start alone is unpredictable.
  const random = createRandom(options.random.fork('balancer').hex(32));
  const open = options.openFrontEnd ?? openHttpFrontEnd;
  const closing = new Set<Promise<void>>();

  return {
    follow(worlds) {
      for (const world of worlds) {
        if (!served.has(world))
          served.set(
            world,
            new ServedWorld(world, { clock: options.clock, random, log, ports, open, closing, authority }),
          );
      }
      if (served.size === worlds.length) return;
      for (const [world, serving] of served) {
        if (worlds.includes(world)) continue;
        served.delete(world);
        void serving.close();
      }
    },
    async listeners() {
      const all = await Promise.all([...served.values()].map((serving) => serving.listeners()));
      return all.flat().toSorted((a, b) => (a.listenerArn < b.listenerArn ? -1 : 1));
    },
    certificateAuthority: () => authority.certificateFile,
    async close() {
      await Promise.all([...served.values()].map((serving) => serving.close()));
      served.clear();
      await log.close();
    },
  };
}

interface Serving {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: AccessLog;
  readonly ports: PortMap;
  readonly open: OpenFrontEnd;
  readonly authority: Authority;
  /** Front ends that still hold their ports: whoever opens one waits for them. */
  readonly closing: Set<Promise<void>>;
}

interface OpenListener {
  readonly port: number;
  readonly protocol: 'HTTP' | 'HTTPS';
  /** Undefined when no port could be opened at all. */
  readonly frontEnd: Promise<FrontEnd | undefined>;
}

/** The front ends of one world's listeners, which follow its data plane. */
class ServedWorld {
  readonly #plane: DataPlane;
  readonly #world: World;
  readonly #serving: Serving;
  readonly #pools = new TargetPools();
  readonly #open = new Map<string, OpenListener>();
  /** By load balancer and configured port. */
  readonly #realPorts = new Map<string, Map<number, number>>();
  readonly #ends: readonly (() => void)[];

  constructor(world: World, serving: Serving) {
    this.#world = world;
    this.#serving = serving;
    const { plane, registrar } = world.use(elbv2);
    this.#plane = plane;
    this.#ends = [
      plane.onListeners(() => this.#reconcile()),
      registrar.onChange((group, target) => {
        const key = `${group}|${target.id}:${target.port}`;
        const health = registrar.health(group, target);
        if (!health) this.#pools.remove(key);
        else if (health.state === 'draining') this.#pools.closeIdle(key);
      }),
    ];
    this.#reconcile();
  }

  async listeners(): Promise<ListenerAddress[]> {
    return Promise.all(
      this.#plane.listeners().map(async ({ arn, loadBalancerName, port, protocol }) => {
        const frontEnd = await this.#open.get(arn)?.frontEnd;
        const url = frontEnd && `${protocol.toLowerCase()}://127.0.0.1:${frontEnd.port}`;
        return { listenerArn: arn, loadBalancerName, port, protocol, url };
      }),
    );
  }

  async close(): Promise<void> {
    for (const end of this.#ends) end();
    await Promise.all([...this.#open.keys()].map((arn) => this.#shut(arn)));
    this.#pools.close();
  }

  #reconcile(): void {
    const wanted = this.#plane.listeners();
    for (const [arn, { port, protocol }] of [...this.#open]) {
      const same = wanted.some((each) => each.arn === arn && each.port === port && each.protocol === protocol);
      if (!same) void this.#shut(arn);
    }
    for (const { arn, port, protocol, loadBalancerArn } of wanted) {
      const open = this.#open.get(arn);
      if (open) void open.frontEnd.then((frontEnd) => frontEnd?.follow());
      else this.#open.set(arn, { port, protocol, frontEnd: this.#openPort(arn, port, loadBalancerArn) });
    }
  }

  async #shut(arn: string): Promise<void> {
    const open = this.#open.get(arn);
    this.#open.delete(arn);
    const closed = open?.frontEnd.then((frontEnd) => frontEnd?.close()) ?? Promise.resolve();
    this.#serving.closing.add(closed);
    await closed;
    this.#serving.closing.delete(closed);
  }

  #realPortsOf(loadBalancerArn: string): Map<number, number> {
    const present = this.#realPorts.get(loadBalancerArn) ?? new Map<number, number>();
    this.#realPorts.set(loadBalancerArn, present);
    return present;
  }

  /** The listener's own port, else the one that it was mapped to before, else any. */
  async #openPort(arn: string, port: number, loadBalancerArn: string): Promise<FrontEnd | undefined> {
    const { clock, random, log, ports, open, closing, authority } = this.#serving;
    await Promise.all(closing);
    const traffic: Traffic = {
      listenerArn: arn,
      plane: this.#plane,
      network: this.#world.network,
      clock,
      random,
      pools: this.#pools,
      log,
      realPorts: this.#realPortsOf(loadBalancerArn),
      authority,
    };
    const before = ports.get(arn);
    for (const candidate of [port, ...(before === undefined ? [] : [before]), 0]) {
      try {
        const frontEnd = await open(traffic, candidate);
        if (frontEnd.port !== port) ports.set(arn, frontEnd.port);
        this.#realPortsOf(loadBalancerArn).set(port, frontEnd.port);
        return frontEnd;
      } catch (error) {
        if (!isTaken(error)) throw error;
      }
    }
    return undefined;
  }
}

/** In use, or not for this user to bind. */
const isTaken = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'EADDRINUSE' || error.code === 'EACCES');
