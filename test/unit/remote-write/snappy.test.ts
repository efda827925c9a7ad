import * as fc from 'fast-check';
import { compress } from 'snappyjs';
import { describe, expect, it } from 'vitest';
import { decodeSnappy } from '../../../electron/engine/collectors/remote-write/snappy.ts';
import { refusalOf } from '../../support/remote-write.ts';

const KILOBYTE = 1024;
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

describe('Snappy block data', () => {
  it('reads literals and copies as the format describes them', () => {
    // "abcd" and then ten bytes from four back: a run that repeats what it writes.
    const repeated = bytes(14, 3 << 2, 0x61, 0x62, 0x63, 0x64, ((10 - 4) << 2) | 1, 4);
    expect(decodeSnappy(repeated, KILOBYTE).toString()).toBe('abcdabcdabcdab');
    const twoByteOffset = bytes(6, 2 << 2, 0x61, 0x62, 0x63, ((3 - 1) << 2) | 2, 3, 0);
    expect(decodeSnappy(twoByteOffset, KILOBYTE).toString()).toBe('abcabc');
    const fourByteOffset = bytes(6, 2 << 2, 0x61, 0x62, 0x63, ((3 - 1) << 2) | 3, 3, 0, 0, 0);
    expect(decodeSnappy(fourByteOffset, KILOBYTE).toString()).toBe('abcabc');
    const longLiteral = Buffer.concat([bytes(100, 60 << 2, 99), Buffer.alloc(100, 'x')]);
    expect(decodeSnappy(longLiteral, KILOBYTE).toString()).toBe('x'.repeat(100));
    expect(decodeSnappy(bytes(0), KILOBYTE)).toHaveLength(0);
  });

  it('reads whatever another implementation compressed', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.constant(new Uint8Array(500).fill(7))), {
          maxLength: 20,
        }),
        (parts) => {
          const plain = Buffer.concat(parts);
          expect(decodeSnappy(compress(plain), 1024 * KILOBYTE).equals(plain)).toBe(true);
        },
      ),
    );
  });

  it('refuses a bomb by its length, before anything is made', () => {
    // 1 GiB in five bytes.
    expect(() => decodeSnappy(bytes(0x80, 0x80, 0x80, 0x80, 0x04), 64 * KILOBYTE)).toThrow(
      'too large: 1073741824 bytes uncompressed, at most 65536 are read',
    );
  });

  it.each([
    ['nothing', bytes()],
    ['a length without an end', bytes(0xff, 0xff, 0xff, 0xff, 0xff, 0x01)],
    ['a length above 32 bits', bytes(0xff, 0xff, 0xff, 0xff, 0x7f)],
    ['less than its length', bytes(10, 0, 0x61)],
    ['more than its length', bytes(1, 2 << 2, 0x61, 0x62, 0x63)],
    ['a literal that is cut', bytes(10, 9 << 2, 0x61)],
    ['a literal whose length is cut', bytes(100, 61 << 2, 9)],
    ['a copy from before the start', bytes(8, 0, 0x61, 1, 2)],
    ['a copy from where it writes', bytes(8, 0, 0x61, 1, 0)],
    ['a copy past the length', bytes(3, 0, 0x61, 1, 1)],
    ['a copy without its offset', bytes(8, 0, 0x61, 1)],
  ])('refuses %s', (_what, body) => {
    expect(() => decodeSnappy(body, KILOBYTE)).toThrow(expect.objectContaining({ code: 'LW_REMOTE_WRITE_MALFORMED' }));
  });

  it('ends on any bytes, with data or a named refusal', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (body) => {
        expect(refusalOf(() => decodeSnappy(body, KILOBYTE))).toMatch(/^$|^LW_REMOTE_WRITE_/);
      }),
      { numRuns: 2_000 },
    );
  });
});
