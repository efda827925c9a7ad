// The sums by protocol and port, the cap, and what counts as one flow.
import { describe, expect, it } from 'vitest';
import { FlowDecoder } from '../../../electron/engine/collectors/netflow/decoder/index.ts';
import { protocolLabel } from '../../../electron/engine/collectors/netflow/protocols.ts';
import { FlowTotals, portOfKey, protocolOfKey } from '../../../electron/engine/collectors/netflow/totals/index.ts';
import { PortTotals, type TotalsRows } from '../../../electron/engine/collectors/netflow/totals/port-totals.ts';
import { TupleSet } from '../../../electron/engine/collectors/netflow/totals/tuple-set.ts';
import { addressBytes, Bytes, ipfixMessage, ipfixTemplates, set } from '../../lab/flows/wire.ts';
import { EXPORTER, NOW_MS, NOW_S } from './collect.ts';

const oneRow = (value: number) => new Uint32Array([value]);
const asRecord = (rows: TotalsRows) =>
  Object.fromEntries(
    [...rows.keys].map((key, i) => [
      `${protocolOfKey(key)}/${portOfKey(key) ?? 'other'}`,
      { bytes: rows.bytes[i], packets: rows.packets[i], flows: rows.flows[i] },
    ]),
  );
const sum = (column: Float64Array) => column.reduce((a, b) => a + b, 0);

/** One row of a flow's own. */
const addOne = (ports: PortTotals, protocol: number, port: number, bytes: number, packets: number, isNew: boolean) =>
  ports.addRows(
    1,
    {
      protocol: Uint32Array.of(protocol),
      dstPort: Uint32Array.of(port),
      bytes: Float64Array.of(bytes),
      packets: Float64Array.of(packets),
    },
    Uint8Array.of(Number(isNew)),
  );

describe('totals by port', () => {
  it('add up and go on from flush to flush', () => {
    const totals = new PortTotals(10);
    addOne(totals, 6, 443, 1_000, 10, true);
    addOne(totals, 6, 443, 500, 5, false);
    addOne(totals, 17, 53, 80, 1, true);
    totals.flush();
    addOne(totals, 6, 443, 1, 1, true);
    expect(asRecord(totals.flush())).toEqual({
      '6/443': { bytes: 1_501, packets: 16, flows: 2 },
      '17/53': { bytes: 80, packets: 1, flows: 1 },
    });
  });

  it('admit the biggest ports first and sum the rest as other, protocol by protocol', () => {
    const totals = new PortTotals(2);
    addOne(totals, 6, 80, 10, 1, true);
    addOne(totals, 6, 443, 1_000, 1, true);
    addOne(totals, 17, 53, 100, 1, true);
    addOne(totals, 17, 123, 1, 1, true);
    expect(asRecord(totals.flush())).toEqual({
      '6/443': { bytes: 1_000, packets: 1, flows: 1 },
      '17/53': { bytes: 100, packets: 1, flows: 1 },
      '6/other': { bytes: 10, packets: 1, flows: 1 },
      '17/other': { bytes: 1, packets: 1, flows: 1 },
    });
  });

  it('keep what is admitted, however big the newcomers are', () => {
    const totals = new PortTotals(1);
    addOne(totals, 6, 22, 1, 1, true);
    totals.flush();
    addOne(totals, 6, 443, 1_000_000, 1, true);
    addOne(totals, 6, 22, 1, 1, false);
    expect(asRecord(totals.flush())).toEqual({
      '6/22': { bytes: 2, packets: 2, flows: 1 },
      '6/other': { bytes: 1_000_000, packets: 1, flows: 1 },
    });
  });

  it('keep a quarter of the places free of client ports', () => {
    const totals = new PortTotals(100);
    for (let port = 40_000; port < 41_000; port++) addOne(totals, 6, port, 1_000, 1, true);
    totals.flush();
    addOne(totals, 6, 443, 1, 1, true);
    const rows = asRecord(totals.flush());
    expect(Object.keys(rows)).toHaveLength(75 + 1 + 1);
    expect(rows['6/443']).toEqual({ bytes: 1, packets: 1, flows: 1 });
  });

  it('lose nothing, whatever comes: the sum over all rows is the sum of the traffic', () => {
    const totals = new PortTotals(1_000);
    let bytes = 0;
    for (let round = 0; round < 3; round++) {
      for (let port = 0; port < 65_536; port += 3) {
        addOne(totals, port % 5 === 0 ? 6 : 17, port, port, 2, true);
        bytes += port;
      }
      const rows = totals.flush();
      expect(sum(rows.bytes)).toBe(bytes);
      expect(sum(rows.packets)).toBe((round + 1) * 21_846 * 2);
      expect(sum(rows.flows)).toBe((round + 1) * 21_846);
      expect(rows.keys.length).toBe(1_000 + 2);
      expect(new Set(rows.keys).size).toBe(rows.keys.length);
    }
  });

  it('are bounded also between two flushes', () => {
    const totals = new PortTotals(65_536);
    for (let key = 0; key < 300_000; key++) addOne(totals, key % 200, (key * 7) % 65_536, 1, 1, true);
    const rows = totals.flush();
    expect(rows.keys.length).toBeLessThanOrEqual(8_192 + 200);
    expect(sum(rows.bytes)).toBe(300_000);
  });
});

