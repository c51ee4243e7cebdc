/** CBOR (RFC 8949) as Smithy's RPC v2 uses it: maps with text keys, times as tag 1, and nothing beyond JSON but bytes. */
export function encodeCbor(value: unknown): Uint8Array {
  return Buffer.concat(chunks(value));
}

/** @throws CborError when the bytes are no single CBOR document of that kind */
export function decodeCbor(bytes: Uint8Array): unknown {
  const reader = new Reader(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  const value = reader.item(0);
  if (!reader.atEnd) throw new CborError('there is more after the document');
  return value;
}

export class CborError extends Error {
  override readonly name = 'CborError';
}

const major = { unsigned: 0, negative: 1, bytes: 2, text: 3, list: 4, map: 5, tag: 6, simple: 7 } as const;

/** Members that are undefined are left out, as in JSON. */
function chunks(value: unknown): readonly Buffer[] {
  if (typeof value === 'string') {
    const text = Buffer.from(value);
    return [head(major.text, text.length), text];
  }
  if (typeof value === 'number') return [number(value)];
  if (typeof value === 'boolean') return [Buffer.from([value ? 0xf5 : 0xf4])];
  if (typeof value !== 'object' || value === null) return [Buffer.from([0xf6])];
  if (value instanceof Date) return [head(major.tag, 1), number(value.getTime() / 1000)];
  if (value instanceof Uint8Array) return [head(major.bytes, value.length), Buffer.from(value)];
  if (Array.isArray(value)) return [head(major.list, value.length), ...value.flatMap(chunks)];
  const members = Object.entries(value).filter(([, held]) => held !== undefined);
  return [head(major.map, members.length), ...members.flatMap(([name, held]) => [...chunks(name), ...chunks(held)])];
}

function number(value: number): Buffer {
  if (Number.isSafeInteger(value) && !Object.is(value, -0)) {
    return value >= 0 ? head(major.unsigned, value) : head(major.negative, -1 - value);
  }
  const float = Buffer.alloc(9, 0xfb);
  float.writeDoubleBE(value, 1);
  return float;
}

function head(kind: number, argument: number): Buffer {
  const first = kind << 5;
  if (argument < 24) return Buffer.from([first | argument]);
  if (argument < 0x100) return Buffer.from([first | 24, argument]);
  if (argument < 0x10000) return Buffer.from([first | 25, argument >> 8, argument & 0xff]);
  const long = argument >= 2 ** 32;
  const bytes = Buffer.alloc(long ? 9 : 5, first | (long ? 27 : 26));
  if (long) bytes.writeBigUInt64BE(BigInt(argument), 1);
  else bytes.writeUInt32BE(argument, 1);
  return bytes;
}

/** Deeper than any model of AWS, and far from the end of the stack. */
const deepest = 200;
/** What ends a list, map or text of unknown length. */
const stop = Symbol('break');

class Reader {
  private at = 0;
  private readonly bytes: Buffer;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  get atEnd(): boolean {
    return this.at === this.bytes.length;
  }

  item(depth: number): unknown {
    const value = this.itemOrStop(depth);
    if (value === stop) throw new CborError('a break ends nothing');
    return value;
  }

  private itemOrStop(depth: number): unknown {
    if (depth > deepest) throw new CborError('it is nested too deeply');
    const first = this.take(1).readUInt8();
    const kind = first >> 5;
    const info = first & 0x1f;
    if (kind === major.simple) return this.simple(info);
    const length = info === 31 ? undefined : this.argument(info);
    switch (kind) {
      case major.unsigned:
        return known(length);
      case major.negative:
        return -1 - known(length);
      case major.bytes:
        return new Uint8Array(this.string(length, depth));
      case major.text:
        return this.string(length, depth).toString();
      case major.list:
        return this.list(length, depth);
      case major.map:
        return this.map(length, depth);
      default:
        return this.tagged(known(length), depth);
    }
  }

  private simple(info: number): unknown {
    switch (info) {
      case 20:
        return false;
      case 21:
        return true;
      case 22:
      case 23:
        return null;
      case 25:
        return half(this.take(2).readUInt16BE());
      case 26:
        return this.take(4).readFloatBE();
      case 27:
        return this.take(8).readDoubleBE();
      case 31:
        return stop;
      default:
        throw new CborError(`simple value ${info} has no meaning here`);
    }
  }

  private argument(info: number): number {
    if (info < 24) return info;
    if (info === 24) return this.take(1).readUInt8();
    if (info === 25) return this.take(2).readUInt16BE();
    if (info === 26) return this.take(4).readUInt32BE();
    if (info === 27) return Number(this.take(8).readBigUInt64BE());
    throw new CborError(`${info} is no length`);
  }

  private string(length: number | undefined, depth: number): Buffer {
    if (length !== undefined) return this.take(length);
    const chunks: Buffer[] = [];
    for (let chunk = this.itemOrStop(depth + 1); chunk !== stop; chunk = this.itemOrStop(depth + 1)) {
      if (typeof chunk !== 'string' && !(chunk instanceof Uint8Array)) throw new CborError('a chunk is no string');
      chunks.push(Buffer.from(chunk));
    }
    return Buffer.concat(chunks);
  }

  private list(length: number | undefined, depth: number): unknown[] {
    const items: unknown[] = [];
    while (length === undefined || items.length < length) {
      const item = this.itemOrStop(depth + 1);
      if (item === stop && length === undefined) break;
      if (item === stop) throw new CborError('a list ends too early');
      items.push(item);
    }
    return items;
  }

  private map(length: number | undefined, depth: number): Record<string, unknown> {
    const members: [string, unknown][] = [];
    while (length === undefined || members.length < length) {
      const key = this.itemOrStop(depth + 1);
      if (key === stop && length === undefined) break;
      if (typeof key !== 'string') throw new CborError('a key is no text');
      members.push([key, this.item(depth + 1)]);
    }
    return Object.fromEntries(members);
  }

  private tagged(tag: number, depth: number): unknown {
    const value = this.item(depth + 1);
    if (tag !== 1) return value;
    if (typeof value !== 'number') throw new CborError('a time is no number');
    return new Date(Math.round(value * 1000));
  }

  private take(length: number): Buffer {
    if (length > this.bytes.length - this.at) throw new CborError('it ends too early');
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }
}

function known(length: number | undefined): number {
  if (length === undefined) throw new CborError('a number has no length');
  return length;
}

/** A float of 16 bits: sign, 5 bits of exponent, 10 of fraction. */
function half(bits: number): number {
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  const size =
    exponent === 0
      ? fraction * 2 ** -24
      : exponent === 31
        ? fraction === 0
          ? Number.POSITIVE_INFINITY
          : Number.NaN
        : (1 + fraction / 1024) * 2 ** (exponent - 15);
  return bits & 0x8000 ? -size : size;
}
