import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareDecimals } from './decimal.ts';
import { afterPrefix, encodeKeyPrefix, encodeKeyValue } from './key-encoding.ts';

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const number = fc
  .record({
    negative: fc.boolean(),
    digits: fc.stringMatching(/^[0-9]{1,38}$/),
    exponent: fc.integer({ min: -130, max: 87 }),
  })
  .map(({ negative, digits, exponent }) => `${negative ? '-' : ''}${digits}E${exponent}`);
const near = fc.integer({ min: -2000, max: 2000 }).map((value) => String(value / 100));

test('encoded numbers sort by value: negative, fractions, exponents', () => {
  fc.assert(
    fc.property(fc.oneof(number, near), fc.oneof(number, near), (a, b) => {
      expect(order(encodeKeyValue({ N: a }), encodeKeyValue({ N: b }))).toBe(Math.sign(compareDecimals(a, b)));
    }),
    { numRuns: 1000 },
  );
});

test('encoded strings sort by their UTF-8 bytes', () => {
  const text = fc.string({
    unit: fc.oneof(
      fc.constantFrom('\0', '\u0001', '\u0002', 'a', 'b'),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    ),
  });
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(order(encodeKeyValue({ S: a }), encodeKeyValue({ S: b }))).toBe(
        Buffer.compare(Buffer.from(a), Buffer.from(b)),
      );
    }),
    { numRuns: 1000 },
  );
});

test('encoded bytes sort as unsigned bytes, and pairs sort by their first part first', () => {
  const bytes = fc.uint8Array({ maxLength: 4, max: 3 });
  const encode = (value: Uint8Array) => encodeKeyValue({ B: Buffer.from(value).toString('base64') });
  fc.assert(
    fc.property(bytes, bytes, bytes, bytes, (a1, a2, b1, b2) => {
      expect(order(encode(a1) + encode(a2), encode(b1) + encode(b2))).toBe(
        Buffer.compare(a1, b1) || Buffer.compare(a2, b2),
      );
    }),
    { numRuns: 1000 },
  );
});

test('the range of a prefix holds the values that begin with it and no others', () => {
  const text = fc.string({ unit: fc.constantFrom('\0', '\u0001', 'a', 'ÿ', '𝄞'), maxLength: 4 });
  fc.assert(
    fc.property(text, text, (prefix, value) => {
      const from = encodeKeyPrefix({ S: prefix });
      const encoded = encodeKeyValue({ S: value });
      expect(encoded >= from && encoded < afterPrefix(from)).toBe(value.startsWith(prefix));
    }),
    { numRuns: 1000 },
  );
});
