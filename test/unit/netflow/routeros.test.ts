// RouterOS as it is: the templates of a real 6.39.2 router and the quirks that are known.
import { describe, expect, it } from 'vitest';
import { addressBytes, Bytes, ipfixMessage, ipfixTemplates, set, type FieldSpec } from '../../lab/flows/wire.ts';
import { Collect, NOW_MS, NOW_S } from './collect.ts';

const HEAD: readonly FieldSpec[] = [
  [60, 1],
  [22, 4],
  [21, 4],
  [2, 4],
  [1, 4],
  [7, 2],
  [11, 2],
  [10, 4],
  [14, 4],
  [4, 1],
  [6, 1],
];
/** 51 and 79 bytes a record. */
const IPV4: readonly FieldSpec[] = [...HEAD, [8, 4], [12, 4], [15, 4], [225, 4], [226, 4]];
const IPV6: readonly FieldSpec[] = [...HEAD, [27, 16], [28, 16], [62, 16]];
const TEMPLATES = ipfixTemplates({ id: 258, fields: IPV4 }, { id: 259, fields: IPV6 });

const ipfix = (...sets: Uint8Array[]) => ipfixMessage({ exportSeconds: NOW_S, sequence: 3_936, domain: 0 }, sets);
const head = (version: number, dstPort: number, bytes: number, packets: number) =>
  new Bytes()
    .uint(version, 1)
    .uint(50_000, 4)
    .uint(62_000, 4)
    .uint(packets, 4)
    .uint(bytes, 4)
    .uint(51_000, 2)
    .uint(dstPort, 2)
    .uint(2, 4)
    .uint(1, 4)
    .uint(6, 1)
    .uint(0x18, 1);

const outbound = head(4, 443, 6_000, 10)
  .raw(addressBytes('192.168.88.20'))
  .raw(addressBytes('198.51.100.9'))
  .raw(addressBytes('203.0.113.1'))
  .raw(addressBytes('203.0.113.77'))
  .raw(addressBytes('198.51.100.9'))
  .done();

const size = (fields: readonly FieldSpec[]) => fields.reduce((sum, [, length]) => sum + length, 0);

const rows = (count: number) => set(258, Buffer.concat(Array.from({ length: count }, () => outbound)));
const at = (sequence: number, ...sets: Uint8Array[]) =>
  ipfixMessage({ exportSeconds: NOW_S, sequence, domain: 0 }, sets);

describe('RouterOS 6.39.2 IPFIX', () => {
  it('has records of 51 and 79 bytes, as its captures do', () => {
    expect([size(IPV4), size(IPV6)]).toEqual([51, 79]);
    expect(outbound).toHaveLength(51);
  });

  it('is read with its addresses after NAT and its interfaces', () => {
    const collect = new Collect().send(ipfix(TEMPLATES)).send(ipfix(set(258, outbound)));
    expect(collect.rows).toMatchObject([
      {
        family: 4,
        src: '192.168.88.20',
        dst: '198.51.100.9',
        natSrc: '203.0.113.77',
        natDst: '198.51.100.9',
        srcPort: 51_000,
        dstPort: 443,
        protocol: 6,
        tcpFlags: 0x18,
        inInterface: 2,
        outInterface: 1,
        bytes: 6_000,
        packets: 10,
        firstMs: NOW_MS - 12_000,
        lastMs: NOW_MS,
      },
    ]);
  });

  it('is read in IPv6', () => {
    const body = head(6, 53, 900, 9)
      .raw(addressBytes('2001:db8::20'))
      .raw(addressBytes('2001:db8:ffff::53'))
      .raw(addressBytes('fe80::1'))
      .done();
    expect(body).toHaveLength(79);
    expect(new Collect().send(ipfix(TEMPLATES, set(259, body))).rows).toMatchObject([
      { family: 6, src: '2001:db8:0:0:0:0:0:20', dst: '2001:db8:ffff:0:0:0:0:53', dstPort: 53, bytes: 900 },
    ]);
  });

  it('counts data records in its sequence: 28 rows lead from 3936 to 3964', () => {
    const collect = new Collect().send(at(3_936, TEMPLATES, rows(28))).send(at(3_964, rows(18)));
    expect(collect.counts()).toMatchObject({ lost: { records: 0 }, records: 46 });
    collect.send(at(3_990, rows(1)));
    expect(collect.counts()).toMatchObject({ lost: { records: 8 } });
  });
});

