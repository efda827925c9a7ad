// What the decoder makes of well-formed packets.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addressBytes,
  Bytes,
  ipfixMessage,
  ipfixTemplates,
  set,
  v9Packet,
  v9Templates,
  VARIABLE,
  type FieldSpec,
} from '../../lab/flows/wire.ts';
import { Collect, hex, NOW_MS, NOW_S } from './collect.ts';

const v9 = (sets: Uint8Array[], sequence = 0, uptimeMs = 100_000) =>
  v9Packet({ count: 1, uptimeMs, unixSeconds: NOW_S, sequence, sourceId: 7 }, sets);
const ipfix = (sets: Uint8Array[], sequence = 0) => ipfixMessage({ exportSeconds: NOW_S, sequence, domain: 7 }, sets);

describe('NetFlow v5', () => {
  it('reads a packet written out by hand', () => {
    const seconds = NOW_S.toString(16).padStart(8, '0');
    const packet = hex(`
      0005 0001 000186a0 ${seconds} 00000000 00000005 00 03 0000
      c0a8580a cb007101 00000000 0002 0001 0000000c 00003039
      00015f90 00017318 c35c 01bb 00 1b 06 b8 0000 0000 00 00 0000`);
    expect(new Collect().send(packet).rows).toEqual([
      {
        family: 4,
        src: '192.168.88.10',
        dst: '203.0.113.1',
        protocol: 6,
        srcPort: 50_012,
        dstPort: 443,
        bytes: 12_345,
        packets: 12,
        firstMs: NOW_MS - 10_000,
        lastMs: NOW_MS - 5_000,
        tos: 0xb8,
        tcpFlags: 0x1b,
        inInterface: 2,
        outInterface: 1,
        vlan: 0,
        direction: 0,
        icmpTypeCode: 0,
        natSrc: '',
        natDst: '',
        natSrcPort: 0,
        natDstPort: 0,
        srcMac: '000000000000',
        dstMac: '000000000000',
        application: 0,
        sampling: 1,
      },
    ]);
  });
});

describe('NetFlow v9', () => {
  it('reads a template and data written out by hand, in one packet', () => {
    const seconds = NOW_S.toString(16).padStart(8, '0');
    const packet = hex(`
      0009 0002 000186a0 ${seconds} 00000009 00000007
      0000 0028 0100 0008  0008 0004 000c 0004 0004 0001 0007 0002 000b 0002 0001 0004 0002 0004 0000 0000
    `);
    // The eighth field has no bytes, and three bytes of padding follow the record.
    const data = hex(`0100 001c 0a000001 0a000002 11 0035 d431 00000200 00000004 000000`);
    const collect = new Collect().send(Buffer.concat([packet, data]));
    expect(collect.counts().dropped).toEqual({});
    expect(collect.rows).toMatchObject([
      { src: '10.0.0.1', dst: '10.0.0.2', protocol: 17, srcPort: 53, dstPort: 54_321, bytes: 512, packets: 4 },
    ]);
    expect(collect.rows).toHaveLength(1);
  });

  it('survives the wrap of the uptime', () => {
    const template = {
      id: 256,
      fields: [
        [1, 4],
        [22, 4],
        [21, 4],
      ] as FieldSpec[],
    };
    // The flow began 3 s before the wrap, the packet left 2 s after it.
    const body = new Bytes()
      .uint(100, 4)
      .uint(2 ** 32 - 3_000, 4)
      .uint(1_000, 4)
      .done();
    const { rows } = new Collect().send(v9([v9Templates(template), set(256, body)], 0, 2_000));
    expect(rows).toMatchObject([{ firstMs: NOW_MS - 5_000, lastMs: NOW_MS - 1_000 }]);
  });
});

const one = (fields: FieldSpec[], body: Bytes) =>
  new Collect().send(ipfix([ipfixTemplates({ id: 300, fields }), set(300, body.done(), { pad: false })]));

