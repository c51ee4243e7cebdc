import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { connect, type Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { type Clock, createRandom, ms, systemClock } from '../../src/base/index.ts';
import { startBalancer } from '../../src/local/balancer/index.ts';
import { run } from '../../src/local/services/elbv2/elbv2-fixture.ts';
import type { FinishedRequest } from '../../src/local/services/elbv2/index.ts';
import {
  createListener,
  deleteListener,
  modifyListener,
  modifyListenerAttributes,
} from '../../src/local/services/elbv2/listeners.ts';
import { createRule } from '../../src/local/services/elbv2/rules.ts';
import { freePort, openSite, type Site, until } from './balancer-fixture.ts';

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly trailers: IncomingMessage['trailers'];
}

function ask(site: Site, options: RequestOptions & { readonly body?: string | Buffer } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { body, ...rest } = options;
    const sent = httpRequest({ host: '127.0.0.1', port: site.port, agent: false, path: '/', ...rest }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
          trailers: response.trailers,
        }),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** All that the balancer sends on a connection for these bytes, until it closes it. */
function raw(site: Site, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(site.port, '127.0.0.1', () => socket.write(bytes, 'latin1'));
    let received = '';
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(received));
  });
}

describe('a request', () => {
  test('reaches a target with its method, path, query, headers and body', async () => {
    await using site = await openSite();
    await site.target(site.app.blue, async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      response.setHeader('X-Reply', ['a', 'b']);
      response.statusCode = 201;
      response.end(
        JSON.stringify({
          method: request.method,
          url: request.url,
          headers: request.headers,
          body: Buffer.concat(chunks).toString(),
        }),
      );
    });
    const answer = await ask(site, {
      method: 'PUT',
      path: '/a/b?c=d%20e',
      headers: { 'X-Given': 'yes', Host: 'Shop.Example' },
      body: 'hello',
    });
    expect(answer.status).toBe(201);
    expect(answer.headers['x-reply']).toBe('a, b');
    const seen = JSON.parse(answer.body);
    expect(seen).toMatchObject({ method: 'PUT', url: '/a/b?c=d%20e', body: 'hello' });
    expect(seen.headers).toMatchObject({
      host: 'shop.example',
      'x-given': 'yes',
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-port': String(site.port),
      'x-amzn-trace-id': expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/),
    });
  });

  test('keeps the client’s forwarding and trace headers, and loses those of the connection', async () => {
    await using site = await openSite();
    await site.target(site.app.blue, (request, response) => response.end(JSON.stringify(request.headers)));
    const { body } = await ask(site, {
      headers: {
        'X-Forwarded-For': '203.0.113.7',
        'X-Amzn-Trace-Id': 'Root=1-67891233-abcdef012345678912345678;App=1',
        Connection: 'close, X-Mine',
        'X-Mine': 'secret',
        'Keep-Alive': 'timeout=1',
      },
    });
    const headers = JSON.parse(body);
    expect(headers['x-forwarded-for']).toBe('203.0.113.7, 127.0.0.1');
    expect(headers['x-amzn-trace-id']).toMatch(
      /^Self=1-[0-9a-f]{8}-[0-9a-f]{24};Root=1-67891233-abcdef012345678912345678;App=1$/,
    );
    expect(headers['x-mine']).toBeUndefined();
    expect(headers['keep-alive']).toBeUndefined();
  });

  test('shares kept connections on both sides', async () => {
    await using site = await openSite();
    const ports = new Set<number | undefined>();
    await site.target(site.app.blue, (request, response) => {
      ports.add(request.socket.remotePort);
      response.end('ok');
    });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const clientPorts = new Set<number | undefined>();
    for (let index = 0; index < 5; index++) {
      await new Promise<void>((resolve) => {
        const sent = httpRequest({ host: '127.0.0.1', port: site.port, agent }, (response) => {
          clientPorts.add(response.socket.localPort);
          response.resume().on('end', resolve);
        });
        sent.end();
      });
    }
    agent.destroy();
    expect([clientPorts.size, ports.size]).toEqual([1, 1]);
  });

  test('and its response stream: neither waits for the other’s end', async () => {
    await using site = await openSite();
    await site.target(site.app.blue, (request, response) => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      response.flushHeaders();
      request.on('data', (chunk: Buffer) => response.write(`saw ${chunk.toString()};`));
      request.on('end', () => response.end('done'));
    });
    const received: string[] = [];
    const sent = httpRequest({ host: '127.0.0.1', port: site.port, method: 'POST', agent: false });
    sent.flushHeaders();
    const response = await new Promise<IncomingMessage>((resolve) => sent.on('response', resolve));
    response.on('data', (chunk: Buffer) => received.push(chunk.toString()));
    sent.write('one');
    await until(() => received.join('') === 'saw one;');
    sent.end('two');
    await new Promise((resolve) => response.on('end', resolve));
    expect(received.join('')).toMatch(/two;done$/);
  });

  test('of 64 MB goes up and comes down unharmed, and a slow reader slows the target', async () => {
    await using site = await openSite();
    let produced = 0;
    const chunk = Buffer.alloc(64 * 1024, 'x');
    await site.target(site.app.blue, (request, response) => {
      if (request.method === 'POST') {
        let size = 0;
        request.on('data', (data: Buffer) => {
          size += data.length;
        });
        request.on('end', () => response.end(String(size)));
        return;
      }
      const more = (): void => {
        while (produced < 64 * 1024 * 1024) {
          produced += chunk.length;
          if (!response.write(chunk)) {
            response.once('drain', more);
            return;
          }
        }
        response.end();
      };
      more();
    });
    const big = Buffer.alloc(64 * 1024 * 1024, 'y');
    expect((await ask(site, { method: 'POST', body: big })).body).toBe(String(big.length));
    const sent = httpRequest({ host: '127.0.0.1', port: site.port, agent: false });
    sent.end();
    const response = await new Promise<IncomingMessage>((resolve) => sent.on('response', resolve));
    let before = -1;
    await until(async () => {
      const still = before === produced;
      before = produced;
      await systemClock.sleep(ms(50));
      return still;
    });
    expect(produced).toBeLessThan(48 * 1024 * 1024);
    let size = 0;
    response.on('data', (data: Buffer) => {
      size += data.length;
    });
    await new Promise((resolve) => response.on('end', resolve));
    expect(size).toBe(64 * 1024 * 1024);
  });

  test('may be HEAD, be answered 204 or 304, and carry trailers', async () => {
    await using site = await openSite();
    await site.target(site.app.blue, (request, response) => {
      if (request.url === '/204') response.writeHead(204).end();
      else if (request.url === '/304') response.writeHead(304, { ETag: '"1"' }).end();
      else if (request.url === '/trailers') {
        request.resume().on('end', () => {
          response.writeHead(200, { Trailer: 'X-Sum' });
          response.write('body');
          response.addTrailers({ 'X-Sum': String(request.trailers['x-in']) });
          response.end();
        });
      } else response.writeHead(200, { 'Content-Length': '5' }).end(request.method === 'HEAD' ? undefined : 'hello');
    });
    const head = await ask(site, { method: 'HEAD' });
    expect([head.status, head.headers['content-length'], head.body]).toEqual([200, '5', '']);
    expect((await ask(site, { path: '/204' })).status).toBe(204);
    expect((await ask(site, { path: '/304' })).headers.etag).toBe('"1"');
    const bytes =
      'POST /trailers HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\nTrailer: X-In\r\n\r\n3\r\nabc\r\n0\r\nX-In: 7\r\n\r\n';
    expect(await raw(site, bytes)).toContain('0\r\nX-Sum: 7\r\n\r\n');
  });

  test('of HTTP/1.0 gets no chunks, and one without a length says so to the target', async () => {
    await using site = await openSite();
    await site.target(site.app.blue, (request, response) => {
      response.write(`length ${request.headers['content-length']}, `);
      response.end(`encoding ${request.headers['transfer-encoding']}`);
    });
    const answer = await raw(site, 'GET / HTTP/1.0\r\n\r\n');
    expect(answer).not.toMatch(/chunked/i);
    expect(answer).toMatch(/\r\n\r\nlength undefined, encoding undefined$/);
    expect(await raw(site, 'POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')).toMatch(
      /length 0, [\s\S]*encoding undefined/,
    );
  });

  test('with Expect: 100-continue sends its body when the target asks for it, and not when it refuses', async () => {
    await using site = await openSite();
    await site.target(site.app.blue, (request, response) => {
      request.resume().on('end', () => response.end('got it'));
    });
    const target = await site.target(site.app.green, () => {});
    target.server?.on('checkContinue', (_request, response) => response.writeHead(413).end());
    const expecting = (): Promise<[boolean, number]> =>
      new Promise((resolve, reject) => {
        let asked = false;
        const sent = httpRequest({
          host: '127.0.0.1',
          port: site.port,
          method: 'PUT',
          agent: false,
          headers: { Expect: '100-continue', 'Content-Length': '4' },
        });
        sent.flushHeaders();
        sent.on('continue', () => {
          asked = true;
          sent.end('body');
        });
        sent.on('response', (response) => {
          response.resume();
          resolve([asked, response.statusCode ?? 0]);
          if (!asked) sent.destroy();
        });
        sent.on('error', reject);
      });
    expect(await expecting()).toEqual([true, 200]);
    site.setWeights(0, 1);
    expect(await expecting()).toEqual([false, 413]);
  });

  test('whose client goes away ends at the target, and is logged as 460', async () => {
    await using site = await openSite();
    let ended = false;
    let begun = false;
    await site.target(site.app.blue, (request) => {
      begun = true;
      request.socket.on('close', () => {
        ended = true;
      });
    });
    const sent = httpRequest({ host: '127.0.0.1', port: site.port, agent: false });
    sent.on('error', () => {});
    sent.end();
    await until(() => begun);
    sent.destroy();
    await until(() => ended);
    expect((await site.log(1))[0]).toMatch(/ 460 - .*"ClientClosedConnection"/);
  });
});

