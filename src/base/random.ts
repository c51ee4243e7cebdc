/** A stream of randomness. One per concern, so that a new use of one does not reshuffle the others. */
export interface Random {
  /** 0 ≤ x < 1 */
  next(): number;
  /** A whole number, 0 ≤ x < `below`. */
  int(below: number): number;
  /** Lower-case hex digits. */
  hex(length: number): string;
  /** Decimal digits, the first not 0. */
  digits(length: number): string;
  /** A version 4 UUID. */
  uuid(): string;
  /** An independent stream; the same name under the same seed gives the same stream. */
  fork(name: string): Random;
}

/** A seeded stream: sfc32, seeded from a hash of the text. Not for secrets. */
export function createRandom(seed: string): Random {
  let [a, b, c, d] = [1, 2, 3, 4].map((salt) => hash(`${salt}:${seed}`)) as [number, number, number, number];
  const next = (): number => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + t;
    return (t >>> 0) / 2 ** 32;
  };
  for (let warmUp = 0; warmUp < 12; warmUp++) next();
  return fromNext(next, (name) => createRandom(`${seed}/${name}`));
}

/** Unpredictable randomness of this machine. */
export function systemRandom(): Random {
  return fromNext(
    () => (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32,
    () => systemRandom(),
  );
}

function fromNext(next: () => number, fork: (name: string) => Random): Random {
  const int = (below: number): number => Math.floor(next() * below);
  const hex = (length: number): string => Array.from({ length }, () => int(16).toString(16)).join('');
  return {
    next,
    int,
    hex,
    digits: (length) => `${1 + int(9)}${Array.from({ length: length - 1 }, () => int(10)).join('')}`,
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-${(8 + int(4)).toString(16)}${hex(3)}-${hex(12)}`,
    fork,
  };
}

/** FNV-1a, 32 bits, finished by murmur3's mixer. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) | 0;
}
