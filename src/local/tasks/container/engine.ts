import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { Readable } from 'node:stream';
import type { Json } from '../../../base/index.ts';

export type EngineAnswer =
  | { readonly kind: 'done'; readonly body: Json }
  /** In the engine's own words. */
  | { readonly kind: 'refused'; readonly status: number; readonly message: string };

export type EngineStream =
  | { readonly kind: 'open'; readonly stream: IncomingMessage }
  | { readonly kind: 'refused'; readonly status: number; readonly message: string };

/**
 * A container engine behind its Unix socket: Docker's, or Podman's, which speaks the same (Docker Engine API). Calls
 * reject only where no answer comes.
 */
export interface Engine {
  /** As it calls itself, with its socket: `Podman Engine 4.3.1 at /run/podman/podman.sock`. */
  readonly name: string;
  readonly processors: number;
  /** `path` as in the API's pages, with its query; a body that is no document is an archive. */
  call(method: 'GET' | 'POST' | 'DELETE', path: string, body?: EngineBody): Promise<EngineAnswer>;
  /** The same, for an answer that goes on. Nothing of it is lost before it is read. */
  open(method: 'GET' | 'POST', path: string, body?: EngineBody): Promise<EngineStream>;
}

export type EngineBody = object | AsyncIterable<Uint8Array>;

/** What this was written for; an engine that only knows earlier ones is spoken to in its own latest. */
const version = '1.44';

/**
 * Connects to the first engine of these sockets that answers.
 * @throws Error with what each of them said
 */
export async function connectEngine(sockets: readonly string[]): Promise<Engine> {
  const silent: string[] = [];
  for (const socket of sockets) {
    try {
      return await connectTo(socket);
    } catch (error) {
      silent.push(`  ${socket}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new Error(
    `No container engine answers; tried:\n${silent.join('\n')}\nStart Docker, or "podman system service --time=0", or name its socket: DOCKER_HOST=unix:///path. Without an engine, --driver process runs the same images.`,
  );
}

async function connectTo(socketPath: string): Promise<Engine> {
  const bare = engineAt(socketPath, '');
  const told = await bare.call('GET', '/version');
  if (told.kind === 'refused') throw new Error(told.message);
  const own = textAt(told.body, 'ApiVersion') ?? version;
  const speaking = engineAt(socketPath, `/v${isOlder(own, version) ? own : version}`);
  const machine = await speaking.call('GET', '/info');
  if (machine.kind === 'refused') throw new Error(machine.message);
  const [component] = listAt(told.body, 'Components');
  const product = textAt(component, 'Name') ?? 'Engine';
  const release = textAt(component, 'Version') ?? textAt(told.body, 'Version') ?? '';
  return {
    ...speaking,
    name: `${product} ${release} at ${socketPath}`,
    processors: numberAt(machine.body, 'NCPU') ?? 1,
  };
}

const isOlder = (one: string, other: string): boolean => one.localeCompare(other, 'en', { numeric: true }) < 0;

function engineAt(socketPath: string, prefix: string): Pick<Engine, 'call' | 'open'> {
  const send = (method: string, path: string, body: EngineBody | undefined): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const archive = body !== undefined && Symbol.asyncIterator in body;
      const sending = request({
        socketPath,
        method,
        path: prefix + path,
        agent: false,
        headers: { host: 'engine', 'content-type': archive ? 'application/x-tar' : 'application/json' },
      });
      sending.on('error', reject);
      sending.on('response', resolve);
      if (archive) pour(body, sending);
      else sending.end(body === undefined ? '' : JSON.stringify(body));
    });
  return {
    async call(method, path, body) {
      const response = await send(method, path, body);
      const text = await textOf(response);
      return isRefusal(response) ? refusal(response, text) : { kind: 'done', body: parsed(text) };
    },
    async open(method, path, body) {
      const stream = await send(method, path, body);
      return isRefusal(stream) ? refusal(stream, await textOf(stream)) : { kind: 'open', stream };
    },
  };
}

function pour(archive: AsyncIterable<Uint8Array>, into: ClientRequest): void {
  Readable.from(archive)
    .on('error', (error) => into.destroy(error))
    .pipe(into);
}

async function textOf(stream: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
}

const isRefusal = ({ statusCode = 0 }: IncomingMessage): boolean => statusCode >= 400;

function refusal({ statusCode = 0 }: IncomingMessage, text: string): Extract<EngineAnswer, { kind: 'refused' }> {
  return { kind: 'refused', status: statusCode, message: textAt(parsed(text), 'message') ?? text.trim() };
}

/** Progress comes as one document per line: the last one counts. */
function parsed(text: string): Json {
  for (const candidate of [text, text.trim().split('\n').pop() ?? '']) {
    try {
      return JSON.parse(candidate);
    } catch {
      // It is no document; the caller finds nothing in it.
    }
  }
  return null;
}

/** What stands at a path of names in an answer; undefined where there is nothing. */
export function at(json: Json | undefined, ...path: readonly string[]): Json | undefined {
  let found = json;
  for (const name of path) {
    if (typeof found !== 'object' || found === null || Array.isArray(found)) return undefined;
    found = Object.entries(found).find(([key]) => key === name)?.[1];
  }
  return found;
}

export function textAt(json: Json | undefined, ...path: readonly string[]): string | undefined {
  const found = at(json, ...path);
  return typeof found === 'string' ? found : undefined;
}

export function numberAt(json: Json | undefined, ...path: readonly string[]): number | undefined {
  const found = at(json, ...path);
  return typeof found === 'number' ? found : undefined;
}

export function listAt(json: Json | undefined, ...path: readonly string[]): readonly Json[] {
  const found = path.length === 0 ? json : at(json, ...path);
  return Array.isArray(found) ? found : [];
}