const withCounters = (counters: readonly (readonly [bytes: number, packets: number])[]) => {
  const body = new Bytes();
  for (const [bytes, packets] of counters) body.uint(bytes, 4).uint(packets, 4);
  return new Collect().send(
    ipfix(
      ipfixTemplates({
        id: 256,
        fields: [
          [1, 4],
          [2, 4],
        ],
      }),
      set(256, body.done()),
    ),
  );
};

describe('RouterOS quirks', () => {
  it('impossible counters are refused and counted', () => {
    const collect = withCounters([
      [4_294_967_295, 3], // more than 65535 bytes a packet
      [100, 50], // less than an IP header each
      [1_000, 0],
      [0, 10],
      [40, 2],
      [65_535, 1],
    ]);
    expect(collect.rows.map(({ bytes }) => bytes)).toEqual([40, 65_535]);
    expect(collect.counts()).toMatchObject({ dropped: { implausible: 4 }, records: 2 });
  });

  it('counters faster than any link are refused', () => {
    const fields: readonly FieldSpec[] = [
      [1, 8],
      [2, 8],
    ];
    const body = new Bytes().uint(2n ** 60n, 8).uint(2n ** 50n, 8);
    const collect = new Collect().send(ipfix(ipfixTemplates({ id: 256, fields }), set(256, body.done())));
    expect(collect.rows).toEqual([]);
    expect(collect.counts().dropped).toEqual({ implausible: 1 });
  });

  it('NAT events carry no traffic and are no flows', () => {
    const fields: readonly FieldSpec[] = [
      [323, 8],
      [230, 1],
      [4, 1],
      [8, 4],
      [12, 4],
      [225, 4],
      [226, 4],
    ];
    const body = new Bytes();
    for (const event of [1, 2]) {
      body
        .uint(NOW_MS, 8)
        .uint(event, 1)
        .uint(6, 1)
        .raw(addressBytes('192.168.88.20'))
        .raw(addressBytes('198.51.100.9'));
      body.raw(addressBytes('203.0.113.77')).raw(addressBytes('198.51.100.9'));
    }
    const collect = new Collect().send(ipfix(ipfixTemplates({ id: 260, fields }), set(260, body.done())));
    expect(collect.rows).toEqual([]);
    expect(collect.counts()).toMatchObject({ ignored: { nat_event: 2 }, dropped: {}, records: 0 });
  });

  it('a template with a NAT event field still counts its traffic', () => {
    const fields: readonly FieldSpec[] = [
      [230, 1],
      [11, 2],
      [1, 4],
      [2, 4],
    ];
    const body = new Bytes().uint(0, 1).uint(443, 2).uint(1_000, 4).uint(2, 4).uint(4, 1).uint(80, 2).uint(0, 8);
    const collect = new Collect().send(ipfix(ipfixTemplates({ id: 260, fields }), set(260, body.done())));
    expect(collect.rows).toMatchObject([{ dstPort: 443, bytes: 1_000 }]);
    expect(collect.counts().ignored).toEqual({ nat_event: 1 });
  });

  it('records without any counter are no flows', () => {
    const body = new Bytes().uint(443, 2).done();
    const collect = new Collect().send(
      ipfix(ipfixTemplates({ id: 256, fields: [[11, 2]] }), set(256, body, { pad: false })),
    );
    expect(collect.rows).toEqual([]);
    expect(collect.counts()).toMatchObject({ ignored: { no_traffic: 1 }, dropped: {} });
  });
});