describe('the balancer answers by itself', () => {
  const cause = async (arrange: (site: Site) => Promise<void>, options: RequestOptions & { body?: string } = {}) => {
    await using site = await openSite();
    await arrange(site);
    const { status, headers, body } = await ask(site, options);
    const [line = ''] = await site.log(1);
    return {
      status,
      server: headers.server,
      body,
      reason: /"([^"]*)" "[^"]*" "[^"]*" "-" "-" TID_/.exec(line)?.[1],
      line,
    };
  };

  test('503 when the group has no targets', async () => {
    const answer = await cause(async () => {});
    expect(answer).toMatchObject({ status: 503, server: 'awselb/2.0', reason: 'no-targets' });
    expect(answer.body).toContain('<h1>503 Service Temporarily Unavailable</h1>');
  });

  test('502 when the target refuses the connection', async () => {
    const answer = await cause(async (site) => void (await site.place(site.app.blue, await freePort())));
    expect(answer).toMatchObject({ status: 502, reason: 'TargetConnectionRefused' });
  });

  test('502 when the target resets or closes with the request outstanding', async () => {
    const reset = await cause(async (site) => {
      await site.rawTarget(site.app.blue, (socket) =>
        socket.on('data', () => socket.resetAndDestroy()).on('error', () => {}),
      );
    });
    expect(reset).toMatchObject({ status: 502, reason: 'TargetConnectionReset' });
    const closed = await cause(async (site) => {
      await site.rawTarget(site.app.blue, (socket) => socket.on('data', () => socket.end()).on('error', () => {}));
    });
    expect(closed).toMatchObject({ status: 502, reason: 'TargetConnectionReset' });
  });

  test('502 when the response is no HTTP, or its headers are larger than 32 KB', async () => {
    const answering = (text: string) => async (site: Site) => {
      await site.rawTarget(site.app.blue, (socket) => socket.on('data', () => socket.end(text)).on('error', () => {}));
    };
    expect(await cause(answering('SSH-2.0-x\r\n'))).toMatchObject({ status: 502, reason: 'TargetResponseMalformed' });
    expect(await cause(answering(`HTTP/1.1 200 OK\r\nX-Big: ${'x'.repeat(33 * 1024)}\r\n\r\n`))).toMatchObject({
      status: 502,
      reason: 'TargetResponseHeadersTooLarge',
    });
  });

  test('504 when the target does not answer within the idle time-out', async () => {
    const answer = await cause(async (site) => {
      site.setAttribute('idle_timeout.timeout_seconds', '1');
      await site.target(site.app.blue, () => {});
    });
    expect(answer).toMatchObject({ status: 504, reason: 'TargetIdleTimeout' });
  });

  test('504 when the connection to the target takes 10 s', async () => {
    // A process that accepts nothing: once its backlog is full, connecting takes for ever.
    const deaf = spawn(process.execPath, [
      '-e',
      "require('net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, function () { console.log(this.address().port) })",
    ]);
    onTestFinished(() => void deaf.kill('SIGKILL'));
    const [line] = await once(deaf.stdout, 'data');
    const deafPort = Number(String(line));
    deaf.kill('SIGSTOP');
    const fillers = Array.from({ length: 8 }, () => connect(deafPort, '127.0.0.1').on('error', () => {}));
    const tenfold: Clock = {
      ...systemClock,
      monotonic: () => ms(systemClock.monotonic() * 10),
      after: (delay, fn, options) => systemClock.after(ms(delay / 10), fn, options),
    };
    await using site = await openSite({ clock: tenfold });
    await site.place(site.app.blue, deafPort);
    expect((await ask(site)).status).toBe(504);
    expect((await site.log(1))[0]).toContain('"TargetConnectTimeout"');
    for (const filler of fillers) filler.destroy();
  });

  test('408 when the client stops sending its request', async () => {
    await using site = await openSite();
    site.setAttribute('idle_timeout.timeout_seconds', '1');
    await site.target(site.app.blue, () => {});
    const answer = await new Promise<number>((resolve, reject) => {
      const sent = httpRequest({
        host: '127.0.0.1',
        port: site.port,
        method: 'POST',
        agent: false,
        headers: { 'Content-Length': '9' },
      });
      sent.on('response', (response) => {
        resolve(response.statusCode ?? 0);
        sent.destroy();
      });
      sent.on('error', reject);
      sent.write('part');
    });
    expect(answer).toBe(408);
  });

  test('400 to what is no request, and to headers of more than 64 KB', async () => {
    await using site = await openSite();
    expect(await raw(site, 'NONSENSE\r\n\r\n')).toMatch(/^HTTP\/1.1 400 Bad Request\r\nServer: awselb\/2.0/);
    expect(await raw(site, `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(70_000)}\r\n\r\n`)).toMatch(/^HTTP\/1.1 400 /);
    expect(
      await raw(site, 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'),
    ).toMatch(/^HTTP\/1.1 400 /);
    expect(await raw(site, 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n')).toMatch(/^HTTP\/1.1 400 /);
    expect((await site.log(4)).every((line) => / 400 - /.test(line))).toBe(true);
  });

  test('405 to TRACE and 463 to more than 30 forwarded addresses', async () => {
    await using site = await openSite();
    await site.target(site.app.blue, (_request, response) => response.end());
    expect((await ask(site, { method: 'TRACE' })).status).toBe(405);
    const headers = { 'X-Forwarded-For': Array.from({ length: 31 }, () => '10.0.0.1').join(', ') };
    expect((await ask(site, { headers })).status).toBe(463);
  });
});

describe('kept connections to targets', () => {
  /** Closes each connection on its second request, unanswered. */
  const closesOnSecond = (served: { count: number }) => (socket: Socket) => {
    let requests = 0;
    socket.on('error', () => {});
    socket.on('data', () => {
      served.count++;
      if (++requests > 1) socket.destroy();
      else socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    });
  };

  test('that the target closes at the wrong moment are replaced for a GET', async () => {
    await using site = await openSite();
    const served = { count: 0 };
    await site.rawTarget(site.app.blue, closesOnSecond(served));
    expect([(await ask(site)).status, (await ask(site)).status]).toEqual([200, 200]);
    expect(served.count).toBe(3);
  });

  test('and are a 502 for a POST, which might be done twice', async () => {
    await using site = await openSite();
    const served = { count: 0 };
    await site.rawTarget(site.app.blue, closesOnSecond(served));
    expect((await ask(site, { method: 'POST', body: 'a' })).status).toBe(200);
    expect((await ask(site, { method: 'POST', body: 'a' })).status).toBe(502);
    expect(served.count).toBe(2);
  });

  test('are closed when the target begins to drain', async () => {
    await using site = await openSite();
    let open = 0;
    const target = await site.target(site.app.blue, (_request, response) => response.end('ok'));
    target.server?.on('connection', (socket: Socket) => {
      open++;
      socket.on('close', () => open--);
    });
    await ask(site);
    expect(open).toBe(1);
    site.state.registrar.deregister(site.app.blue, target);
    await until(() => open === 0);
  });
});

describe('draining', () => {
  test('lets requests finish, sends no new ones, and cuts what still runs at its end', async () => {
    await using site = await openSite();
    site.setGroupAttribute(site.app.blue, 'deregistration_delay.timeout_seconds', '1');
    const finish: (() => void)[] = [];
    const target = await site.target(site.app.blue, (request, response) => {
      if (request.url === '/slow') finish.push(() => response.end('finished'));
      else if (request.url === '/stream') response.write('begun');
    });
    const slow = ask(site, { path: '/slow' });
    const never = ask(site, { path: '/never' });
    const stream = ask(site, { path: '/stream' }).then(
      () => 'ended',
      () => 'cut',
    );
    await until(() => finish.length === 1);
    site.state.registrar.deregister(site.app.blue, target);
    expect((await ask(site)).status).toBe(503);
    for (const end of finish) end();
    expect((await slow).body).toBe('finished');
    expect((await never).status).toBe(502);
    expect(await stream).toBe('cut');
    const lines = await site.log(4);
    expect(lines.filter((line) => line.includes('"DeregistrationDelayOver"'))).toHaveLength(2);
  });
});

describe('WebSockets', () => {
  async function echoing(site: Site, group: string, name: string) {
    const sockets = new WebSocketServer({ noServer: true });
    const target = await site.target(group, (_request, response) => response.end(name));
    target.server?.on('upgrade', (request, socket, head) =>
      sockets.handleUpgrade(request, socket, head, (peer) => {
        peer.on('message', (data) => peer.send(`${name} ${request.headers['x-forwarded-for']} ${data}`));
      }),
    );
    return target;
  }

  const opened = async (site: Site): Promise<WebSocket> => {
    const socket = new WebSocket(`ws://127.0.0.1:${site.port}/chat?id=1`);
    await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject));
    return socket;
  };
  const echo = (socket: WebSocket, text: string): Promise<string> =>
    new Promise((resolve) => {
      socket.once('message', (data) => resolve(String(data)));
      socket.send(text);
    });

  test('stay on their target over a switch, and end with its deregistration delay', async () => {
    await using site = await openSite();
    site.setGroupAttribute(site.app.blue, 'deregistration_delay.timeout_seconds', '1');
    const blue = await echoing(site, site.app.blue, 'blue');
    await echoing(site, site.app.green, 'green');
    const old = await opened(site);
    expect(await echo(old, 'hi')).toBe('blue 127.0.0.1 hi');
    site.setWeights(0, 1);
    expect(await echo(old, 'again')).toBe('blue 127.0.0.1 again');
    const fresh = await opened(site);
    expect(await echo(fresh, 'hi')).toBe('green 127.0.0.1 hi');
    site.state.registrar.deregister(site.app.blue, blue);
    expect(await echo(old, 'draining')).toBe('blue 127.0.0.1 draining');
    await new Promise((resolve) => old.on('close', resolve).on('error', () => {}));
    fresh.close();
    await new Promise((resolve) => fresh.on('close', resolve));
    const lines = await site.log(2);
    expect(lines.filter((line) => /^ws .* 101 101 .*\/chat\?id=1 HTTP/.test(line))).toHaveLength(2);
  });

  test('end when nothing moves for the idle time-out', async () => {
    await using site = await openSite();
    site.setAttribute('idle_timeout.timeout_seconds', '1');
    await echoing(site, site.app.blue, 'blue');
    const socket = await opened(site);
    await new Promise((resolve) => socket.on('close', resolve).on('error', () => {}));
    expect((await site.log(1))[0]).toMatch(/^ws .* 101 101 /);
  });

  test('get the target’s refusal as it is, and the balancer’s own where there is no target', async () => {
    await using site = await openSite();
    const refusal = (): Promise<number> =>
      new Promise((resolve) => {
        const socket = new WebSocket(`ws://127.0.0.1:${site.port}/`);
        socket.on('error', () => {});
        socket.on('unexpected-response', (sent, response) => {
          resolve(response.statusCode ?? 0);
          sent.destroy();
        });
      });
    expect(await refusal()).toBe(503);
    const target = await site.target(site.app.blue, () => {});
    target.server?.on('upgrade', (_request, socket) =>
      socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n'),
    );
    expect(await refusal()).toBe(403);
  });
});