describe('IPFIX', () => {
  it('reads reduced-size counters', () => {
    const { rows } = one(
      [
        [1, 3],
        [2, 1],
      ],
      new Bytes().uint(70_000, 3).uint(70, 1),
    );
    expect(rows).toMatchObject([{ bytes: 70_000, packets: 70 }]);
  });

  it('reads counters beyond 32 bits exactly', () => {
    const { rows } = one(
      [
        [1, 8],
        [2, 8],
      ],
      new Bytes().uint(5_000_000_000_001n, 8).uint(5_000_000_000n, 8),
    );
    expect(rows).toMatchObject([{ bytes: 5_000_000_000_001, packets: 5_000_000_000 }]);
  });

  it('skips enterprise-specific fields, fixed and variable', () => {
    const fields: FieldSpec[] = [
      [1, 4, 14_988],
      [1, 4],
      [100, VARIABLE, 9],
      [11, 2],
    ];
    const body = new Bytes().uint(999, 4).uint(1_000, 4).variable(Buffer.from('router')).uint(443, 2);
    expect(one(fields, body).rows).toMatchObject([{ bytes: 1_000, dstPort: 443 }]);
  });

  it('finds fields behind variable-length ones, in the short and in the long form', () => {
    const fields: FieldSpec[] = [
      [82, VARIABLE],
      [4, 1],
      [11, 2],
      [1, 4],
    ];
    const body = new Bytes();
    body.variable(Buffer.from('ether1')).uint(6, 1).uint(80, 2).uint(100, 4);
    body
      .variable(Buffer.from('x'.repeat(300)))
      .uint(17, 1)
      .uint(53, 2)
      .uint(200, 4);
    body.variable(Buffer.from('ab'), true).uint(1, 1).uint(0, 2).uint(300, 4);
    expect(one(fields, body).rows).toMatchObject([
      { protocol: 6, dstPort: 80, bytes: 100 },
      { protocol: 17, dstPort: 53, bytes: 200 },
      { protocol: 1, dstPort: 0, bytes: 300 },
    ]);
  });

  it('reads a counter of variable length', () => {
    const body = new Bytes().variable(Uint8Array.of(0x01, 0x00)).uint(80, 2);
    expect(
      one(
        [
          [1, VARIABLE],
          [11, 2],
        ],
        body,
      ).rows,
    ).toMatchObject([{ bytes: 256, dstPort: 80 }]);
  });

  it('reads IPv6', () => {
    const body = new Bytes().raw(addressBytes('2001:db8::1')).raw(addressBytes('fe80::abcd')).uint(99, 4);
    expect(
      one(
        [
          [27, 16],
          [28, 16],
          [1, 4],
        ],
        body,
      ).rows,
    ).toMatchObject([{ family: 6, src: '2001:db8:0:0:0:0:0:1', dst: 'fe80:0:0:0:0:0:0:abcd' }]);
  });

  it('takes the family that is meant where a template has both', () => {
    const fields: FieldSpec[] = [
      [60, 1],
      [8, 4],
      [12, 4],
      [27, 16],
      [28, 16],
      [1, 4],
    ];
    const zero = new Uint8Array(16);
    const body = new Bytes();
    body.uint(4, 1).raw(addressBytes('10.0.0.1')).raw(addressBytes('10.0.0.2')).raw(zero).raw(zero).uint(1, 4);
    body.uint(6, 1).uint(0, 8).raw(addressBytes('2001:db8::1')).raw(addressBytes('2001:db8::2')).uint(2, 4);
    expect(one(fields, body).rows).toMatchObject([
      { family: 4, src: '10.0.0.1', dst: '10.0.0.2' },
      { family: 6, src: '2001:db8:0:0:0:0:0:1', dst: '2001:db8:0:0:0:0:0:2' },
    ]);
  });

  it.each([
    { name: 'milliseconds (152, 153)', first: 152, last: 153, size: 8, from: NOW_MS - 9_000, to: NOW_MS - 2_000 },
    { name: 'seconds (150, 151)', first: 150, last: 151, size: 4, from: NOW_S - 9, to: NOW_S - 2 },
    { name: 'delta microseconds (158, 159)', first: 158, last: 159, size: 4, from: 9_000_000, to: 2_000_000 },
    {
      name: 'NTP nanoseconds (156, 157)',
      first: 156,
      last: 157,
      size: 8,
      // NTP counts seconds from 1900: 70 years with 17 leap days before Unix time.
      from: BigInt(NOW_S - 9 + (70 * 365 + 17) * 86_400) << 32n,
      to: BigInt(NOW_S - 2 + (70 * 365 + 17) * 86_400) << 32n,
    },
  ])('reads times in $name', ({ first, last, size, from, to }) => {
    const { rows } = one(
      [
        [first, size],
        [last, size],
        [1, 4],
      ],
      new Bytes().uint(from, size).uint(to, size).uint(9, 4),
    );
    expect(rows).toMatchObject([{ firstMs: NOW_MS - 9_000, lastMs: NOW_MS - 2_000 }]);
  });

  it('dates uptimes by systemInitTimeMilliseconds where the record has it', () => {
    const fields: FieldSpec[] = [
      [160, 8],
      [22, 4],
      [21, 4],
      [1, 4],
    ];
    const body = new Bytes()
      .uint(NOW_MS - 500_000, 8)
      .uint(490_000, 4)
      .uint(498_000, 4)
      .uint(9, 4);
    expect(one(fields, body).rows).toMatchObject([{ firstMs: NOW_MS - 10_000, lastMs: NOW_MS - 2_000 }]);
  });

  it('lets flows with uptimes but no start of the uptime end at the export time', () => {
    const body = new Bytes().uint(3_000, 4).uint(10_000, 4).uint(9, 4);
    expect(
      one(
        [
          [22, 4],
          [21, 4],
          [1, 4],
        ],
        body,
      ).rows,
    ).toMatchObject([{ firstMs: NOW_MS - 7_000, lastMs: NOW_MS }]);
  });

  it('dates flows of an exporter with a wrong clock by their arrival', () => {
    const message = ipfixMessage({ exportSeconds: 86_400, sequence: 0, domain: 0 }, [
      ipfixTemplates({
        id: 300,
        fields: [
          [152, 8],
          [153, 8],
          [1, 4],
        ],
      }),
      set(300, new Bytes().uint(86_395_000, 8).uint(86_399_000, 8).uint(9, 4).done()),
    ]);
    expect(new Collect().send(message).rows).toMatchObject([{ firstMs: NOW_MS - 5_000, lastMs: NOW_MS - 1_000 }]);
  });
});

