import { Agent, type ClientRequest, type IncomingMessage, request as openRequest } from 'node:http';
import type { LoadRecord, RequestKind, RequestOutcome } from './load-record.ts';

export interface LoadPlan {
  /** Of the balancer's listener. */
  readonly url: string;
  /** What requests name as their host; the url's own where it is left out. */
  readonly host?: string;
  /** Begins every request id. */
  readonly run: string;
  readonly requestsPerSecond: number;
  /** So many streams, and so many uploads, are begun each second … */
  readonly longPerSecond: number;
  /** … and take this long. */
  readonly longSeconds: number;
  /** After this a request is broken. */
  readonly timeoutSeconds: number;
}

export interface Load {
  /** Sends nothing more; resolves when the last answer is there. */
  stop(): Promise<void>;
}

/**
 * An open loop: requests are sent when they are due, whatever became of the earlier ones, half of them on fresh
 * connections. Nothing is sent twice.
 */
export function startLoad(plan: LoadPlan, record: (record: LoadRecord) => void): Load {
  const url = new URL(plan.url);
  // First in, first out: no kept connection idles so long that the balancer closes it.
  const kept = new Agent({ keepAlive: true, scheduling: 'fifo', maxFreeSockets: 256 });
  const added: number[] = [];
  const inFlight = new Set<Promise<void>>();
  const startedAt = now();
  const streams: Series[] = [
    {
      perSecond: plan.requestsPerSecond,
      offset: 0,
      sent: 0,
      kind: (n) => short[Math.floor(n / 2) % short.length] ?? 'read',
    },
    { perSecond: plan.longPerSecond, offset: 0.5, sent: 0, kind: () => 'stream' },
    { perSecond: plan.longPerSecond, offset: 0, sent: 0, kind: () => 'upload' },
  ];
  let sequence = 0;

  const timer = setInterval(() => {
    for (const series of streams) {
      for (;;) {
        const dueAt = startedAt + ((series.sent + series.offset) * 1_000) / series.perSecond;
        if (dueAt > now()) break;
        const index = series.sent++;
        const ending = send(series.kind(index), index % 2 === 0 ? 'fresh' : 'kept', dueAt).finally(() =>
          inFlight.delete(ending),
        );
        inFlight.add(ending);
      }
    }
  }, 2);

  async function send(kind: RequestKind, connection: LoadRecord['connection'], dueAt: number): Promise<void> {
    const rid = `${plan.run}-${sequence++}`;
    const sentAt = now();
    const outcome = await exchange(requestOf(kind, rid, connection), connection);
    record({ rid, kind, connection, dueAt, sentAt, endedAt: now(), outcome });
  }

  function requestOf(kind: RequestKind, rid: string, connection: LoadRecord['connection']): OneRequest {
    const item = added[Math.floor(sequence * 7919) % added.length];
    switch (kind) {
      case 'read':
        if (item === undefined) return { method: 'GET', path: `/version?rid=${rid}`, expected: 200, correct: isJson };
        return {
          method: 'GET',
          path: `/items/${item}?rid=${rid}`,
          expected: 200,
          correct: (body) => idIn(body) === item,
        };
      case 'list':
        return { method: 'GET', path: `/items?limit=5&rid=${rid}`, expected: 200, correct: isJson };
      case 'rename':
        if (item === undefined) return requestOf('read', rid, connection);
        return {
          method: 'PUT',
          path: `/items/${item}?rid=${rid}`,
          expected: 200,
          correct: isJson,
          body: nameBody(rid),
        };
      case 'add':
        return {
          method: 'POST',
          path: `/items?rid=${rid}`,
          expected: 201,
          body: nameBody(rid),
          correct(body) {
            const id = idIn(body);
            if (id !== undefined) added.push(id);
            return id !== undefined;
          },
        };
      case 'stream':
        return {
          method: 'GET',
          path: `/stream?seconds=${plan.longSeconds}&rid=${rid}`,
          expected: 200,
          correct: (body) => body.startsWith('0\n') && body.endsWith('\nend\n'),
        };
      case 'upload':
        return {
          method: 'POST',
          path: `/upload?rid=${rid}`,
          expected: 200,
          parts: connection === 'fresh' ? 'chunked' : 'of-known-length',
          correct: (body) => body === `{"bytes":${uploadParts * uploadPart.length}}`,
        };
    }
  }

  function exchange(one: OneRequest, connection: LoadRecord['connection']): Promise<RequestOutcome> {
    return new Promise((resolve) => {
      const headers: Record<string, string | number> = {
        'user-agent': 'items-demo-load/1',
        host: plan.host ?? url.host,
      };
      if (one.body !== undefined) headers['content-type'] = 'application/json';
      if (one.body !== undefined) headers['content-length'] = Buffer.byteLength(one.body);
      if (one.parts === 'of-known-length') headers['content-length'] = uploadParts * uploadPart.length;
      const outgoing = openRequest({
        host: url.hostname,
        port: url.port || 80,
        method: one.method,
        path: one.path,
        headers,
        agent: connection === 'fresh' ? false : kept,
      });
      const timer = setTimeout(() => outgoing.destroy(new Error('out of time')), plan.timeoutSeconds * 1_000);
      const end = (outcome: RequestOutcome) => {
        clearTimeout(timer);
        resolve(outcome);
      };
      outgoing.on('error', (error) =>
        end({ kind: 'broken', error: 'code' in error ? String(error.code) : error.message }),
      );
      outgoing.on('response', (incoming) => readAnswer(incoming, one, end));
      if (one.parts) sendSlowly(outgoing, plan.longSeconds);
      else outgoing.end(one.body);
    });
  }

  return {
    async stop() {
      clearInterval(timer);
      await Promise.all(inFlight);
      kept.destroy();
    },
  };
}