test('a weight flip under load drops nothing: short requests, slow uploads and streams on both sides of it', async () => {
  await using site = await openSite();
  for (const [group, name] of [
    [site.app.blue, 'blue'],
    [site.app.green, 'green'],
  ] as const) {
    await site.target(group, (request, response) => {
      response.setHeader('X-Color', name);
      if (request.url?.startsWith('/stream')) {
        let left = 10;
        const next = (): void => {
          if (left-- === 0) response.end('end');
          else {
            response.write(`${left};`);
            systemClock.after(ms(20), next);
          }
        };
        next();
      } else request.resume().on('end', () => response.end('ok'));
    });
  }
  const agent = new Agent({ keepAlive: true });
  let running = true;
  const outcomes: { status: number; color: string; sentAt: number }[] = [];
  const note = async (answer: Promise<Answer>, body: string, sentAt = systemClock.monotonic()): Promise<void> => {
    const { status, headers, body: got } = await answer;
    outcomes.push({ status: got.endsWith(body) ? status : -1, color: String(headers['x-color']), sentAt });
  };
  const upload = (): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const sent = httpRequest({ host: '127.0.0.1', port: site.port, method: 'POST', path: '/upload', agent: false });
      sent.on('error', reject);
      sent.on('response', (response) => {
        response
          .resume()
          .on('end', () =>
            resolve({ status: response.statusCode ?? 0, headers: response.headers, body: 'ok', trailers: {} }),
          );
      });
      const drip = async (): Promise<void> => {
        for (let part = 0; part < 10; part++) {
          sent.write('x'.repeat(1000));
          await systemClock.sleep(ms(20));
        }
        sent.end();
      };
      drip().catch(reject);
    });
  const loop = async (one: () => Promise<void>): Promise<void> => {
    while (running) await one();
  };
  const load = [
    ...Array.from({ length: 8 }, () => loop(() => note(ask(site, { agent }), 'ok'))),
    ...Array.from({ length: 4 }, () => loop(() => note(ask(site), 'ok'))),
    ...Array.from({ length: 4 }, () => loop(() => note(upload(), 'ok'))),
    ...Array.from({ length: 4 }, () => loop(() => note(ask(site, { path: '/stream' }), 'end'))),
  ];
  await systemClock.sleep(ms(300));
  let green = 0;
  let flippedAt = 0;
  for (let flip = 0; flip < 10; flip++) {
    green = 1 - green;
    site.setWeights(1 - green, green);
    flippedAt = systemClock.monotonic();
    await systemClock.sleep(ms(100));
  }
  running = false;
  await Promise.all(load);
  agent.destroy();
  expect(outcomes.length).toBeGreaterThan(300);
  expect(outcomes.filter((outcome) => outcome.status !== 200)).toEqual([]);
  expect(new Set(outcomes.map((outcome) => outcome.color))).toEqual(new Set(['blue', 'green']));
  expect(outcomes.filter((outcome) => outcome.sentAt > flippedAt && outcome.color !== 'blue')).toEqual([]);
});

