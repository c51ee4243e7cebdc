import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CborError, decodeCbor, encodeCbor } from './cbor.ts';

const bytes = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'));

describe('CBOR', () => {
  // RFC 8949, appendix A.
  test.each([
    ['00', 0],
    ['17', 23],
    ['1818', 24],
    ['1903e8', 1000],
    ['1a000f4240', 1_000_000],
    ['1b000000e8d4a51000', 1_000_000_000_000],
    ['20', -1],
    ['3903e7', -1000],
    ['f93c00', 1],
    ['f97bff', 65_504],
    ['f90001', 2 ** -24],
    ['f9c400', -4],
    ['f97c00', Number.POSITIVE_INFINITY],
    ['fa47c35000', 100_000],
    ['fb3ff199999999999a', 1.1],
    ['f4', false],
    ['f5', true],
    ['f6', null],
    ['60', ''],
    ['6449455446', 'IETF'],
    ['63e6b0b4', '水'],
    ['80', []],
    ['8301820203820405', [1, [2, 3], [4, 5]]],
    ['a26161016162820203', { a: 1, b: [2, 3] }],
    ['7f657374726561646d696e67ff', 'streaming'],
    ['9f018202039f0405ffff', [1, [2, 3], [4, 5]]],
    ['bf61610161629f0203ffff', { a: 1, b: [2, 3] }],
  ])('reads %s as the standard does', (hex, value) => {
    expect(decodeCbor(bytes(hex))).toEqual(value);
  });

  test('reads bytes and times', () => {
    expect(decodeCbor(bytes('4401020304'))).toEqual(new Uint8Array([1, 2, 3, 4]));
    expect(decodeCbor(bytes('c1fb41d452d9ec200000'))).toEqual(new Date(1_363_896_240_500));
  });

  test.each([
    ['a text that ends too early', '6449'],
    ['two documents', '0000'],
    ['nothing', ''],
    ['a number as a key', 'a10102'],
    ['a break in a list of known length', '8101ff'],
    ['a list as long as no memory', '9bffffffffffffffff'],
    ['a time that is a text', 'c16130'],
    ['ten thousand lists in each other', '81'.repeat(10_000)],
  ])('refuses %s', (_what, hex) => {
    expect(() => decodeCbor(bytes(hex))).toThrow(CborError);
  });

  test('writes what it reads', () => {
    const leaf = fc.oneof(
      fc.string(),
      fc.boolean(),
      fc.constant(null),
      fc.double({ noNaN: true }),
      fc.maxSafeInteger(),
      fc.uint8Array(),
      fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4_102_444_800_000) }),
    );
    const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 5 },
        leaf,
        fc.array(tie('tree')),
        fc.dictionary(
          fc.string().filter((key) => key !== '__proto__'),
          tie('tree'),
          { noNullPrototype: true },
        ),
      ),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        expect(decodeCbor(encodeCbor(value))).toEqual(value);
      }),
      { seed: 1, numRuns: 50 },
    );
  });

  test('leaves out members that are undefined', () => {
    expect(decodeCbor(encodeCbor({ a: undefined, b: [undefined] }))).toEqual({ b: [null] });
  });
});
