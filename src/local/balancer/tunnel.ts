import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { headerPairs, responseHeaders } from './forwarded-headers.ts';
import type { TrafficSettings } from './traffic-settings.ts';

/**
 * Tells the client of the target's 101 and joins the two connections: bytes pass both ways, and one's end is the
 * other's. The heads are what came with the upgrade already.
 */
export function joinTunnel(
  client: Socket,
  clientHead: Buffer | undefined,
  answer: IncomingMessage,
  target: Socket,
  targetHead: Buffer,
  cookies: readonly string[],
  inserted: TrafficSettings['insertedHeaders'],
): void {
  const headers = responseHeaders(answer, cookies, inserted);
  headers.push('Connection', 'upgrade', 'Upgrade', answer.headers.upgrade ?? 'websocket');
  const lines = headerPairs(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  client.write(`HTTP/1.1 101 ${answer.statusMessage ?? 'Switching Protocols'}\r\n${lines.join('')}\r\n`, 'latin1');
  if (targetHead.length > 0) client.write(targetHead);
  if (clientHead && clientHead.length > 0) target.write(clientHead);
  for (const socket of [client, target]) {
    socket.setTimeout(0);
    socket.on('error', () => {});
  }
  client.on('close', () => target.destroySoon());
  target.on('close', () => client.destroySoon());
  client.pipe(target);
  target.pipe(client);
}