describe('attributes and rules shape what passes', () => {
  const echo = (site: Site) =>
    site.target(site.app.blue, (request, response) => {
      response.setHeader('X-Frame-Options', 'SAMEORIGIN');
      response.end(JSON.stringify({ url: request.url, headers: request.headers }));
    });

  test('a rule’s transforms: the target sees another host and URL, and the log both (ALB/rule-transforms)', async () => {
    await using site = await openSite();
    await echo(site);
    run(site.state, createRule, {
      ListenerArn: site.app.listener,
      Priority: 1,
      Conditions: [{ Field: 'path-pattern', Values: ['/api/*'] }],
      Actions: [{ Type: 'forward', TargetGroupArn: site.app.blue }],
      Transforms: [
        { Type: 'url-rewrite', UrlRewriteConfig: { Rewrites: [{ Regex: '^/api/', Replace: '/' }] } },
        { Type: 'host-header-rewrite', HostHeaderRewriteConfig: { Rewrites: [{ Regex: '^www\\.', Replace: '' }] } },
      ],
    });
    const { body } = await ask(site, { path: '/api/items?a=b', headers: { Host: 'www.shop.test' } });
    expect(JSON.parse(body)).toMatchObject({ url: '/items?a=b', headers: { host: 'shop.test' } });
    const [line = ''] = await site.log(1);
    expect(line).toContain('/api/items?a=b HTTP/1.1"');
    expect(line).toMatch(/"shop\.test" "\/items\?a=b" "TransformSucceeded"\n?$/);
  });

  test('headers that a listener inserts stand in place of the target’s, and of its own (ALB/header-modification)', async () => {
    await using site = await openSite();
    run(site.state, modifyListenerAttributes, {
      ListenerArn: site.app.listener,
      Attributes: [
        { Key: 'routing.http.response.x_frame_options.header_value', Value: 'DENY' },
        { Key: 'routing.http.response.server.enabled', Value: 'false' },
      ],
    });
    const own = await ask(site);
    expect([own.status, own.headers.server, own.headers['x-frame-options']]).toEqual([503, undefined, 'DENY']);
    await echo(site);
    expect((await ask(site)).headers['x-frame-options']).toBe('DENY');
  });

  test('headers that are not valid are dropped, and the client’s port is told, where that is asked for', async () => {
    await using site = await openSite();
    await echo(site);
    const seen = async () =>
      JSON.parse((await ask(site, { headers: { 'X_Bad.Name': '1', 'X-Good': '2' } })).body).headers;
    expect(await seen()).toMatchObject({ 'x_bad.name': '1', 'x-forwarded-for': '127.0.0.1' });
    site.setAttribute('routing.http.drop_invalid_header_fields.enabled', 'true');
    site.setAttribute('routing.http.xff_client_port.enabled', 'true');
    const after = await seen();
    expect(after).toMatchObject({ 'x-good': '2', 'x-forwarded-for': expect.stringMatching(/^127\.0\.0\.1:\d+$/) });
    expect(after).not.toHaveProperty(['x_bad.name']);
  });

  test('414 to a request line, and 400 to one header, of more than 16 KB (ALB/load-balancer-limits)', async () => {
    await using site = await openSite();
    await echo(site);
    expect((await ask(site, { path: `/${'x'.repeat(17_000)}` })).status).toBe(414);
    expect((await ask(site, { headers: { 'X-Long': 'x'.repeat(17_000) } })).status).toBe(400);
    expect((await ask(site, { path: `/${'x'.repeat(15_000)}` })).status).toBe(200);
  });

  test('AWSALBAPP comes with the application’s own cookie, and leads back to who set it (ALB/sticky-sessions)', async () => {
    await using site = await openSite();
    run(site.state, modifyListener, {
      ListenerArn: site.app.listener,
      DefaultActions: [{ Type: 'forward', TargetGroupArn: site.app.blue }],
    });
    for (const name of ['a', 'b']) {
      await site.target(site.app.blue, (request, response) => {
        if (request.url === '/login') response.setHeader('Set-Cookie', 'session=1');
        response.end(name);
      });
    }
    site.setGroupAttribute(site.app.blue, 'stickiness.app_cookie.cookie_name', 'session');
    site.setGroupAttribute(site.app.blue, 'stickiness.type', 'app_cookie');
    site.setGroupAttribute(site.app.blue, 'stickiness.enabled', 'true');
    expect((await ask(site)).headers['set-cookie']).toBeUndefined();
    const login = await ask(site, { path: '/login' });
    const cookies = (login.headers['set-cookie'] ?? []).map((cookie) => cookie.split(';')[0]);
    expect(cookies).toEqual(['session=1', expect.stringMatching(/^AWSALBAPP-0=/)]);
    const later = await Promise.all([1, 2, 3, 4].map(() => ask(site, { headers: { Cookie: cookies.join('; ') } })));
    expect(later.map(({ body }) => body)).toEqual(Array(4).fill(login.body));
  });
});