describe('any template', () => {
  type Known = { element: number; length: number; column: 'dstPort' | 'srcPort' | 'protocol' | 'bytes' | 'vlan' };
  const known: Known[] = [
    { element: 11, length: 2, column: 'dstPort' },
    { element: 7, length: 2, column: 'srcPort' },
    { element: 4, length: 1, column: 'protocol' },
    { element: 1, length: 4, column: 'bytes' },
    { element: 58, length: 2, column: 'vlan' },
  ];
  const unknown = fc.record({
    element: fc.integer({ min: 400, max: 30_000 }),
    length: fc.integer({ min: 1, max: 40 }),
  });

  it('gives back what was encoded, in whatever order and between whatever else', () => {
    const order = fc.shuffledSubarray(known, { minLength: known.length });
    fc.assert(
      fc.property(
        order,
        fc.array(unknown, { maxLength: 8 }),
        fc.array(fc.nat(254), { minLength: 1, maxLength: 60 }),
        fc.boolean(),
        (fields, others, seeds, isV9) => {
          const mixed = fields.flatMap((field, i) => [...(others[i] === undefined ? [] : [others[i]]), field]);
          const specs = mixed.map(({ element, length }): FieldSpec => [element, length]);
          const body = new Bytes();
          for (const seed of seeds) {
            for (const field of mixed) body.uint('column' in field ? seed + field.element : 0xa5, field.length);
          }
          const data = set(400, body.done());
          const packet = isV9
            ? v9([v9Templates({ id: 400, fields: specs }), data])
            : ipfix([ipfixTemplates({ id: 400, fields: specs }), data]);
          const { rows } = new Collect().send(packet);
          expect(rows).toHaveLength(seeds.length);
          seeds.forEach((seed, i) => {
            for (const { element, column } of known) {
              expect(rows[i]?.[column]).toBe(column === 'protocol' ? (seed + element) & 0xff : seed + element);
            }
          });
        },
      ),
      { numRuns: 300 },
    );
  });
});
