const blockSize = 512;

export interface TarHeader {
  /** Relative, with slashes; a directory's ends with one. */
  readonly path: string;
  readonly kind: 'file' | 'directory' | 'link';
  readonly size: number;
  readonly executable: boolean;
  /** Of a link, else ''. */
  readonly target: string;
}

/**
 * A header in POSIX ustar, with a pax header before it where a name or the size does not fit. Owner and time are
 * always 0 and modes 755 or 644, so that equal content gives equal bytes.
 */
export function tarHeader(header: TarHeader): Uint8Array {
  const records: string[] = [];
  if (!fits(header.path, 100)) records.push(paxRecord('path', header.path));
  if (!fits(header.target, 100)) records.push(paxRecord('linkpath', header.target));
  if (header.size > maxOctalSize) records.push(paxRecord('size', String(header.size)));
  const own = ustar(
    fits(header.path, 100) ? header.path : 'long-name',
    fits(header.target, 100) ? header.target : 'long-target',
    Math.min(header.size, maxOctalSize),
    header.kind === 'file' ? '0' : header.kind === 'directory' ? '5' : '2',
    header.kind === 'file' && !header.executable ? 0o644 : 0o755,
  );
  if (records.length === 0) return own;
  const body = Buffer.from(records.join(''), 'utf8');
  return Buffer.concat([ustar('pax-header', '', body.length, 'x', 0o644), body, tarPadding(body.length), own]);
}

/** What fills the last block of a body of so many bytes. */
export const tarPadding = (size: number): Uint8Array => Buffer.alloc((blockSize - (size % blockSize)) % blockSize);

/** The end of an archive. */
export const tarEnd = (): Uint8Array => Buffer.alloc(2 * blockSize);

/** 11 octal digits. */
const maxOctalSize = 8 ** 11 - 1;

const fits = (text: string, bytes: number): boolean => Buffer.byteLength(text) <= bytes && !/[^\x20-\x7e]/.test(text);

function ustar(name: string, target: string, size: number, type: string, mode: number): Buffer {
  const block = Buffer.alloc(blockSize);
  block.write(name, 0, 100, 'latin1');
  block.write(`${octal(mode, 7)}\0${octal(0, 7)}\0${octal(0, 7)}\0`, 100, 'latin1');
  block.write(`${octal(size, 11)}\0${octal(0, 11)}\0`, 124, 'latin1');
  block.write('        ', 148, 'latin1');
  block.write(type, 156, 'latin1');
  block.write(target, 157, 100, 'latin1');
  block.write('ustar\x0000', 257, 'latin1');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${octal(sum, 6)}\0 `, 148, 'latin1');
  return block;
}

const octal = (value: number, digits: number): string => value.toString(8).padStart(digits, '0');

/** `<length> <key>=<value>\n`, where the length counts its own digits too. */
function paxRecord(key: string, value: string): string {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest + String(rest).length;
  if (rest + String(length).length !== length) length = rest + String(length).length;
  return `${length} ${key}=${value}\n`;
}