describe('who counts requests (ALB/load-balancer-cloudwatch-metrics)', () => {
  const watch = (site: Site) => {
    const requests: FinishedRequest[] = [];
    const open = { client: 0, target: 0 };
    const opened = { client: 0, target: 0 };
    site.state.plane.traffic.add({
      requestFinished: (request) => requests.push(request),
      connectionOpened(_loadBalancer, side) {
        open[side]++;
        opened[side]++;
      },
      connectionClosed: (_loadBalancer, side) => open[side]--,
      tlsFailed: () => {},
    });
    return { requests, open, opened };
  };

  test('is told of each with its group, target, both statuses, time and bytes', async () => {
    await using site = await openSite();
    const { requests, open, opened } = watch(site);
    const { id } = await site.target(site.app.blue, (_request, response) => {
      response.statusCode = 503;
      response.end('x'.repeat(2000));
    });
    const agent = new Agent({ keepAlive: true });
    onTestFinished(() => agent.destroy());
    await ask(site, { agent });
    await ask(site, { agent });
    await until(() => requests.length === 2);
    expect(requests[0]).toMatchObject({
      loadBalancerArn: site.app.loadBalancer,
      targetGroupArn: site.app.blue,
      target: { id, port: 80 },
      status: 503,
      targetStatus: 503,
      connectionFailed: false,
      failOpen: false,
      action: 'forward',
      rulesEvaluated: 0,
    });
    expect(requests[0]?.targetMs).toBeGreaterThanOrEqual(0);
    expect(requests[0]?.sentBytes).toBeGreaterThan(2000);
    expect(requests[0]?.receivedBytes).toBeGreaterThan(20);
    expect(opened).toEqual({ client: 1, target: 1 });
    agent.destroy();
    await until(() => open.client === 0);
  });

  test('tells the balancer’s own answers from those of targets, and a failed connection from a broken one', async () => {
    await using site = await openSite();
    const { requests } = watch(site);
    await ask(site);
    const gone = await site.place(site.app.blue, await freePort());
    await ask(site);
    site.state.registrar.deregister(site.app.blue, gone);
    site.setWeights(0, 1);
    await site.rawTarget(site.app.green, (socket) => socket.on('data', () => socket.resetAndDestroy()));
    await ask(site, { method: 'POST' });
    await raw(site, 'no request at all\r\n\r\n');
    await until(() => requests.length === 4);
    expect(
      requests.map(({ status, targetStatus, target, connectionFailed }) => [
        status,
        targetStatus,
        target !== undefined,
        connectionFailed,
      ]),
    ).toEqual([
      [503, undefined, false, false],
      [502, undefined, true, true],
      [502, undefined, true, false],
      [400, undefined, false, false],
    ]);
  });
});

