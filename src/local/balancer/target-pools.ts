import { Agent } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import type { SocketAddress } from '../tasks/network.ts';

/** A pool's connections live this long unused; the target may close them sooner. */
const idleMs = 60_000;

const options = { keepAlive: true, maxFreeSockets: 1024, scheduling: 'lifo', timeout: idleMs, noDelay: true } as const;
/** A load balancer does not look at a target's certificate. ALB/create-target-group. */
const trusting = { rejectUnauthorized: false } as const;

/** Kept connections to targets: a pool for each, so that one that leaves takes its own alone. */
export class TargetPools {
  readonly #agents = new Map<string, { readonly agent: Agent; readonly address: SocketAddress }>();

  /** `key` names the target, which may come back at another address; its group's protocol stays. */
  agent(key: string, address: SocketAddress, protocol: 'HTTP' | 'HTTPS'): Agent {
    const present = this.#agents.get(key);
    if (present && present.address.port === address.port && present.address.host === address.host) return present.agent;
    present?.agent.destroy();
    const agent = protocol === 'HTTPS' ? new TlsAgent({ ...options, ...trusting }) : new Agent(options);
    this.#agents.set(key, { agent, address });
    return agent;
  }

  /** Closes what is unused now; requests under way go on. */
  closeIdle(key: string): void {
    const free = this.#agents.get(key)?.agent.freeSockets ?? {};
    for (const socket of Object.values(free).flat()) socket?.destroy();
  }

  /** The target is gone: its last connections with it. */
  remove(key: string): void {
    this.#agents.get(key)?.agent.destroy();
    this.#agents.delete(key);
  }

  close(): void {
    for (const { agent } of this.#agents.values()) agent.destroy();
    this.#agents.clear();
  }
}
