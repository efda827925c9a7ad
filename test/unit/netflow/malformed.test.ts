// Whatever bytes come: no exception, no endless loop, no growth; what is wrong is counted by reason.
import { describe, expect, it } from 'vitest';
import { conversations, seededRandom } from '../../lab/flows/conversations.ts';
import { FlowPacketEncoder } from '../../lab/flows/encoder.ts';
import {
  Bytes,
  ipfixMessage,
  ipfixOptions,
  ipfixTemplates,
  set,
  v9Packet,
  v9Templates,
  VARIABLE,
} from '../../lab/flows/wire.ts';
import { fuzzFlows } from '../../fuzz/flows.ts';
import { Collect, EXPORTER, hex, NOW_MS, NOW_S } from './collect.ts';

const v9 = (...sets: Uint8Array[]) =>
  v9Packet({ count: 1, uptimeMs: 1_000, unixSeconds: NOW_S, sequence: 0, sourceId: 0 }, sets);
const ipfix = (...sets: Uint8Array[]) => ipfixMessage({ exportSeconds: NOW_S, sequence: 0, domain: 0 }, sets);
const good = v9Templates({
  id: 256,
  fields: [
    [11, 2],
    [1, 4],
  ],
});
const goodData = set(256, new Bytes().uint(80, 2).uint(500, 4).done());

const droppedBy = (packet: Uint8Array) => {
  const collect = new Collect().send(packet);
  return {
    dropped: collect.counts().dropped,
    rows: collect.rows.length,
    refused: Object.fromEntries(collect.decoder.refused),
  };
};

describe('a packet that is no flow export', () => {
  it.each([
    { name: 'empty', packet: hex(''), reason: 'truncated' },
    { name: 'one byte', packet: hex('00'), reason: 'truncated' },
    { name: 'version 0', packet: hex('0000 0000 0000 0000'), reason: 'unknown_version' },
    { name: 'version 7', packet: hex(`0007 0001 ${'00'.repeat(60)}`), reason: 'unknown_version' },
    { name: 'text', packet: Buffer.from('GET / HTTP/1.1\r\n\r\n'), reason: 'unknown_version' },
    { name: 'a v5 header cut short', packet: hex(`0005 0001 ${'00'.repeat(19)}`), reason: 'truncated' },
    { name: 'a v9 header cut short', packet: hex(`0009 0001 ${'00'.repeat(15)}`), reason: 'truncated' },
    { name: 'an IPFIX header cut short', packet: hex(`000a 0010 ${'00'.repeat(11)}`), reason: 'truncated' },
    { name: 'an IPFIX length past the end', packet: hex(`000a 0040 ${'00'.repeat(12)}`), reason: 'truncated' },
    { name: 'an IPFIX length below its header', packet: hex(`000a 000f ${'00'.repeat(12)}`), reason: 'bad_length' },
    { name: 'v5 with fewer records than it says', packet: hex(`0005 0002 ${'00'.repeat(68)}`), reason: 'truncated' },
  ])('is refused without making its sender an exporter: $name', ({ packet, reason }) => {
    const collect = new Collect().send(packet);
    expect(collect.decoder.exporters.size).toBe(0);
    expect(Object.fromEntries(collect.decoder.refused)).toEqual({ [reason]: 1 });
  });

  it('is counted under a sender that is an exporter already', () => {
    const collect = new Collect().send(v9(good)).send(hex('0001'));
    expect(collect.counts().dropped).toEqual({ unknown_version: 1 });
  });
});

describe('a malformed set', () => {
  it('of length 0 ends its packet, after what was good before it', () => {
    expect(droppedBy(v9(good, goodData, hex('0100 0000')))).toMatchObject({ dropped: { bad_set_length: 1 }, rows: 1 });
  });

  it('of length 3 ends its packet', () => {
    expect(droppedBy(ipfix(hex('0100 0003')))).toMatchObject({ dropped: { bad_set_length: 1 } });
  });

  it('that is nothing but length 0, 24 bytes in all, is no endless loop', () => {
    expect(droppedBy(v9(hex('0000 0000')))).toMatchObject({ dropped: { bad_set_length: 1 } });
  });

  it('that goes past the end of the packet is not read', () => {
    expect(droppedBy(v9(good, hex('0100 0040 0050 000001f4')))).toMatchObject({ dropped: { truncated: 1 }, rows: 0 });
  });

  it('with a reserved id is skipped and what follows is read', () => {
    expect(droppedBy(v9(good, hex('00ff 0008 00000000'), goodData))).toMatchObject({
      dropped: { reserved_set: 1 },
      rows: 1,
    });
  });

  it('with fewer bytes than one record holds none', () => {
    expect(droppedBy(v9(good, hex('0100 0008 0050 0000')))).toEqual({ dropped: {}, rows: 0, refused: {} });
  });

  it('left with 1 to 3 bytes behind the last one is padding', () => {
    expect(droppedBy(v9(good, goodData, hex('000000')))).toMatchObject({ dropped: {}, rows: 1 });
  });
});