interface Series {
  readonly perSecond: number;
  /** Shifts the series by this part of its interval. */
  readonly offset: number;
  readonly kind: (index: number) => RequestKind;
  sent: number;
}

interface OneRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly expected: number;
  readonly correct: (body: string) => boolean;
  readonly body?: string;
  /** An upload, sent part by part. */
  readonly parts?: 'chunked' | 'of-known-length';
}

const short: readonly RequestKind[] = ['read', 'read', 'list', 'read', 'add', 'read', 'rename', 'read', 'list', 'read'];
const uploadParts = 10;
const uploadPart = 'x'.repeat(1_024);

function readAnswer(incoming: IncomingMessage, one: OneRequest, end: (outcome: RequestOutcome) => void): void {
  const answeredAt = now();
  let body = '';
  incoming.setEncoding('utf8');
  incoming.on('data', (text: string) => {
    body += text;
  });
  incoming.on('error', () => end({ kind: 'broken', error: 'cut off' }));
  incoming.on('close', () => {
    if (!incoming.complete) return end({ kind: 'broken', error: 'cut off' });
    const status = incoming.statusCode ?? 0;
    end({
      kind: 'answered',
      answeredAt,
      status,
      version: String(incoming.headers['x-items-version'] ?? ''),
      colour: String(incoming.headers['x-items-colour'] ?? ''),
      correct: status === one.expected && one.correct(body),
    });
  });
}

function sendSlowly(outgoing: ClientRequest, seconds: number): void {
  let sent = 0;
  outgoing.flushHeaders();
  const timer = setInterval(
    () => {
      outgoing.write(uploadPart);
      sent += 1;
      if (sent < uploadParts) return;
      clearInterval(timer);
      outgoing.end();
    },
    (seconds * 1_000) / uploadParts,
  );
  outgoing.on('close', () => clearInterval(timer));
}

function nameBody(rid: string): string {
  return JSON.stringify({ name: `item of ${rid}` });
}

function isJson(body: string): boolean {
  try {
    return typeof JSON.parse(body) === 'object';
  } catch {
    return false;
  }
}

function idIn(body: string): number | undefined {
  try {
    const value: unknown = JSON.parse(body);
    const id: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, 'id') : undefined;
    return typeof id === 'number' ? id : undefined;
  } catch {
    return undefined;
  }
}

function now(): number {
  return performance.timeOrigin + performance.now();
}
