import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';

/** One AWS call as it went by. */
export interface SeenCall {
  /** As the request is signed for: `elasticloadbalancing`, `ecs`, `ssm`, `dynamodb`, `sts`, `logs`; '' for teal's own paths. */
  readonly service: string;
  /** `ModifyRule` */
  readonly operation: string;
  readonly body: string;
}

/** What becomes of a call: passed on, kept back until the promise ends, never answered, or refused. */
export type Passage = 'pass' | 'never' | 'refuse' | { readonly after: Promise<void> };

export interface RuntimeProxy extends AsyncDisposable {
  readonly endpoint: string;
  /** Every call so far, in order of arrival. */
  readonly calls: readonly SeenCall[];
  /** Decides from now on. */
  decide(passage: (call: SeenCall) => Passage): void;
}

/** Stands before a runtime: what goes through it can be counted, held back, or refused. */
export async function aProxy(endpoint: string): Promise<RuntimeProxy> {
  const target = new URL(endpoint);
  const calls: SeenCall[] = [];
  let passage: (call: SeenCall) => Passage = () => 'pass';

  const server = createServer(async (incoming, outgoing) => {
    const body = await bodyOf(incoming).catch(() => undefined);
    if (body === undefined) return;
    const call = { ...nameOf(incoming, body), body: body.toString('utf8') };
    calls.push(call);
    const chosen = passage(call);
    if (chosen === 'never') return;
    if (chosen === 'refuse') {
      outgoing.writeHead(503, { 'content-type': 'text/plain' });
      outgoing.end('no');
      return;
    }
    if (typeof chosen === 'object') await chosen.after;
    forward(incoming, body, outgoing);
  });

  function forward(incoming: IncomingMessage, body: Buffer, outgoing: ServerResponse): void {
    const passed = request(
      {
        host: target.hostname,
        port: target.port,
        method: incoming.method,
        path: incoming.url,
        headers: { ...incoming.headers, host: target.host, 'content-length': body.length },
        agent: false,
      },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
        answer.on('error', () => outgoing.destroy());
      },
    );
    passed.on('error', () => outgoing.destroy());
    // A caller that is gone does not take back what it had sent.
    outgoing.on('error', () => undefined);
    passed.end(body);
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    calls,
    decide(next) {
      passage = next;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Calls that change something at AWS. */
export const isWrite = ({ service, operation }: SeenCall): boolean =>
  service !== '' && !/^(Describe|List|Get|Query|Scan|BatchGet|Filter)/.test(operation);

function nameOf(incoming: IncomingMessage, body: Buffer): { service: string; operation: string } {
  const service = /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(incoming.headers.authorization ?? '')?.[1] ?? '';
  const target = String(incoming.headers['x-amz-target'] ?? '').split('.')[1];
  const action = /(?:^|&)Action=(\w+)/.exec(body.toString('utf8'))?.[1];
  return { service, operation: target ?? action ?? `${incoming.method} ${incoming.url}` };
}

async function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}
