import { request } from 'node:http';
import { fetchJson } from './aws-call.ts';
import { member, numberAt, textAt } from './json.ts';

/** Items that the demo itself writes, to see them again after each switch. Its requests are no part of the load. */
export interface ItemsKept {
  /** Writes one, and tells which colour took it. */
  write(): Promise<string>;
  /** Reads all that were written; throws at the first that is lost or changed. */
  check(): Promise<void>;
  /** The colours that took an item, and how many. */
  readonly written: ReadonlyMap<string, number>;
}

export function itemsKeptAt(url: string): ItemsKept {
  const items: { id: number; name: string; colour: string }[] = [];
  const written = new Map<string, number>();
  return {
    written,
    async write() {
      const name = `kept ${items.length + 1}`;
      const { item, colour } = await post(`${url}/items`, { name });
      items.push({ id: numberAt(item, 'id'), name, colour });
      written.set(colour, (written.get(colour) ?? 0) + 1);
      return colour;
    },
    async check() {
      for (const { id, name, colour } of items) {
        const found = await fetchJson(`${url}/items/${id}`);
        if (textAt(found, 'name') !== name) {
          throw new Error(
            `item ${id}, written on ${colour} as "${name}", is now ${JSON.stringify(member(found, 'name'))}`,
          );
        }
      }
    },
  };
}

function post(url: string, body: object): Promise<{ item: unknown; colour: string }> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'user-agent': 'items-demo/1' };
    const outgoing = request(url, { method: 'POST', agent: false, timeout: 10_000, headers });
    outgoing.on('timeout', () => outgoing.destroy(new Error(`POST ${url}: no answer within 10 s`)));
    outgoing.on('error', reject);
    outgoing.on('response', (incoming) => {
      let text = '';
      incoming.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      incoming.on('error', reject);
      incoming.on('end', () => {
        const colour = String(incoming.headers['x-items-colour']);
        if (incoming.statusCode === 201) resolve({ item: JSON.parse(text), colour });
        else reject(new Error(`POST ${url} was answered ${incoming.statusCode} by ${colour}: ${text}`));
      });
    });
    outgoing.end(JSON.stringify(body));
  });
}