test('the access log has the fields of ALB/load-balancer-access-logs, one line a request', async () => {
  await using site = await openSite();
  await site.target(site.app.blue, (_request, response) => response.end('hello'));
  await ask(site, {
    path: '/items?teal-request=42',
    headers: { Host: 'example.com', 'User-Agent': 'a "quoted" agent' },
  });
  const [line = ''] = await site.log(1);
  const fields = line.match(/"[^"]*"|\S+/g) ?? [];
  expect(fields).toHaveLength(33);
  const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  const seconds = expect.stringMatching(/^\d+\.\d{3}$/);
  const number = expect.stringMatching(/^\d+$/);
  expect(fields).toEqual([
    'http',
    time,
    expect.stringMatching(/^app\/main\/[0-9a-f]{16}$/),
    expect.stringMatching(/^127\.0\.0\.1:\d+$/),
    '10.0.0.1:80',
    seconds,
    seconds,
    seconds,
    '200',
    '200',
    number,
    number,
    `"GET http://example.com:${site.port}/items?teal-request=42 HTTP/1.1"`,
    '"a \\x22quoted\\x22 agent"',
    '-',
    '-',
    site.app.blue,
    expect.stringMatching(/^"Root=1-[0-9a-f]{8}-[0-9a-f]{24}"$/),
    '"-"',
    '"-"',
    '0',
    time,
    '"forward"',
    '"-"',
    '"-"',
    '"10.0.0.1:80"',
    '"200"',
    '"-"',
    '"-"',
    expect.stringMatching(/^TID_[0-9a-f]{32}$/),
    '"-"',
    '"-"',
    '"-"',
  ]);
  expect([Number(fields[10]) > 80, Number(fields[11]) > 80]).toEqual([true, true]);
});

