import type { Json } from '../../base/index.ts';
import type { Change } from './collections.ts';
import { crc32 } from './crc32.ts';
import type { Seal } from './seal.ts';

/** How changes are written: one line each, a checksum before the JSON. */
export interface RecordFormat {
  /** With its line break. */
  write(change: Change): string;
  /** Undefined when the line is broken. */
  read(line: string): Change | undefined;
}

/** Collections for which `isSecret` holds are written encrypted. */
export function recordFormat(seal: Seal, isSecret: (collection: string) => boolean): RecordFormat {
  return {
    write({ collection, key, document }) {
      const fields: Json[] = [collection];
      if (key !== undefined) fields.push(key);
      if (document !== undefined) {
        fields.push(isSecret(collection) ? { sealed: seal.close(JSON.stringify(document)) } : { plain: document });
      }
      const json = JSON.stringify(fields);
      return `${crc32(Buffer.from(json))} ${json}\n`;
    },
    read(line) {
      const json = line.slice(9);
      if (line[8] !== ' ' || crc32(Buffer.from(json)) !== line.slice(0, 8)) return undefined;
      const fields: Json = JSON.parse(json);
      if (!Array.isArray(fields)) return undefined;
      const [collection, key, held] = fields;
      if (typeof collection !== 'string') return undefined;
      if (key === undefined) return { collection, key: undefined, document: undefined };
      if (typeof key !== 'string') return undefined;
      return { collection, key, document: held === undefined ? undefined : documentIn(held, seal) };
    },
  };
}

function documentIn(held: Json, seal: Seal): Json {
  if (typeof held !== 'object' || held === null) return null;
  if ('sealed' in held && typeof held.sealed === 'string') return JSON.parse(seal.open(held.sealed));
  return ('plain' in held ? held.plain : undefined) ?? null;
}
