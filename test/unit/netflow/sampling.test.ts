// Counters are scaled up by the sampling that an exporter tells, in every way that exporters tell it.
import { describe, expect, it } from 'vitest';
import {
  Bytes,
  ipfixMessage,
  ipfixOptions,
  ipfixTemplates,
  set,
  v5Packet,
  v9Options,
  v9Packet,
  v9Templates,
  type FieldSpec,
} from '../../lab/flows/wire.ts';
import { Collect, EXPORTER, NOW_S } from './collect.ts';

const FIELDS: readonly FieldSpec[] = [
  [10, 4],
  [1, 4],
  [2, 4],
];
const record = (inInterface: number) => new Bytes().uint(inInterface, 4).uint(1_000, 4).uint(10, 4).done();
const v9 = (...sets: Uint8Array[]) =>
  v9Packet({ count: 1, uptimeMs: 1_000, unixSeconds: NOW_S, sequence: 0, sourceId: 0 }, sets);
const ipfix = (...sets: Uint8Array[]) => ipfixMessage({ exportSeconds: NOW_S, sequence: 0, domain: 0 }, sets);

describe('sampling', () => {
  it('in the v5 header counts without its mode bits', () => {
    const flow = {
      src: '10.0.0.1',
      dst: '10.0.0.2',
      inInterface: 1,
      outInterface: 2,
      packets: 10,
      bytes: 1_000,
      firstUptimeMs: 0,
      lastUptimeMs: 0,
      srcPort: 1,
      dstPort: 2,
      tcpFlags: 0,
      protocol: 6,
      tos: 0,
    };
    const packet = v5Packet({ uptimeMs: 0, unixSeconds: NOW_S, sequence: 0, sampling: 0x4000 | 100 }, [flow]);
    expect(new Collect().send(packet).rows).toMatchObject([{ bytes: 100_000, packets: 1_000, sampling: 100 }]);
  });

  it('in a v9 options record of the system holds for all', () => {
    const options = v9Options({
      id: 300,
      scope: [[1, 4]],
      fields: [
        [34, 4],
        [35, 1],
      ],
    });
    const data = set(300, new Bytes().uint(0, 4).uint(512, 4).uint(2, 1).done());
    const collect = new Collect().send(
      v9(options, data, v9Templates({ id: 256, fields: FIELDS }), set(256, record(1))),
    );
    expect(collect.rows).toMatchObject([{ bytes: 512_000, packets: 5_120 }]);
  });

  it('in a v9 options record of an interface holds for that interface', () => {
    const options = v9Options({ id: 300, scope: [[2, 4]], fields: [[34, 4]] });
    const data = set(300, new Bytes().uint(7, 4).uint(50, 4).done());
    const template = v9Templates({ id: 256, fields: FIELDS });
    const collect = new Collect().send(v9(options, data, template, set(256, record(7)), set(256, record(8))));
    expect(collect.rows).toMatchObject([{ bytes: 50_000 }, { bytes: 1_000 }]);
  });

  it('of a named sampler holds for the records that name it', () => {
    const options = v9Options({
      id: 300,
      scope: [[1, 4]],
      fields: [
        [48, 1],
        [49, 1],
        [50, 4],
      ],
    });
    const data = set(300, new Bytes().uint(0, 4).uint(3, 1).uint(2, 1).uint(1_000, 4).done());
    const template = v9Templates({
      id: 256,
      fields: [
        [48, 1],
        [1, 4],
      ],
    });
    const records = set(256, new Bytes().uint(3, 1).uint(100, 4).uint(4, 1).uint(100, 4).done());
    expect(new Collect().send(v9(options, data, template, records)).rows).toMatchObject([
      { bytes: 100_000 },
      { bytes: 100 },
    ]);
  });

  it.each([
    {
      name: 'packet interval and space',
      fields: [
        [305, 4],
        [306, 4],
      ],
      body: new Bytes().uint(1, 4).uint(99, 4),
      ratio: 100,
    },
    {
      name: 'size and population',
      fields: [
        [309, 4],
        [310, 4],
      ],
      body: new Bytes().uint(2, 4).uint(500, 4),
      ratio: 250,
    },
    { name: 'probability', fields: [[311, 8]], body: new Bytes().float64(0.125), ratio: 8 },
    { name: 'the deprecated interval', fields: [[34, 4]], body: new Bytes().uint(64, 4), ratio: 64 },
  ] as const)('in IPFIX is read from $name', ({ fields, body, ratio }) => {
    const options = ipfixOptions({ id: 300, scope: [[149, 4]], fields });
    const data = set(300, new Bytes().uint(0, 4).raw(body.done()).done());
    const template = ipfixTemplates({ id: 256, fields: FIELDS });
    expect(new Collect().send(ipfix(options, data, template, set(256, record(1)))).rows).toMatchObject([
      { bytes: 1_000 * ratio, packets: 10 * ratio, sampling: ratio },
    ]);
  });

  it('in a data record is read little-endian where RouterOS writes it so', () => {
    const template = ipfixTemplates({
      id: 256,
      fields: [
        [34, 4],
        [1, 4],
      ],
    });
    const body = new Bytes();
    body.uint(0x6400_0000, 4).uint(1_000, 4); // 100, little-endian
    body.uint(0x0000_0064, 4).uint(1_000, 4); // 100, big-endian
    body.uint(0x0000_0000, 4).uint(1_000, 4); // not sampled
    body.uint(0xffff_ffff, 4).uint(1_000, 4); // no number either way
    expect(new Collect().send(ipfix(template, set(256, body.done()))).rows.map(({ bytes }) => bytes)).toEqual([
      100_000, 100_000, 1_000, 1_000,
    ]);
  });

  it('that is absurd is not believed', () => {
    const options = ipfixOptions({ id: 300, scope: [[149, 4]], fields: [[34, 4]] });
    const data = set(300, new Bytes().uint(0, 4).uint(4_000_000_000, 4).done());
    const template = ipfixTemplates({ id: 256, fields: FIELDS });
    expect(new Collect().send(ipfix(options, data, template, set(256, record(1)))).rows).toMatchObject([
      { bytes: 1_000 },
    ]);
  });

  it('given by the operator wins over what the exporter says', () => {
    const collect = new Collect({ sampling: { [EXPORTER]: 20 } });
    const template = ipfixTemplates({
      id: 256,
      fields: [
        [34, 4],
        [1, 4],
      ],
    });
    collect.send(ipfix(template, set(256, new Bytes().uint(100, 4).uint(1_000, 4).done())));
    expect(collect.rows).toMatchObject([{ bytes: 20_000, sampling: 20 }]);
  });
});
