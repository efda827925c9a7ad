// How templates come, change, wait and go.
import { describe, expect, it } from 'vitest';
import {
  Bytes,
  ipfixMessage,
  ipfixOptions,
  ipfixTemplates,
  ipfixWithdrawal,
  set,
  v9Packet,
  v9Templates,
  type FieldSpec,
} from '../../lab/flows/wire.ts';
import { Collect, EXPORTER, NOW_MS, NOW_S } from './collect.ts';

const FIELDS: readonly FieldSpec[] = [
  [11, 2],
  [1, 4],
];
const SWAPPED: readonly FieldSpec[] = [
  [1, 4],
  [11, 2],
];
const record = (dstPort: number, bytes: number) => new Bytes().uint(dstPort, 2).uint(bytes, 4).done();
const swapped = (dstPort: number, bytes: number) => new Bytes().uint(bytes, 4).uint(dstPort, 2).done();

const ipfix = (sets: Uint8Array[], { domain = 0, sequence = 0 } = {}) =>
  ipfixMessage({ exportSeconds: NOW_S, sequence, domain }, sets);
const v9 = (sets: Uint8Array[], { sequence = 0, uptimeMs = 100_000 } = {}) =>
  v9Packet({ count: 1, uptimeMs, unixSeconds: NOW_S, sequence, sourceId: 0 }, sets);

const later = (seconds: number) => ({ nowMs: NOW_MS + seconds * 1_000 });

