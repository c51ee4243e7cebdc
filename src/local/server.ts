import { mkdirSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { isoTime, type Ms, seconds, systemClock, systemRandom } from '../base/index.ts';
import { type AdminParts, answer } from './admin.ts';
import { createFallback } from './fallback/fallback.ts';
import { createFrontDoor } from './front-door.ts';
import { lockDataFolder } from './lock-file.ts';
import { createMachinery } from './machinery.ts';
import { createRequestLog } from './request-log.ts';
import { createRuntime } from './runtime.ts';
import { services } from './services/index.ts';
import { openFileStore } from './store/file-store.ts';
import { timings } from './timing.ts';
import { createRouter } from './wire/route.ts';

export interface LocalRuntimeOptions {
  /** 0 takes a free one. */
  readonly port: number;
  /** All that survives a restart; made when it is missing. One runtime at a time. */
  readonly dataDir: string;
  /** 12 digits: of calls whose access key is no account. */
  readonly account: string;
  readonly timing: 'aws-like' | 'instant';
  readonly driver: 'process' | 'container' | 'simulated';
  /** Where a container engine may listen, for the container driver; asked in this order. */
  readonly engineSockets?: readonly string[] | undefined;
  /** `http://host:port` of another imitation, which gets the calls that the runtime does not answer. */
  readonly fallback?: string | undefined;
  /** By AWS's token buckets; calls are not throttled unless it is given. */
  readonly throttle?: 'aws' | undefined;
  /** How old the answer to an eventually consistent read may be; none is old unless it is given. */
  readonly staleReads?: Ms | undefined;
  /** `$PATH` of this machine: where tasks find their interpreters. */
  readonly hostPath: string;
  /** Of teal. */
  readonly version: string;
  /** Gets one JSON document per line: what goes wrong inside. */
  readonly log: (line: string) => void;
}

/** The runtime behind a socket of this machine. Disposing of it ends its tasks and leaves its state on disk. */
export interface LocalRuntime extends AsyncDisposable {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string;
  /** Resolves when a client asks it to stop; whoever started it then disposes of it. */
  readonly stopAsked: Promise<void>;
}

/** The port belongs to another program. */
export class PortTaken extends Error {
  override readonly name = 'PortTaken';
}

/**
 * Starts the local runtime on 127.0.0.1.
 * @throws PortTaken, DataFolderTaken, or an Error that names a damaged file of the data folder
 */
export async function startLocalRuntime(options: LocalRuntimeOptions): Promise<LocalRuntime> {
  const { dataDir, version } = options;
  const timing = timings[options.timing];
  const log = (entry: object) => options.log(JSON.stringify({ at: isoTime(systemClock.now()), ...entry }));
  const report = (what: string, error: unknown) => log({ level: 'error', what, error: describe(error) });
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });

  const opened: (() => Promise<void> | void)[] = [];
  const closeAll = async () => {
    for (const close of opened.splice(0).reverse()) await close();
  };
  try {
    const self = { pid: process.pid, startedAt: systemClock.now(), version };
    const lock = await lockDataFolder(dataDir, self);
    opened.push(() => lock.release());

    const store = await openFileStore({
      folder: `${dataDir}/state`,
      isSecret: (collection) => collection.endsWith('/secure-values'),
    });
    opened.push(async () => store[Symbol.asyncDispose]());

    const random = systemRandom();
    const server = createServer({ keepAliveTimeout: 75_000 });
    const endpoint = await listen(server, options.port);
    opened.push(() => closeServer(server));

    const machinery = await createMachinery({
      ...options,
      engineSockets: options.engineSockets ?? [],
      clock: systemClock,
      random,
      endpoint,
      log: (what) => log({ level: 'info', what }),
    });
    opened.push(async () => machinery[Symbol.asyncDispose]());

    const requests = createRequestLog(systemClock);
    const fallback =
      options.fallback === undefined
        ? undefined
        : createFallback({
            url: options.fallback,
            patience: seconds(60),
            log: (what) => log({ level: 'info', what }),
          });
    const runtime = createRuntime({
      surroundings: {
        clock: systemClock,
        random,
        timing,
        tasks: machinery.tasks,
        network: machinery.network,
        images: machinery.images,
      },
      store,
      services,
      defaultAccount: options.account,
      throttle: options.throttle,
      staleReads: options.staleReads,
      onBug: (error, what) => report(what, error),
      onAnswered: (call) => requests.add(call, 'runtime'),
      onWorlds: (worlds) => machinery.balancer.follow(worlds),
    });
    opened.push(() => runtime.stop(seconds(5)));

    const asked = { stop: () => {} };
    const stopAsked = new Promise<void>((resolve) => {
      asked.stop = resolve;
    });
    const admin: AdminParts = {
      health: {
        name: 'teal',
        version,
        timing: timing.name,
        driver: options.driver,
        engine: machinery.engine ?? null,
        trafficSettleSeconds: timing.trafficSettle / 1000,
        account: options.account,
        pid: self.pid,
        dataDir,
        fallback: fallback?.url ?? null,
        throttle: options.throttle ?? null,
        staleReadsSeconds: (options.staleReads ?? 0) / 1000,
      },
      listeners: () => machinery.balancer.listeners(),
      certificateAuthority: () => machinery.balancer.certificateAuthority(),
      images: machinery.images,
      requests,
      reset: () => {
        runtime.reset();
        return store.durable();
      },
      stop: asked.stop,
    };
    const serve = createFrontDoor({
      runtime,
      durable: () => store.durable(),
      admin,
      route: createRouter(services),
      fallback,
      requests,
      defaultAccount: options.account,
      random: random.fork('forwarded'),
      report,
    });
    server.on('request', (request, response) => {
      serve(request, response).catch((error: unknown) => {
        report(`${request.method} ${request.url}`, error);
        if (response.headersSent) response.destroy();
        else answer(response, 500, { __type: 'InternalFailure', message: 'The local runtime failed; see its log.' });
      });
    });
    opened.push(() => {
      server.removeAllListeners('request');
      server.on('request', (_request, response) => {
        answer(response, 503, { __type: 'ServiceUnavailable', message: 'The local runtime is stopping.' });
      });
    });
    runtime.wake();
    lock.announce(endpoint);
    return { endpoint, stopAsked, [Symbol.asyncDispose]: closeAll };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

function listen(server: Server, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      const code = 'code' in error ? error.code : undefined;
      const words: Record<string, string> = {
        EADDRINUSE: `Port ${port} of 127.0.0.1 is taken by another program. Choose another with --port (0 takes a free one), or end that program: lsof -i :${port} tells which it is.`,
        EACCES: `Port ${port} is not for this user. Choose one above 1023 with --port.`,
      };
      const message = words[String(code)];
      reject(message ? new PortTaken(message, { cause: error }) : error);
    });
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve(`http://127.0.0.1:${typeof address === 'object' && address ? address.port : port}`);
    });
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
    // Answers under way were durable before they were sent; clients that keep a connection open are not waited for.
    systemClock.after(seconds(1), () => server.closeAllConnections(), { unref: true });
  });
}

const describe = (error: unknown): unknown =>
  error instanceof Error
    ? { name: error.name, message: error.message, stack: error.stack, cause: describe(error.cause) }
    : error;