describe('the set of tuples', () => {
  const words = new Uint32Array([0, 0, 0xffff, 0x0a00_0001]);
  const other = new Uint32Array([0, 0, 0xffff, 0x0a00_0002]);
  const isNew = new Uint8Array(1);
  const add = (
    tuples: TupleSet,
    exporter: number,
    src: Uint32Array,
    dst: Uint32Array,
    ports: number,
    protocol: number,
  ) => {
    const rest = { srcPort: oneRow(ports >>> 16), dstPort: oneRow(ports & 0xffff), protocol: oneRow(protocol) };
    tuples.addRows(exporter, 1, { src, dst, ...rest }, isNew);
    return isNew[0] === 1;
  };

  it('knows each tuple once', () => {
    const tuples = new TupleSet();
    expect(add(tuples, 1, words, other, 443, 6)).toBe(true);
    expect(add(tuples, 1, words, other, 443, 6)).toBe(false);
    expect(add(tuples, 2, words, other, 443, 6)).toBe(true); // another exporter
    expect(add(tuples, 1, other, words, 443, 6)).toBe(true); // the other direction
    expect(add(tuples, 1, words, other, 444, 6)).toBe(true);
    expect(add(tuples, 1, words, other, 443, 17)).toBe(true);
    tuples.clear();
    expect(add(tuples, 1, words, other, 443, 6)).toBe(true);
  });

  it('tells 200,000 tuples apart while it grows, and knows them all afterwards', () => {
    const tuples = new TupleSet();
    let fresh = 0;
    for (let i = 0; i < 200_000; i++) if (add(tuples, 1, words, other, i, 6)) fresh++;
    expect(fresh).toBe(200_000);
    let again = 0;
    for (let i = 0; i < 200_000; i++) if (add(tuples, 1, words, other, i, 6)) again++;
    expect(again).toBe(0);
  });

  it('is bounded: once full, every new tuple counts as new', () => {
    const tuples = new TupleSet({ maxSlots: 8_192 });
    for (let i = 0; i < 100_000; i++) add(tuples, 1, words, other, i, 6);
    expect(tuples.size).toBeLessThanOrEqual(6_144);
    expect(add(tuples, 1, words, other, 999_999, 6)).toBe(true);
    tuples.clear();
    expect(tuples.size).toBe(0);
  });
});

const record = (srcPort: number) =>
  new Bytes()
    .raw(addressBytes('10.0.0.1'))
    .raw(addressBytes('10.0.0.2'))
    .uint(srcPort, 2)
    .uint(443, 2)
    .uint(6, 1)
    .uint(100, 4)
    .done();

describe('a flow', () => {
  it('is one 5-tuple in one minute', () => {
    const totals = new FlowTotals({ portsPerExporter: 10 });
    const decoder = new FlowDecoder({ sink: totals.sink });
    const template = ipfixTemplates({
      id: 256,
      fields: [
        [8, 4],
        [12, 4],
        [7, 2],
        [11, 2],
        [4, 1],
        [1, 4],
      ],
    });
    let sequence = 0;
    const send = (nowMs: number, ...srcPorts: number[]) => {
      const data = srcPorts.map((srcPort) => set(256, record(srcPort)));
      decoder.decode(
        ipfixMessage({ exportSeconds: NOW_S, sequence, domain: 0 }, [template, ...data]),
        EXPORTER,
        1,
        nowMs,
      );
      sequence += srcPorts.length;
    };
    send(NOW_MS, 5_000, 5_000, 5_001); // NOW_MS is the first instant of a minute
    send(NOW_MS + 59_999, 5_000);
    send(NOW_MS + 60_000, 5_000);
    const exporter = decoder.exporters.get(EXPORTER);
    const rows = exporter === undefined ? undefined : totals.flush(exporter);
    expect(rows === undefined ? {} : asRecord(rows)).toEqual({ '6/443': { bytes: 500, packets: 0, flows: 3 } });
  });
});

describe('the protocol label', () => {
  it('is the name for the protocols that are met, else the number', () => {
    expect([1, 6, 17, 47, 58, 132, 0, 200].map(protocolLabel)).toEqual([
      'icmp',
      'tcp',
      'udp',
      'gre',
      'ipv6-icmp',
      'sctp',
      '0',
      '200',
    ]);
  });
});