describe('templates', () => {
  it('hold for later packets', () => {
    const collect = new Collect().send(ipfix([ipfixTemplates({ id: 256, fields: FIELDS })]));
    expect(collect.rows).toEqual([]);
    expect(collect.counts().templates).toBe(1);
    expect(collect.send(ipfix([set(256, record(443, 1_000))])).rows).toMatchObject([{ dstPort: 443, bytes: 1_000 }]);
  });

  it('are apart for each observation domain, exporter and version', () => {
    const collect = new Collect()
      .send(ipfix([ipfixTemplates({ id: 256, fields: FIELDS })], { domain: 1 }))
      .send(ipfix([ipfixTemplates({ id: 256, fields: SWAPPED })], { domain: 2 }))
      .send(
        v9([
          v9Templates({
            id: 256,
            fields: [
              [11, 2],
              [1, 2],
            ],
          }),
        ]),
      )
      .send(ipfix([ipfixTemplates({ id: 256, fields: SWAPPED })], { domain: 1 }), { address: '192.0.2.2' });
    collect
      .send(ipfix([set(256, record(1, 10))], { domain: 1 }))
      .send(ipfix([set(256, swapped(2, 20))], { domain: 2 }))
      .send(v9([set(256, new Bytes().uint(3, 2).uint(30, 2).done())], { sequence: 1 }))
      .send(ipfix([set(256, swapped(4, 40))], { domain: 1 }), { address: '192.0.2.2' });
    expect(collect.rows.map(({ dstPort, bytes }) => [dstPort, bytes])).toEqual([
      [1, 10],
      [2, 20],
      [3, 30],
      [4, 40],
    ]);
  });

  it('are kept when the exporter changes its source port', () => {
    const collect = new Collect()
      .send(ipfix([ipfixTemplates({ id: 256, fields: FIELDS })]), { port: 1_000 })
      .send(ipfix([set(256, record(53, 64))]), { port: 2_000 });
    expect(collect.rows).toMatchObject([{ dstPort: 53, bytes: 64 }]);
  });

  it('are told apart by source port only where two processes disagree', () => {
    const collect = new Collect()
      .send(ipfix([ipfixTemplates({ id: 256, fields: FIELDS })]), { port: 1_000 })
      .send(ipfix([ipfixTemplates({ id: 256, fields: SWAPPED })]), { port: 2_000 })
      .send(ipfix([set(256, record(1, 10))]), { port: 1_000 })
      .send(ipfix([set(256, swapped(2, 20))]), { port: 2_000 });
    expect(collect.rows.map(({ dstPort, bytes }) => [dstPort, bytes])).toEqual([
      [1, 10],
      [2, 20],
    ]);
  });

  it('are replaced by a new definition from the same source', () => {
    const collect = new Collect()
      .send(ipfix([ipfixTemplates({ id: 256, fields: FIELDS })]))
      .send(ipfix([ipfixTemplates({ id: 256, fields: SWAPPED }), set(256, swapped(22, 90))]));
    expect(collect.rows).toMatchObject([{ dstPort: 22, bytes: 90 }]);
    expect(collect.counts().templates).toBe(1);
  });

  it('can be withdrawn one by one', () => {
    const collect = new Collect()
      .send(ipfix([ipfixTemplates({ id: 256, fields: FIELDS }, { id: 257, fields: FIELDS })]))
      .send(ipfix([ipfixWithdrawal(256), set(256, record(1, 10)), set(257, record(2, 20))]));
    expect(collect.rows).toMatchObject([{ dstPort: 2, bytes: 20 }]);
    expect(collect.counts().templates).toBe(1);
  });

  it('can be withdrawn all at once, data and options templates apart', () => {
    const options = ipfixOptions({ id: 300, scope: [[149, 4]], fields: [[34, 4]] });
    const collect = new Collect().send(ipfix([ipfixTemplates({ id: 256, fields: FIELDS }), options]));
    expect(collect.counts().templates).toBe(2);
    collect.send(ipfix([ipfixWithdrawal(2)]));
    expect(collect.counts().templates).toBe(1);
    collect.send(ipfix([ipfixWithdrawal(3, 3)]));
    expect(collect.counts().templates).toBe(0);
  });

  it('expire when neither used nor refreshed for an hour', () => {
    const collect = new Collect().send(ipfix([ipfixTemplates({ id: 256, fields: FIELDS })]));
    collect.send(ipfix([set(256, record(1, 10))]), { nowMs: NOW_MS + 1_800_000 });
    collect.decoder.sweep(NOW_MS + 3_700_000);
    expect(collect.decoder.state.templates).toBe(1);
    collect.decoder.sweep(NOW_MS + 5_500_000);
    expect(collect.decoder.state.templates).toBe(0);
  });

  it('are bounded for an exporter, the least recently used going first', () => {
    const collect = new Collect({ limits: { maxTemplatesPerExporter: 2 } });
    collect
      .send(ipfix([ipfixTemplates({ id: 256, fields: FIELDS })]), later(0))
      .send(ipfix([ipfixTemplates({ id: 257, fields: FIELDS })]), later(2))
      .send(ipfix([set(256, record(1, 10))]), later(4))
      .send(ipfix([ipfixTemplates({ id: 258, fields: FIELDS })]), later(6))
      .send(ipfix([set(256, record(2, 20)), set(257, record(3, 30)), set(258, record(4, 40))]), later(8));
    expect(collect.rows.map(({ dstPort }) => dstPort)).toEqual([1, 2, 4]);
    expect(collect.decoder.state.templates).toBe(2);
  });

  it('are bounded in total, and so are exporters and domains', () => {
    const collect = new Collect({ limits: { maxTemplates: 10, maxExporters: 5, maxDomainsPerExporter: 3 } });
    for (let i = 0; i < 500; i++) {
      const sets = [ipfixTemplates({ id: 256 + i, fields: FIELDS }), set(256 + i, record(443, 1_000))];
      const message = ipfix(sets, { domain: i });
      collect.send(message, { address: `192.0.2.${i % 50}` });
    }
    expect(collect.decoder.state).toEqual({ exporters: 5, templates: 10, pendingBytes: 0 });
    for (const exporter of collect.decoder.exporters.values()) expect(exporter.domains.size).toBeLessThanOrEqual(3);
    expect(collect.decoder.refused.get('exporter_limit')).toBe(450);
  });

  it('leave a full house to a new exporter only once another has been silent for an hour', () => {
    const collect = new Collect({ limits: { maxExporters: 1 } });
    const message = ipfix([ipfixTemplates({ id: 256, fields: FIELDS }), set(256, record(443, 1_000))]);
    collect.send(message, { address: '192.0.2.1' });
    collect.send(message, { address: '192.0.2.2', nowMs: NOW_MS + 60_000 });
    expect([...collect.decoder.exporters.keys()]).toEqual(['192.0.2.1']);
    collect.send(message, { address: '192.0.2.2', nowMs: NOW_MS + 3_700_000 });
    expect([...collect.decoder.exporters.keys()]).toEqual(['192.0.2.2']);
    expect(collect.decoder.state.templates).toBe(1);
  });

  it('make no exporter by themselves: senders without a data record give way, and are counted together', () => {
    const collect = new Collect({ limits: { maxExporters: 2 } });
    const template = ipfix([ipfixTemplates({ id: 256, fields: FIELDS })]);
    const data = ipfix([set(256, record(443, 1_000))]);
    const proven = (): string[] => collect.decoder.proven().map(({ address }) => address);
    for (let i = 1; i <= 20; i++) collect.send(template, { address: `198.51.100.${i}` });
    expect(proven()).toEqual([]);
    collect.send(template).send(data);
    expect(proven()).toEqual([EXPORTER]);
    expect(collect.decoder.exporters.size).toBe(2);
    expect(collect.decoder.refused.get('exporter_limit')).toBeUndefined();
    // One of the twenty is still there, and has two minutes to send data.
    expect([...collect.decoder.strangers]).toEqual([[10, 19]]);
    collect.decoder.sweep(NOW_MS + 121_000);
    expect([...collect.decoder.strangers]).toEqual([[10, 20]]);
    expect([...collect.decoder.exporters.keys()]).toEqual([EXPORTER]);
    expect(collect.counts().packets).toBe(2);
  });

  it('that never come are told of all strangers together, and not twice once they do', () => {
    const collect = new Collect();
    const data = ipfix([set(256, record(443, 1_000))]);
    collect.send(data).send(data, later(60)).send(data, later(100));
    collect.decoder.sweep(NOW_MS + 125_000);
    expect([...collect.decoder.strangers]).toEqual([[10, 3]]);
    const both = ipfix([ipfixTemplates({ id: 256, fields: FIELDS }), set(256, record(443, 1_000))]);
    collect.send(both, later(126));
    expect(collect.decoder.proven().map(({ address }) => address)).toEqual([EXPORTER]);
    expect(collect.counts().packets).toBe(1);
    expect([...collect.decoder.strangers]).toEqual([[10, 3]]);
  });

  it('of before a restart serve until new ones come, then are gone', () => {
    const collect = new Collect()
      .send(v9([v9Templates({ id: 256, fields: FIELDS }, { id: 257, fields: FIELDS })], { sequence: 500 }))
      .send(v9([set(256, record(1, 10))], { sequence: 0, uptimeMs: 1_000 }))
      .send(v9([set(257, record(2, 20))], { sequence: 1, uptimeMs: 2_000 }))
      .send(v9([v9Templates({ id: 256, fields: SWAPPED })], { sequence: 2, uptimeMs: 3_000 }))
      .send(v9([set(256, swapped(3, 30)), set(257, record(4, 40))], { sequence: 3, uptimeMs: 4_000 }));
    expect(collect.rows.map(({ dstPort }) => dstPort)).toEqual([1, 2, 3]);
  });
});