describe('a malformed template', () => {
  it.each([
    { name: 'of no fields (v9)', packet: v9(hex('0000 0008 0100 0000')) },
    {
      name: 'with records of no bytes',
      packet: ipfix(
        ipfixTemplates({
          id: 256,
          fields: [
            [11, 0],
            [1, 0],
          ],
        }),
      ),
    },
    { name: 'with more fields than there are bytes', packet: v9(hex('0000 000c 0100 ffff 000b 0002')) },
    { name: 'cut inside an enterprise number', packet: ipfix(hex('0002 000c 0100 0001 800b 0002')) },
    { name: 'with an id below 256', packet: ipfix(ipfixTemplates({ id: 255, fields: [[11, 2]] })) },
    {
      name: 'of records longer than any packet',
      packet: ipfix(
        ipfixTemplates({
          id: 256,
          fields: [
            [11, 65_000],
            [12, 65_000],
          ],
        }),
      ),
    },
    {
      name: 'of 600 fields',
      packet: ipfix(ipfixTemplates({ id: 256, fields: Array.from({ length: 600 }, () => [11, 2] as const) })),
    },
    { name: 'of options without a scope', packet: ipfix(ipfixOptions({ id: 256, scope: [], fields: [[34, 4]] })) },
    { name: 'of options with more scope than fields', packet: ipfix(hex('0003 0010 0100 0001 0002 0022 0004 0000')) },
    { name: 'of v9 options longer than their set', packet: v9(hex('0001 000c 0100 0400 0400 0000')) },
    { name: 'of v9 options with an odd length', packet: v9(hex('0001 0010 0100 0005 0001 0001 0004 0000')) },
  ])('is counted and not kept: $name', ({ packet }) => {
    const collect = new Collect().send(packet);
    expect(collect.counts()).toMatchObject({ dropped: { bad_template: 1 }, templates: 0 });
  });

  it('does not take the good ones in its set with it', () => {
    const collect = new Collect().send(
      ipfix(
        ipfixTemplates(
          { id: 256, fields: [[11, 0]] },
          {
            id: 257,
            fields: [
              [11, 2],
              [1, 4],
            ],
          },
        ),
      ),
    );
    expect(collect.counts()).toMatchObject({ dropped: { bad_template: 1 }, templates: 1 });
  });
});

describe('a malformed record', () => {
  it('whose variable length goes past its set is not read', () => {
    const template = ipfixTemplates({
      id: 256,
      fields: [
        [82, VARIABLE],
        [1, 4],
      ],
    });
    for (const body of ['ff', 'ffff', 'ffffff00', '20 6162']) {
      expect(droppedBy(ipfix(template, set(256, hex(`${body}${'00'.repeat(4)}`), { pad: false }))).rows).toBe(0);
    }
    expect(droppedBy(ipfix(template, set(256, hex('fa 00000000'), { pad: false }))).dropped).toEqual({ bad_record: 1 });
  });
});

describe('random damage', () => {
  it('to 50,000 packets neither throws, nor makes rows that cannot be, nor leaves more state than the limits allow', () => {
    const { rows, fault } = fuzzFlows(50_000, 20_261_120);
    expect(fault).toBeUndefined();
    expect(rows).toBeGreaterThan(50_000);
  });

  it('leaves an exporter that behaves well untouched', () => {
    const random = seededRandom(3);
    const collect = new Collect();
    const encoder = new FlowPacketEncoder({ version: 9, bootMs: NOW_MS });
    const flows = conversations({ seed: 1, ipv6: true });
    collect.send(encoder.templates(NOW_MS) ?? new Uint8Array(), { address: EXPORTER });
    for (let i = 0; i < 200; i++) {
      const noise = Uint8Array.from({ length: 60 }, () => Math.floor(random() * 256));
      noise.set([0, 9]);
      collect.send(noise, { address: '198.51.100.66' });
      collect.send(encoder.data([flows.next().value], NOW_MS), { address: EXPORTER });
    }
    expect(collect.counts(EXPORTER)).toMatchObject({ dropped: {}, lost: { packets: 0 }, records: 200 });
  });
});
