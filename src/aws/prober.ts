import { setMaxListeners } from 'node:events';
import { Agent, request as httpRequest } from 'node:http';
import { request as httpsRequest, Agent as TlsAgent } from 'node:https';
import { createSecureContext, rootCertificates } from 'node:tls';
import type { Clock } from '../base/index.ts';
import { ms } from '../base/index.ts';
import type { ProbeAnswer, Prober } from '../deployment/index.ts';

/** What marks teal's own requests in access logs. */
export const probeUserAgent = 'teal-probe/1';

const mostBody = 65_536;

/**
 * Probes over real sockets: each on a connection of its own, as a new client would. HTTPS is trusted as everywhere on
 * this machine, and by the authority whose certificate `authority` resolves with, if it does.
 */
export function httpProber(clock: Clock, authority: () => Promise<string | undefined> = async () => undefined): Prober {
  const plain = new Agent({ keepAlive: false });
  let secure: { readonly agent: TlsAgent; readonly trusted: string | undefined } | undefined;
  const secureAgent = async (): Promise<TlsAgent> => {
    const trusted = await authority();
    if (!secure || secure.trusted !== trusted) {
      const context =
        trusted === undefined ? {} : { secureContext: createSecureContext({ ca: [...rootCertificates, trusted] }) };
      secure = { agent: new TlsAgent({ keepAlive: false, ...context }), trusted };
    }
    return secure.agent;
  };
  return {
    async send({ origin, host, path, headers, timeoutMs }, signal) {
      const url = new URL(path, origin);
      const tls = url.protocol === 'https:';
      const agent = tls ? await secureAgent() : plain;
      const started = clock.monotonic();
      return new Promise<ProbeAnswer>((resolve) => {
        const latency = () => clock.monotonic() - started;
        const fail = (why: string) => {
          end();
          resolve({ kind: 'failed', why, latencyMs: latency() });
          sent.destroy();
        };
        const options = {
          method: 'GET',
          headers: { host, 'user-agent': probeUserAgent, ...headers },
          agent,
          ...(tls && { servername: host }),
        };
        const sent = (tls ? httpsRequest : httpRequest)(url, options, (response) => {
          const chunks: Buffer[] = [];
          let size = 0;
          response.on('data', (chunk: Buffer) => {
            if (size < mostBody) chunks.push(chunk);
            size += chunk.length;
          });
          response.on('end', () => {
            end();
            resolve({
              kind: 'answered',
              status: response.statusCode ?? 0,
              headers: Object.fromEntries(
                Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
              ),
              body: Buffer.concat(chunks).toString('utf8').slice(0, mostBody),
              latencyMs: latency(),
            });
          });
          response.on('error', (error: Error) => fail(error.message));
        });
        const cancel = clock.after(ms(timeoutMs), () => fail(`no answer within ${timeoutMs / 1000} s`));
        const onAbort = () => fail('stopped');
        // Many probes wait at once for a slow service, all under one signal.
        setMaxListeners(0, signal);
        signal.addEventListener('abort', onAbort, { once: true });
        const end = () => {
          cancel();
          signal.removeEventListener('abort', onAbort);
        };
        sent.on('error', (error: NodeJS.ErrnoException) => fail(error.code ?? error.message));
        sent.end();
      });
    },
  };
}
