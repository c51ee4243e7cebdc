import { mkdtempSync, rmSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Socket, type Server as TcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CreateListenerInput } from '@aws-sdk/client-elastic-load-balancing-v2';
import { type Clock, createRandom, ms, systemClock } from '../../src/base/index.ts';
import { type Balancer, startBalancer } from '../../src/local/balancer/index.ts';
import { openAuthority } from '../../src/local/balancer/tls/authority.ts';
import { memoryStore, type Network, timings, type World } from '../../src/local/index.ts';
import { anApp, created, run, weighted } from '../../src/local/services/elbv2/elbv2-fixture.ts';
import { createListener, modifyListener } from '../../src/local/services/elbv2/listeners.ts';
import { modifyLoadBalancerAttributes } from '../../src/local/services/elbv2/load-balancers.ts';
import { createElbState, type ElbState } from '../../src/local/services/elbv2/state.ts';
import { modifyTargetGroupAttributes } from '../../src/local/services/elbv2/target-groups.ts';

export interface Site {
  readonly state: ElbState;
  readonly world: World;
  readonly balancer: Balancer;
  readonly app: ReturnType<typeof anApp>;
  readonly dataDir: string;
  /** Of the application's listener. */
  readonly url: string;
  readonly port: number;
  /** Starts a server, registers it as a target of the group and waits until it is healthy. */
  target(group: string, listener: RequestListener): Promise<Target>;
  /** The same behind TLS, with a certificate that nobody trusts. */
  tlsTarget(group: string, listener: RequestListener): Promise<Target>;
  /** A target that speaks bytes. */
  rawTarget(group: string, onConnection: (socket: Socket) => void): Promise<Target>;
  /** Where a target's virtual address leads: for targets that are not there. */
  place(group: string, port: number): Promise<Target>;
  setWeights(blue: number, green: number): void;
  setAttribute(key: string, value: string): void;
  setGroupAttribute(group: string, key: string, value: string): void;
  /** A listener of HTTPS on the same load balancer, forwarding to the group; where it really listens. */
  https(
    group: string,
    settings?: Partial<CreateListenerInput>,
  ): Promise<{ readonly arn: string; readonly port: number }>;
  /** Lines of the access log, when there are as many. */
  log(lines: number): Promise<string[]>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface Target {
  readonly id: string;
  readonly port: number;
  readonly server: Server | TcpServer | undefined;
}

/** A load balancer with two groups on real sockets, whose targets the test writes. Timing `instant`. */
export async function openSite(options: { readonly port?: number; readonly clock?: Clock } = {}): Promise<Site> {
  const dataDir = mkdtempSync(join(tmpdir(), 'teal-balancer-'));
  const places = new Map<string, number>();
  const servers: (Server | TcpServer)[] = [];
  const network: Network = {
    locate(address) {
      const port = places.get(address);
      return port === undefined ? undefined : { host: '127.0.0.1', port };
    },
    check: (_request, done) => done({ kind: 'answered', status: 200 }),
  };
  const states = new Map<World, ElbState>();
  const world: World = {
    account: '000000000000',
    region: 'eu-central-1',
    clock: systemClock,
    random: createRandom('balancer'),
    timing: timings.instant,
    tasks: {
      name: 'simulated',
      start: () => ({ release: () => {}, signal: () => {}, exec: () => {}, usage: (done) => done(undefined) }),
    },
    network,
    store: memoryStore(),
    use<State>(): State {
      const state = states.get(world) ?? createElbState(world);
      states.set(world, state);
      return state as State;
    },
  };
  const state = world.use<ElbState>({ name: 'elasticloadbalancing', create: createElbState });
  const app = anApp(state, { port: options.port ?? (await freePort()) });
  run(state, modifyListener, {
    ListenerArn: app.listener,
    DefaultActions: [weighted({ [app.blue]: 1, [app.green]: 0 })],
  });
  const balancer = startBalancer({ clock: options.clock ?? systemClock, random: createRandom('ids'), dataDir });
  balancer.follow([world]);
  const url = (await balancer.listeners()).find((listener) => listener.listenerArn === app.listener)?.url ?? '';
  let nextAddress = 1;

  const place = async (group: string, port: number, server?: Server | TcpServer): Promise<Target> => {
    const target = { id: `10.0.0.${nextAddress++}`, port: 80, server };
    places.set(target.id, port);
    state.registrar.register(group, target);
    await until(() => state.registrar.health(group, target)?.state === 'healthy');
    return target;
  };
  const serve = async (group: string, server: Server | TcpServer): Promise<Target> => {
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return place(group, (server.address() as AddressInfo).port, server);
  };

  return {
    state,
    world,
    balancer,
    app,
    dataDir,
    url,
    port: Number(new URL(url).port),
    place,
    target: (group, listener) => serve(group, createServer({ keepAliveTimeout: 65_000 }, listener)),
    tlsTarget: (group, listener) => serve(group, createTlsServer(anUntrustedCertificate(), listener)),
    rawTarget: (group, onConnection) => serve(group, createTcpServer(onConnection)),
    setWeights(blue, green) {
      const DefaultActions = [weighted({ [app.blue]: blue, [app.green]: green })];
      run(state, modifyListener, { ListenerArn: app.listener, DefaultActions });
    },
    setAttribute: (Key, Value) =>
      void run(state, modifyLoadBalancerAttributes, {
        LoadBalancerArn: app.loadBalancer,
        Attributes: [{ Key, Value }],
      }),
    setGroupAttribute: (TargetGroupArn, Key, Value) =>
      void run(state, modifyTargetGroupAttributes, { TargetGroupArn, Attributes: [{ Key, Value }] }),
    async https(group, settings = {}) {
      const made = run(state, createListener, {
        LoadBalancerArn: app.loadBalancer,
        Protocol: 'HTTPS',
        Port: await freePort(),
        Certificates: [{ CertificateArn: certificate('1') }],
        DefaultActions: [{ Type: 'forward', TargetGroupArn: group }],
        ...settings,
      });
      const arn = created(made.Listeners?.[0]?.ListenerArn);
      const found = (await balancer.listeners()).find((listener) => listener.listenerArn === arn)?.url;
      return { arn, port: Number(new URL(created(found)).port) };
    },
    async log(count) {
      const file = join(dataDir, 'access-logs', 'main.log');
      let lines: string[] = [];
      await until(async () => {
        lines = (await readFile(file, 'utf8').catch(() => '')).split('\n').slice(0, -1);
        return lines.length >= count;
      });
      return lines;
    },
    async [Symbol.asyncDispose]() {
      await balancer.close();
      state.plane.stop();
      for (const server of servers) {
        if ('closeAllConnections' in server) server.closeAllConnections();
        server.close();
      }
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

function anUntrustedCertificate(): { readonly cert: string; readonly key: string } {
  const folder = mkdtempSync(join(tmpdir(), 'teal-target-'));
  const { cert, key } = openAuthority(folder, systemClock, createRandom('target')).issue(['nobody.test']);
  rmSync(folder, { recursive: true });
  return { cert, key };
}

export const certificate = (id: string): string => `arn:aws:acm:eu-central-1:000000000000:certificate/${id}`;

/** Waits on a condition, 10 s at most. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = systemClock.monotonic() + 10_000;
  while (!(await condition())) {
    if (systemClock.monotonic() > deadline) throw new Error('waited 10 s for a condition');
    await systemClock.sleep(ms(5));
  }
}

export async function freePort(): Promise<number> {
  const server = createTcpServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
