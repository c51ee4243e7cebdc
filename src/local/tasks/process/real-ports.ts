import { createServer } from 'node:net';
import type { Random } from '../../../base/index.ts';

/** Real ports of this machine, lent to containers. */
export interface RealPorts {
  /** A port that nothing listens on. */
  take(): Promise<number>;
  giveBack(port: number): void;
}

/**
 * Below the ranges from which Linux (32768) and macOS (49152) take the ports of outgoing connections: one of those
 * could occupy a port between the choice and the application's listen.
 */
const first = 20_000;
const count = 12_000;
const attempts = 200;

export function createRealPorts(random: Random): RealPorts {
  const taken = new Set<number>();
  return {
    async take() {
      for (let attempt = 0; attempt < attempts; attempt++) {
        const port = first + random.int(count);
        if (taken.has(port)) continue;
        taken.add(port);
        if (await isFree(port)) return port;
        taken.delete(port);
      }
      throw new Error(`no free port found between ${first} and ${first + count - 1}`);
    },
    giveBack: (port) => void taken.delete(port),
  };
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    // Without a host it is the wildcard address, as most applications take it.
    server.listen(port, () => server.close(() => resolve(true)));
  });
