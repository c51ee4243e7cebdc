import { once } from 'node:events';
import { createServer as createPlainServer } from 'node:http';
import { createServer, type Http2Server, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo, Server } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ms, systemClock } from '../../../base/index.ts';
import type { HealthCheckAnswer, HealthCheckRequest } from '../network.ts';
import { checkHealth } from './health-check.ts';

async function listening(server: Server | Http2Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const check = (port: number, changes: Partial<HealthCheckRequest>): Promise<HealthCheckAnswer> =>
  new Promise((resolve) => {
    const request = {
      address: '10.0.0.1',
      port: 80,
      path: '/up',
      protocol: 'HTTP',
      version: 'HTTP2',
      timeout: ms(5000),
    } as const;
    checkHealth(systemClock, { host: '127.0.0.1', port }, { ...request, ...changes }, resolve);
  });

const serving = (answer: (stream: ServerHttp2Stream, headers: Record<string, unknown>) => void): Promise<number> => {
  const server = createServer();
  server.on('stream', answer);
  return listening(server);
};

describe('a target of HTTP/2 (ALB/target-group-health-checks)', () => {
  test('is healthy by its status, asked as AWS asks', async () => {
    const asked: unknown[] = [];
    const port = await serving((stream, headers) => {
      asked.push(headers[':method'], headers[':path'], headers[':authority'], headers['user-agent']);
      stream.respond({ ':status': 204 }, { endStream: true });
    });
    expect(await check(port, {})).toEqual({ kind: 'answered', status: 204 });
    expect(asked).toEqual(['GET', '/up', '10.0.0.1:80', 'ELB-HealthChecker/2.0']);
  });

  test('fails when it speaks HTTP/1.1, and when it says nothing in time', async () => {
    const plain = await listening(createPlainServer((_request, response) => response.end()));
    expect(await check(plain, {})).toEqual({ kind: 'failed' });
    const silent = await serving(() => {});
    expect(await check(silent, { timeout: ms(100) })).toEqual({ kind: 'timed-out' });
  });
});

test('a target of gRPC is healthy by the status of a call, with a message before it or without', async () => {
  const unimplemented = await serving((stream, headers) => {
    expect(headers['content-type']).toBe('application/grpc');
    stream.respond({ ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '12' }, { endStream: true });
  });
  expect(await check(unimplemented, { version: 'GRPC' })).toEqual({ kind: 'answered', status: 12 });
  const answering = await serving((stream) => {
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(Buffer.from([0, 0, 0, 0, 0]));
  });
  expect(await check(answering, { version: 'GRPC' })).toEqual({ kind: 'answered', status: 0 });
});
