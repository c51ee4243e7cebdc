import { readFileSync } from 'node:fs';
import { request } from 'node:https';

export interface TlsClients {
  /** Sends nothing more; resolves with the last answer. */
  stop(): Promise<{ readonly answered: number; readonly failures: readonly string[] }>;
}

/** A request every 20 ms, each on a connection of its own, whatever becomes of the others; anything but 200 is a failure. */
export function tlsClients(url: string, certificateAuthority: string): TlsClients {
  const ca = readFileSync(certificateAuthority);
  const pending = new Set<Promise<void>>();
  const failures: string[] = [];
  let answered = 0;
  const send = (): void => {
    const ended = new Promise<void>((resolve) => {
      const failed = (how: string): void => {
        failures.push(`${new Date().toISOString()} ${how}`);
        resolve();
      };
      const sent = request(new URL('/version', url), { agent: false, ca, servername: 'localhost' }, (answer) => {
        answer.resume().once('end', () => {
          answered++;
          if (answer.statusCode === 200) resolve();
          else failed(`status ${answer.statusCode}`);
        });
      });
      sent.once('error', ({ message }) => failed(message));
      sent.setTimeout(20_000, () => sent.destroy(new Error('no answer in 20 s')));
      sent.end();
    });
    pending.add(ended);
    void ended.finally(() => pending.delete(ended));
  };
  const timer = setInterval(send, 20);
  return {
    async stop() {
      clearInterval(timer);
      await Promise.all(pending);
      return { answered, failures };
    },
  };
}
