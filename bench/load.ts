import { Socket } from 'node:net';
import { createHistogram } from 'node:perf_hooks';

export interface LoadPlan {
  /** Of the balancer's listener. */
  readonly url: string;
  readonly requestsPerSecond: number;
}

/** What the load has seen up to now. Times in milliseconds since 1970, with fractions. */
export interface LoadCount {
  readonly answered: number;
  /** No answer, half of one, or a status that is not 200. */
  readonly failed: number;
  readonly example: string;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** By colour: when the last request that it answered was sent, and when its answer was there. */
  readonly last: Readonly<Record<string, { readonly sentAt: number; readonly answeredAt: number }>>;
}

/** A client has a pool of connections, no endless number: what is due while all are busy is sent when one is free. */
const mostConnections = 256;

/** How long a request may take before it counts as failed. */
const timeoutMs = 15_000;

/**
 * An open loop over kept connections: requests are due at a steady pace, whatever became of the earlier ones, and each
 * counts from then. It
 * reads HTTP by itself, because it is to cost less than what it measures. Nothing is sent twice: a request on a
 * connection that the balancer has just closed counts as failed.
 */
export function startLoad({ url, requestsPerSecond }: LoadPlan): { count(): LoadCount; stop(): Promise<void> } {
  const { hostname, port, host } = new URL(url);
  const request = Buffer.from(`GET /work HTTP/1.1\r\nHost: ${host}\r\nUser-Agent: teal-bench/1\r\n\r\n`);
  const latencies = createHistogram();
  const idle: Connection[] = [];
  const busy = new Set<Connection>();
  const last: Record<string, { sentAt: number; answeredAt: number }> = {};
  let answered = 0;
  let failed = 0;
  let example = '';
  let sent = 0;
  let stopped = false;
  const startedAt = now();

  const fail = (why: string): void => {
    failed++;
    example ||= why;
  };

  function open(): Connection {
    const socket = new Socket();
    socket.setNoDelay(true);
    const connection: Connection = { socket, sentAt: 0, dueAt: 0, head: '' };
    const end = (why: string): void => {
      const index = idle.indexOf(connection);
      if (index >= 0) idle.splice(index, 1);
      if (busy.delete(connection)) fail(why);
      socket.destroy();
    };
    socket.on('data', (bytes) => {
      connection.head += bytes.toString('latin1');
      const answer = wholeAnswer(connection.head);
      if (!answer) return;
      const answeredAt = now();
      connection.head = '';
      if (!busy.delete(connection)) return end('an answer that nobody asked for');
      if (answer.status !== 200) fail(`status ${answer.status}`);
      answered++;
      latencies.record(Math.max(1, Math.round((answeredAt - connection.dueAt) * 1_000)));
      const { sentAt } = connection;
      const before = last[answer.color];
      if (!before || before.sentAt < sentAt) last[answer.color] = { sentAt, answeredAt };
      if (answer.closes) socket.destroy();
      else idle.push(connection);
      sendDue();
    });
    socket.on('error', (error) => end(error.message));
    socket.on('close', () => end('closed without an answer'));
    socket.connect({ host: hostname, port: Number(port || 80) });
    return connection;
  }

  function send(dueAt: number): void {
    // First in, first out: none idles so long that the balancer closes it.
    const connection = idle.shift() ?? open();
    connection.dueAt = dueAt;
    connection.sentAt = now();
    busy.add(connection);
    connection.socket.write(request);
  }

  function sendDue(): void {
    while (!stopped && busy.size < mostConnections) {
      const dueAt = startedAt + (sent * 1_000) / requestsPerSecond;
      if (dueAt > now()) break;
      sent++;
      send(dueAt);
    }
  }

  const timer = setInterval(sendDue, 2);
  const watch = setInterval(() => {
    for (const connection of busy)
      if (now() - connection.sentAt > timeoutMs) connection.socket.destroy(new Error('out of time'));
  }, 1_000);

  return {
    count: () => ({
      answered,
      failed,
      example,
      p50Ms: latencies.count === 0 ? 0 : latencies.percentile(50) / 1_000,
      p99Ms: latencies.count === 0 ? 0 : latencies.percentile(99) / 1_000,
      last,
    }),
    async stop() {
      stopped = true;
      clearInterval(timer);
      while (busy.size > 0) await new Promise((resolve) => setTimeout(resolve, 20));
      clearInterval(watch);
      for (const { socket } of idle.splice(0)) socket.destroy();
    },
  };
}

interface Connection {
  readonly socket: Socket;
  sentAt: number;
  dueAt: number;
  head: string;
}

/** The answers of the bench's application and of the balancer say how long they are. */
function wholeAnswer(text: string): { status: number; color: string; closes: boolean } | undefined {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const head = text.slice(0, end).toLowerCase();
  const length = /\r\ncontent-length: (\d+)/.exec(head)?.[1];
  if (length === undefined || text.length < end + 4 + Number(length)) return undefined;
  return {
    status: Number(head.slice(9, 12)),
    color: /\r\nx-color: (\w+)/.exec(head)?.[1] ?? '',
    closes: head.includes('\r\nconnection: close'),
  };
}

const now = (): number => performance.timeOrigin + performance.now();
