/** One entry of a tar. Its body must be read before the next entry is asked for; what is left of it is skipped. */
export interface TarEntry {
  /** As it stands in the archive: not to be trusted. */
  readonly path: string;
  readonly kind: 'file' | 'directory' | 'link' | 'other';
  readonly size: number;
  readonly executable: boolean;
  readonly target: string;
  readonly body: AsyncIterable<Uint8Array>;
}

/**
 * Reads a tar (POSIX ustar with pax headers) as it arrives.
 * @throws Error for what is no tar, or ends too early.
 */
export async function* readTar(source: AsyncIterable<Uint8Array>): AsyncGenerator<TarEntry, void, void> {
  const bytes = new ByteReader(source);
  let pax: Readonly<Record<string, string>> = {};
  for (;;) {
    const block = await bytes.exactly(blockSize);
    if (block.every((byte) => byte === 0)) return;
    checkSum(block);
    const size = octal(block, 124, 12);
    const type = String.fromCharCode(block[156] ?? 0);
    if (type === 'x') {
      if (size > maxPaxSize) throw new Error('a header of the archive is too long');
      pax = paxRecords(await bytes.exactly(size));
      await bytes.exactly(paddingOf(size));
      continue;
    }
    const bodySize = pax.size === undefined ? size : Number(pax.size);
    if (!Number.isSafeInteger(bodySize) || bodySize < 0) throw new Error('an entry of the archive has no valid size');
    const body = bytes.limited(bodySize);
    yield {
      path: pax.path ?? [text(block, 345, 155), text(block, 0, 100)].filter(Boolean).join('/'),
      kind: kinds[type] ?? 'other',
      size: bodySize,
      executable: (octal(block, 100, 8) & 0o111) !== 0,
      target: pax.linkpath ?? text(block, 157, 100),
      body,
    };
    for await (const _ of body) {
      // Skips what the caller left.
    }
    await bytes.exactly(paddingOf(bodySize));
    pax = {};
  }
}

const blockSize = 512;
const maxPaxSize = 1 << 20;
const kinds: Readonly<Record<string, TarEntry['kind']>> = { '0': 'file', '\0': 'file', '5': 'directory', '2': 'link' };
const paddingOf = (size: number): number => (blockSize - (size % blockSize)) % blockSize;

const text = (block: Buffer, at: number, length: number): string => {
  const field = block.subarray(at, at + length);
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end < 0 ? length : end);
};

const damaged = (): Error => new Error('this is no tar archive, or it was damaged on its way');

function octal(block: Buffer, at: number, length: number): number {
  const digits = text(block, at, length).trim();
  if (!/^[0-7]*$/.test(digits)) throw damaged();
  return digits ? Number.parseInt(digits, 8) : 0;
}

function checkSum(block: Buffer): void {
  const sum = block.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 32 : byte), 0);
  if (sum !== octal(block, 148, 8)) throw damaged();
}

function paxRecords(body: Buffer): Readonly<Record<string, string>> {
  const records: Record<string, string> = {};
  for (let at = 0; at < body.length; ) {
    const blank = body.indexOf(32, at);
    const length = Number(body.toString('latin1', at, blank));
    if (blank < 0 || !Number.isInteger(length) || length <= blank - at)
      throw new Error('the archive has a damaged header');
    const record = body.toString('utf8', blank + 1, at + length - 1);
    const equals = record.indexOf('=');
    records[record.slice(0, equals)] = record.slice(equals + 1);
    at += length;
  }
  return records;
}

/** Takes numbers of bytes from chunks of any size. */
class ByteReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#chunks = source[Symbol.asyncIterator]();
  }

  /** At least one byte and at most `most`. */
  async #some(most: number): Promise<Uint8Array> {
    while (this.#rest.length === 0) {
      const next = await this.#chunks.next();
      if (next.done) throw new Error('the archive ends too early');
      this.#rest = next.value;
    }
    const taken = this.#rest.subarray(0, most);
    this.#rest = this.#rest.subarray(taken.length);
    return taken;
  }

  async exactly(count: number): Promise<Buffer> {
    const parts: Uint8Array[] = [];
    for await (const part of this.limited(count)) parts.push(part);
    return Buffer.concat(parts);
  }

  /** May be iterated again after a break, and goes on where that was. */
  limited(count: number): AsyncIterable<Uint8Array> {
    let left = count;
    const next = async (): Promise<IteratorResult<Uint8Array, undefined>> => {
      if (left === 0) return { done: true, value: undefined };
      const value = await this.#some(left);
      left -= value.length;
      return { done: false, value };
    };
    return { [Symbol.asyncIterator]: () => ({ next }) };
  }
}
