// Columns that few templates have, and records that count both directions of a flow.
import { describe, expect, it } from 'vitest';
import {
  addressBytes,
  Bytes,
  type FieldSpec,
  ipfixMessage,
  ipfixTemplates,
  set,
  VARIABLE,
} from '../../lab/flows/wire.ts';
import { Collect, NOW_S } from './collect.ts';

const REVERSE = 29_305;
const message = (...sets: Uint8Array[]) => ipfixMessage({ exportSeconds: NOW_S, sequence: 0, domain: 0 }, sets);
const decode = (fields: readonly FieldSpec[], ...records: Uint8Array[]) => {
  const body = new Bytes();
  for (const record of records) body.raw(record);
  return new Collect().send(message(ipfixTemplates({ id: 256, fields }), set(256, body.done(), { pad: false })));
};

const PLAIN: readonly FieldSpec[] = [
  [8, 4],
  [12, 4],
  [1, 4],
  [2, 4],
];
const plain = (bytes: number) =>
  new Bytes().raw(addressBytes('10.0.0.1')).raw(addressBytes('198.51.100.9')).uint(bytes, 4).uint(1, 4);

describe('what few templates have', () => {
  it('is read: MAC addresses, the application, addresses after translation in both families', () => {
    const fields: FieldSpec[] = [...PLAIN, [56, 6], [80, 6], [95, 4], [281, 16], [282, 16], [227, 2], [228, 2]];
    const record = plain(100)
      .uint(0x0200_5e10_0001, 6)
      .uint(0x0200_5e10_0002, 6)
      .uint(0x0d00_01c5, 4)
      .raw(addressBytes('2001:db8::1'))
      .raw(addressBytes('2001:db8::2'))
      .uint(40_000, 2)
      .uint(443, 2)
      .done();
    expect(decode(fields, record).rows).toMatchObject([
      {
        srcMac: '02005e100001',
        dstMac: '02005e100002',
        application: 0x0d00_01c5,
        natSrc: '2001:db8:0:0:0:0:0:1',
        natDst: '2001:db8:0:0:0:0:0:2',
        natSrcPort: 40_000,
        natDstPort: 443,
      },
    ]);
  });

  it('says that a reply to a translated address went to the host inside', () => {
    const reply = new Bytes()
      .raw(addressBytes('198.51.100.9'))
      .raw(addressBytes('203.0.113.77'))
      .uint(100, 4)
      .uint(1, 4)
      .raw(addressBytes('192.168.88.20'))
      .done();
    expect(decode([...PLAIN, [226, 4]], reply).rows).toMatchObject([
      { src: '198.51.100.9', dst: '203.0.113.77', natDst: '192.168.88.20' },
    ]);
  });

  it('leaves nothing behind for records of other templates in the same packet and after it', () => {
    const withMac = plain(100).uint(0x0200_5e10_0001, 6).done();
    const templates = ipfixTemplates({ id: 256, fields: [...PLAIN, [56, 6]] }, { id: 257, fields: PLAIN });
    // The second record is an impossible one, taken out again: its MAC must not stay for what comes in its place.
    const impossible = plain(0).uint(0x0200_5e10_0002, 6).done();
    const both = set(256, new Bytes().raw(withMac).raw(impossible).done(), { pad: false });
    const collect = new Collect();
    collect.send(message(templates, both, set(257, plain(200).done())));
    collect.send(message(set(257, plain(300).done())));
    expect(collect.rows.map(({ bytes, srcMac }) => [bytes, srcMac])).toEqual([
      [100, '02005e100001'],
      [200, '000000000000'],
      [300, '000000000000'],
    ]);
  });

  it('gives the type of service from a code point', () => {
    const rows = decode([...PLAIN, [195, 1]], plain(100).uint(46, 1).done()).rows;
    expect(rows.map(({ tos }) => tos)).toEqual([0xb8]);
  });
});

const bothWays = (bytes: number, packets: number) =>
  plain(600)
    .uint(51_000, 2)
    .uint(443, 2)
    .uint(3, 4)
    .uint(1, 4)
    .uint(6, 1)
    .uint(0x02, 1)
    .uint(bytes, 4)
    .uint(packets, 4)
    .uint(0x12, 1)
    .done();

describe('a record that counts both directions', () => {
  const FIELDS: readonly FieldSpec[] = [
    ...PLAIN,
    [7, 2],
    [11, 2],
    [10, 4],
    [14, 4],
    [4, 1],
    [6, 1],
    [1, 4, REVERSE],
    [2, 4, REVERSE],
    [6, 1, REVERSE],
  ];

  it('(RFC 5103) is two rows, the second one reversed', () => {
    const collect = decode(FIELDS, bothWays(9_000, 9));
    expect(collect.rows).toMatchObject([
      {
        src: '10.0.0.1',
        dst: '198.51.100.9',
        srcPort: 51_000,
        dstPort: 443,
        inInterface: 3,
        outInterface: 1,
        protocol: 6,
        tcpFlags: 0x02,
        bytes: 600,
        packets: 1,
      },
      {
        src: '198.51.100.9',
        dst: '10.0.0.1',
        srcPort: 443,
        dstPort: 51_000,
        inInterface: 1,
        outInterface: 3,
        protocol: 6,
        tcpFlags: 0x12,
        bytes: 9_000,
        packets: 9,
      },
    ]);
    expect(collect.counts()).toMatchObject({ records: 1, ignored: {} });
  });

  it('and got no answer is one row', () => {
    const collect = decode(FIELDS, bothWays(0, 0));
    expect(collect.rows).toHaveLength(1);
    expect(collect.counts()).toMatchObject({ records: 1, ignored: {} });
  });

  it('as initiator and responder (a firewall) is two rows as well', () => {
    const fields: FieldSpec[] = [
      [8, 4],
      [12, 4],
      [231, 8],
      [232, 8],
      [298, 8],
      [299, 8],
    ];
    const flow = new Bytes().raw(addressBytes('10.0.0.1')).raw(addressBytes('198.51.100.9'));
    expect(decode(fields, flow.uint(700, 8).uint(8_000, 8).uint(7, 8).uint(8, 8).done()).rows).toMatchObject([
      { src: '10.0.0.1', bytes: 700, packets: 7 },
      { src: '198.51.100.9', bytes: 8_000, packets: 8 },
    ]);
  });

  it('answers from the host that it was translated to', () => {
    const flow = new Bytes()
      .raw(addressBytes('198.51.100.9'))
      .raw(addressBytes('203.0.113.77'))
      .uint(600, 4)
      .uint(1, 4);
    const fields: FieldSpec[] = [...PLAIN, [226, 4], [1, 4, REVERSE], [2, 4, REVERSE]];
    const body = flow.raw(addressBytes('192.168.88.20')).uint(9_000, 4).uint(9, 4).done();
    expect(decode(fields, body).rows).toMatchObject([
      { dst: '203.0.113.77', natDst: '192.168.88.20' },
      { src: '192.168.88.20', dst: '198.51.100.9', natDst: '' },
    ]);
  });

  it('is read where a field has no fixed length', () => {
    const fields: FieldSpec[] = [...PLAIN, [96, VARIABLE], [1, 4, REVERSE], [2, 4, REVERSE]];
    const body = plain(600).variable(Buffer.from('https')).uint(9_000, 4).uint(9, 4).done();
    expect(decode(fields, body).rows.map(({ src, bytes }) => [src, bytes])).toEqual([
      ['10.0.0.1', 600],
      ['198.51.100.9', 9_000],
    ]);
  });
});