describe('data before its template', () => {
  it('waits and is then counted as if it had come in order', () => {
    const collect = new Collect()
      .send(ipfix([set(256, record(80, 100))]))
      .send(ipfix([set(256, record(81, 200)), set(300, record(99, 900))], { sequence: 1 }));
    expect(collect.rows).toEqual([]);
    collect.send(ipfix([ipfixTemplates({ id: 256, fields: FIELDS })], { sequence: 2 }));
    expect(collect.rows.map(({ dstPort }) => dstPort)).toEqual([80, 81]);
    expect(collect.counts().records).toBe(2);
    // The set of template 300 still waits; its packet is given up after two minutes.
    expect(collect.counts().dropped).toEqual({});
    collect.decoder.sweep(NOW_MS + 120_000);
    expect(collect.decoder.exporters.get(EXPORTER)?.dropped.get('no_template')).toBe(1);
    expect(collect.decoder.state.pendingBytes).toBe(0);
  });

  it('does not wait for the template of another domain', () => {
    const collect = new Collect()
      .send(ipfix([set(256, record(80, 100))], { domain: 1 }))
      .send(ipfix([ipfixTemplates({ id: 256, fields: FIELDS })], { domain: 2 }));
    expect(collect.rows).toEqual([]);
  });

  it('waits in a queue of 64 packets; older ones are counted as dropped', () => {
    const collect = new Collect();
    for (let i = 0; i < 100; i++) collect.send(ipfix([set(256, record(i + 1, 100))], { sequence: i }));
    expect(collect.counts().dropped).toEqual({ no_template: 36 });
    collect.send(ipfix([ipfixTemplates({ id: 256, fields: FIELDS })], { sequence: 100 }));
    expect(collect.rows.map(({ dstPort }) => dstPort)).toEqual(Array.from({ length: 64 }, (_, i) => i + 37));
    expect(collect.decoder.state.pendingBytes).toBe(0);
  });

  it('is bounded in bytes, for one exporter and for all', () => {
    const big = ipfix([set(256, new Uint8Array(1_300))]);
    const collect = new Collect({ limits: { maxPendingBytesPerExporter: 4_000, maxPendingBytes: 6_000 } });
    for (let i = 0; i < 10; i++) for (const address of ['192.0.2.1', '192.0.2.2']) collect.send(big, { address });
    expect(collect.decoder.state.pendingBytes).toBeLessThanOrEqual(6_000);
    const waiting = [...collect.decoder.exporters.values()].map(({ pending }) => pending.length);
    const dropped = [...collect.decoder.exporters.values()].map((exporter) => exporter.dropped.get('no_template') ?? 0);
    expect(waiting.reduce((a, b) => a + b) + dropped.reduce((a, b) => a + b)).toBe(20);
  });
});
