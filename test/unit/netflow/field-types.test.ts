// Each type of field as an encoder writes it, in every length that it may have, comes back as it was.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Bytes, type FieldSpec, ipfixMessage, ipfixTemplates, set, VARIABLE } from '../../lab/flows/wire.ts';
import { Collect, NOW_MS, NOW_S, type Row } from './collect.ts';

const COUNTERS: readonly FieldSpec[] = [
  [1, 4],
  [2, 4],
];
const counters = () => new Bytes().uint(1_000, 4).uint(10, 4);

/** One record of the field beside counters, in a fixed and in a variable template. */
function read(element: number, bytes: Uint8Array, isVariable: boolean): Row | undefined {
  const spec: FieldSpec = [element, isVariable ? VARIABLE : bytes.length];
  const body = counters();
  if (isVariable) body.variable(bytes);
  else body.raw(bytes);
  const sets = [ipfixTemplates({ id: 256, fields: [...COUNTERS, spec] }), set(256, body.done(), { pad: false })];
  return new Collect().send(ipfixMessage({ exportSeconds: NOW_S, sequence: 0, domain: 0 }, sets)).rows[0];
}

const uint = (value: number | bigint, size: number): Uint8Array => new Bytes().uint(value, size).done();

/** Numbers of up to 32 bits in 1 to 8 bytes (RFC 7011 section 6.2), where the field is as wide. */
const unsigned = (bits: number) =>
  fc
    .tuple(fc.integer({ min: 0, max: 2 ** bits - 1 }), fc.integer({ min: 1, max: 8 }), fc.boolean())
    .map(([value, size, isVariable]) => ({
      value: size * 8 < bits ? value % 2 ** (size * 8) : value,
      size,
      isVariable,
    }));

describe('a field', () => {
  it.each<{ element: number; column: keyof Row; bits: number }>([
    { element: 4, column: 'protocol', bits: 8 },
    { element: 5, column: 'tos', bits: 8 },
    { element: 6, column: 'tcpFlags', bits: 16 },
    { element: 7, column: 'srcPort', bits: 16 },
    { element: 11, column: 'dstPort', bits: 16 },
    { element: 10, column: 'inInterface', bits: 32 },
    { element: 14, column: 'outInterface', bits: 32 },
    { element: 58, column: 'vlan', bits: 16 },
    { element: 61, column: 'direction', bits: 8 },
    { element: 32, column: 'icmpTypeCode', bits: 16 },
    { element: 227, column: 'natSrcPort', bits: 16 },
    { element: 228, column: 'natDstPort', bits: 16 },
    { element: 95, column: 'application', bits: 32 },
  ])('$element of $bits bits fills $column', ({ element, column, bits }) => {
    fc.assert(
      fc.property(unsigned(bits), ({ value, size, isVariable }) => {
        expect(read(element, uint(value, size), isVariable)?.[column]).toBe(value);
      }),
    );
  });

  it('of a counter comes back in 1 to 8 bytes, up to what numbers hold exactly', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 20n, max: 2n ** 36n }), fc.integer({ min: 5, max: 8 }), (bytes, size) => {
        // As many packets as make one of 1,000 bytes each, so that the record can be true.
        const packets = bytes / 1_000n + 1n;
        const fields: FieldSpec[] = [
          [1, size],
          [2, 8],
        ];
        const sets = [
          ipfixTemplates({ id: 256, fields }),
          set(256, new Bytes().uint(bytes, size).uint(packets, 8).done()),
        ];
        const { rows } = new Collect().send(ipfixMessage({ exportSeconds: NOW_S, sequence: 0, domain: 0 }, sets));
        expect(rows.map((row) => [row.bytes, row.packets])).toEqual([[Number(bytes), Number(packets)]]);
      }),
    );
  });

  it.each<{ element: number; column: keyof Row }>([
    { element: 8, column: 'src' },
    { element: 12, column: 'dst' },
    { element: 225, column: 'natSrc' },
    { element: 226, column: 'natDst' },
  ])('$element is an IPv4 address in $column', ({ element, column }) => {
    const byte = fc.integer({ min: 1, max: 255 });
    fc.assert(
      fc.property(fc.tuple(byte, byte, byte, byte), fc.boolean(), (address, isVariable) => {
        expect(read(element, Uint8Array.from(address), isVariable)?.[column]).toBe(isVariable ? '' : address.join('.'));
      }),
    );
  });

  it.each<{ element: number; column: keyof Row }>([
    { element: 27, column: 'src' },
    { element: 28, column: 'dst' },
    { element: 281, column: 'natSrc' },
    { element: 282, column: 'natDst' },
  ])('$element is an IPv6 address in $column', ({ element, column }) => {
    const group = fc.integer({ min: 1, max: 0xffff });
    fc.assert(
      fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), (groups) => {
        const bytes = new Bytes();
        for (const one of groups) bytes.uint(one, 2);
        expect(read(element, bytes.done(), false)?.[column]).toBe(groups.map((one) => one.toString(16)).join(':'));
      }),
    );
  });

  it.each<{ element: number; column: keyof Row }>([
    { element: 56, column: 'srcMac' },
    { element: 80, column: 'dstMac' },
  ])('$element is a MAC address in $column', ({ element, column }) => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 48n - 1n }), fc.boolean(), (mac, isVariable) => {
        expect(read(element, uint(mac, 6), isVariable)?.[column]).toBe(mac.toString(16).padStart(12, '0'));
      }),
    );
  });

  const MS_1900_TO_1970 = 2_208_988_800_000;
  it.each<{ name: string; element: number; write: (ms: number) => Uint8Array; slackMs: number }>([
    { name: 'seconds', element: 151, write: (ms) => uint(Math.floor(ms / 1_000), 4), slackMs: 1_000 },
    { name: 'milliseconds', element: 153, write: (ms) => uint(ms, 8), slackMs: 0 },
    {
      name: 'microseconds as an NTP timestamp',
      element: 155,
      write: (ms) => uint((BigInt(ms + MS_1900_TO_1970) << 32n) / 1_000n, 8),
      slackMs: 1,
    },
    {
      name: 'nanoseconds as an NTP timestamp',
      element: 157,
      write: (ms) => uint((BigInt(ms + MS_1900_TO_1970) << 32n) / 1_000n, 8),
      slackMs: 1,
    },
    {
      name: 'microseconds before the export',
      element: 159,
      write: (ms) => uint((NOW_MS - ms) * 1_000, 4),
      slackMs: 1,
    },
  ])('of a time in $name is that time', ({ element, write, slackMs }) => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3_600_000 }), (agoMs) => {
        const atMs = NOW_MS - agoMs;
        expect(Math.abs((read(element, write(atMs), false)?.lastMs ?? 0) - atMs)).toBeLessThanOrEqual(slackMs);
      }),
    );
  });
});
