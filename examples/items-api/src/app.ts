import { setTimeout as sleep } from 'node:timers/promises';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { HTTPException } from 'hono/http-exception';
import type { Items } from './items.ts';
import type { Release } from './release.ts';
import { requestRate } from './request-rate.ts';
import { kindOf, type Served } from './served.ts';
import { itemIdFrom, limitFrom, nameFrom, secondsFrom } from './validation.ts';

export interface AppParts {
  readonly release: Release;
  /** The colour this task runs as. */
  readonly deployment: 'blue' | 'green';
  readonly items: Items;
  readonly served: Served;
  /** Whether the database is there. */
  readonly databaseAnswers: () => Promise<boolean>;
  /** True from SIGTERM on: answers then close their connection. */
  readonly stopping: () => boolean;
}

export function createApp({ release, deployment, items, served, databaseAnswers, stopping }: AppParts): Hono {
  const { version, behaviour } = release;
  const app = new Hono();
  const rate = requestRate(() => performance.now());

  app.use(async (c, next) => {
    served.count(kindOf(c.req.query('rid'), c.req.header('user-agent')));
    await next();
    c.header('x-items-version', version);
    c.header('x-items-colour', deployment);
    if (stopping()) c.header('connection', 'close');
  });
  if (behaviour.kind === 'slow') {
    app.use(async (_, next) => {
      await sleep(behaviour.delayMs);
      await next();
    });
  }
  if (behaviour.kind === 'failing') {
    app.use(async (c, next) => {
      if (rate.add() <= behaviour.aboveRequestsPerSecond) return next();
      return c.json({ error: `${version} fails above ${behaviour.aboveRequestsPerSecond} requests per second` }, 500);
    });
  }

  app.get('/', (c) => c.json({ service: 'items-api', version, deployment }));
  app.get('/version', (c) => c.json({ version }));
  app.get('/health', async (c) => {
    if (await databaseAnswers()) return c.json({ version, deployment, status: 'ok' });
    return c.json({ version, deployment, status: 'the database does not answer' }, 503);
  });

  app.use(
    '/items/*',
    bodyLimit({ maxSize: 65_536, onError: (c) => c.json({ error: 'the body may have 65536 bytes' }, 413) }),
  );
  app.get('/items', async (c) => c.json(await items.list(limitFrom(c.req.query('limit')))));
  app.post('/items', async (c) => c.json(await items.add(nameFrom(await bodyOf(c))), 201));
  app.get('/items/:id', async (c) => c.json(await found(items.get, c)));
  app.put('/items/:id', async (c) => {
    const name = nameFrom(await bodyOf(c));
    return c.json(await found((id) => items.rename(id, name), c));
  });
  app.delete('/items/:id', async (c) => {
    await found(async (id) => (await items.remove(id)) || undefined, c);
    return c.body(null, 204);
  });

  app.get('/served', async (c) => c.json({ served: await served.totals() }));
  app.get('/stream', (c) => {
    const seconds = secondsFrom(c.req.query('seconds'));
    return c.body(lines(seconds), 200, { 'content-type': 'text/plain; charset=utf-8' });
  });
  app.post('/upload', async (c) => {
    let bytes = 0;
    for await (const chunk of c.req.raw.body ?? []) bytes += chunk.length;
    return c.json({ bytes });
  });

  app.notFound((c) => c.json({ error: `nothing at ${c.req.method} ${c.req.path}` }, 404));
  app.onError((error, c) => {
    if (error instanceof HTTPException) return c.json({ error: error.message }, error.status);
    console.error(`${c.req.method} ${c.req.path}: ${error.message}`);
    return c.json({ error: 'the database does not answer' }, 503);
  });
  return app;
}

/** One line each tenth of a second, for `seconds`, the last one `end`. */
function lines(seconds: number): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const total = Math.round(seconds * 10);
  let sent = 0;
  return new ReadableStream({
    async pull(controller) {
      if (sent > 0) await sleep(100);
      controller.enqueue(encoder.encode(sent < total ? `${sent}\n` : 'end\n'));
      if (sent === total) controller.close();
      sent += 1;
    },
  });
}

async function bodyOf(c: Context): Promise<unknown> {
  try {
    return await c.req.json();
  } catch {
    throw new HTTPException(400, { message: 'the body must be JSON, such as {"name": "a chair"}' });
  }
}

async function found<T>(look: (id: number) => Promise<T | undefined>, c: Context): Promise<T> {
  const id = itemIdFrom(c.req.param('id'));
  const item = await look(id);
  if (item === undefined) throw new HTTPException(404, { message: `no item ${id}` });
  return item;
}