describe('ports', () => {
  test('that are taken are mapped to another, the same after a restart', async () => {
    await using first = await openSite();
    await using second = await openSite({ port: first.port });
    const [mapped] = await second.balancer.listeners();
    expect(mapped).toMatchObject({ port: first.port, protocol: 'HTTP', loadBalancerName: 'main', url: second.url });
    expect(second.port).not.toBe(first.port);
    await second.target(second.app.blue, (_request, response) => response.end('second'));
    expect((await ask(second)).body).toBe('second');
    await second.balancer.close();
    const again = startBalancer({ clock: systemClock, random: createRandom('again'), dataDir: second.dataDir });
    again.follow([second.world]);
    expect((await again.listeners())[0]?.url).toBe(second.url);
    await again.close();
  });

  test('are free for the next listener as soon as theirs is deleted', async () => {
    await using site = await openSite();
    run(site.state, deleteListener, { ListenerArn: site.app.listener });
    run(site.state, createListener, {
      LoadBalancerArn: site.app.loadBalancer,
      Protocol: 'HTTP',
      Port: site.port,
      DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '200', MessageBody: 'new' } }],
    });
    expect((await site.balancer.listeners()).map((listener) => listener.url)).toEqual([site.url]);
    expect((await ask(site)).body).toBe('new');
  });

  test('close with their world', async () => {
    await using site = await openSite();
    await site.target(site.app.blue, (_request, response) => response.end());
    expect((await ask(site)).status).toBe(200);
    site.balancer.follow([]);
    expect(await site.balancer.listeners()).toEqual([]);
    await until(() =>
      ask(site).then(
        () => false,
        () => true,
      ),
    );
  });
});
