// The last minute as flows tell it.
import { describe, expect, it } from 'vitest';
import { FlowDecoder } from '../../../electron/engine/collectors/netflow/decoder/index.ts';
import { LiveMinute } from '../../../electron/engine/collectors/netflow/live/index.ts';
import { addressBytes, Bytes, ipfixMessage, ipfixTemplates, set } from '../../lab/flows/wire.ts';
import { NOW_MS, NOW_S } from './collect.ts';

/** NOW_MS is the first moment of a second: its second is the last of sixty. */
const live = (
  flows: readonly {
    src?: string;
    firstMs: number;
    lastMs: number;
    bytes: number;
    port?: number;
    own?: number;
    from?: string;
  }[],
  nowMs = NOW_MS,
) => {
  const minute = new LiveMinute(NOW_MS);
  const decoder = new FlowDecoder({ sink: (...told) => minute.add(...told) });
  for (const { src = '10.0.0.1', firstMs, lastMs, bytes, port = 443, own = 51_000, from = '192.0.2.1' } of flows) {
    const body = new Bytes()
      .raw(addressBytes(src))
      .raw(addressBytes('198.51.100.9'))
      .uint(own, 2)
      .uint(port, 2)
      .uint(6, 1)
      .uint(bytes, 4)
      .uint(firstMs, 8)
      .uint(lastMs, 8);
    const fields = [
      [8, 4],
      [12, 4],
      [7, 2],
      [11, 2],
      [4, 1],
      [1, 4],
      [152, 8],
      [153, 8],
    ] as const;
    const sets = [ipfixTemplates({ id: 256, fields }), set(256, body.done(), { pad: false })];
    decoder.decode(ipfixMessage({ exportSeconds: NOW_S, sequence: 0, domain: 0 }, sets), from, 4_000, NOW_MS);
  }
  return minute.snapshot(nowMs);
};

describe('the last minute', () => {
  it("spreads a flow's bytes over the seconds that it took", () => {
    const { total } = live([{ firstMs: NOW_MS - 4_000, lastMs: NOW_MS, bytes: 4_000 }]);
    expect([...total.bytes].slice(-6)).toEqual([0, 1_000, 1_000, 1_000, 1_000, 0]);
    expect([...total.flows].slice(-2)).toEqual([0, 1]);
  });

  it('takes of a second the part that the flow had', () => {
    const { total } = live([{ firstMs: NOW_MS - 2_500, lastMs: NOW_MS - 500, bytes: 2_000 }]);
    expect([...total.bytes].slice(-5)).toEqual([0, 500, 1_000, 500, 0]);
  });

  it('leaves out what was before', () => {
    // The window begins 59 seconds ago; of 118 seconds half is in it.
    const { total, top } = live([{ firstMs: NOW_MS - 118_000, lastMs: NOW_MS, bytes: 118_000 }]);
    expect(total.bytes.reduce((sum, bytes) => sum + bytes, 0)).toBe(59_000);
    expect(top).toMatchObject([{ bytes: 59_000 }]);
    expect(top[0]?.seconds).toEqual(total.bytes);
    expect(live([{ firstMs: NOW_MS - 300_000, lastMs: NOW_MS - 200_000, bytes: 1_000 }]).top).toEqual([]);
  });

  it('does not believe a clock that is ahead', () => {
    const { total } = live([{ firstMs: NOW_MS + 28_000, lastMs: NOW_MS + 30_000, bytes: 2_000 }]);
    expect([...total.bytes].slice(-4)).toEqual([0, 1_000, 1_000, 0]);
  });

  it('moves on with the clock, and is empty after a minute', () => {
    const flows = [{ firstMs: NOW_MS - 4_000, lastMs: NOW_MS, bytes: 4_000 }];
    expect([...live(flows, NOW_MS + 10_000).total.bytes].slice(44, 50)).toEqual([0, 1_000, 1_000, 1_000, 1_000, 0]);
    const later = live(flows, NOW_MS + 70_000);
    expect(later.total.bytes.every((bytes) => bytes === 0)).toBe(true);
    expect(later.top.map(({ bytes }) => bytes)).toEqual([]);
  });

  it('moves a flow that began before the window as the window moves', () => {
    const flows = [{ firstMs: NOW_MS - 80_000, lastMs: NOW_MS, bytes: 80_000 }];
    expect([...live(flows, NOW_MS + 30_000).total.bytes].slice(0, 31)).toEqual([
      ...Array.from({ length: 29 }, () => 1_000),
      0,
      0,
    ]);
  });

  it('is not begun anew by data that waited for its template', () => {
    const minute = new LiveMinute(NOW_MS);
    const decoder = new FlowDecoder({ sink: (...told) => minute.add(...told) });
    const at = (seconds: number, ...sets: Uint8Array[]) =>
      decoder.decode(
        ipfixMessage({ exportSeconds: NOW_S + seconds, sequence: 0, domain: 0 }, sets),
        '192.0.2.1',
        4_000,
        NOW_MS + seconds * 1_000,
      );
    const fields = [
      [1, 4],
      [2, 4],
    ] as const;
    const record = new Bytes().uint(100, 4).uint(1, 4).done();
    at(0, set(256, record));
    at(5, ipfixTemplates({ id: 257, fields }), set(257, record));
    at(6, ipfixTemplates({ id: 256, fields }));
    expect([...minute.snapshot(NOW_MS + 6_000).total.bytes].slice(-7)).toEqual([100, 0, 0, 0, 0, 100, 0]);
  });

  it('has the largest conversations in front, and each exporter apart', () => {
    const at = { firstMs: NOW_MS - 1_000, lastMs: NOW_MS };
    const { top, exporters } = live([
      { ...at, bytes: 100, src: '10.0.0.1' },
      { ...at, bytes: 900, src: '10.0.0.2', port: 53 },
      { ...at, bytes: 200, src: '10.0.0.1' },
      { ...at, bytes: 50, src: '10.0.0.1', from: '192.0.2.2' },
    ]);
    expect(top).toMatchObject([
      { client: [0, 0, 0xffff, 0x0a00_0002], exporter: '192.0.2.1', protocol: 6, service: 53, bytes: 900, flows: 1 },
      { client: [0, 0, 0xffff, 0x0a00_0001], exporter: '192.0.2.1', service: 443, bytes: 300, flows: 2 },
      { exporter: '192.0.2.2', bytes: 50 },
    ]);
    expect(exporters.map(({ address, bytes }) => [address, bytes.reduce((sum, one) => sum + one, 0)])).toEqual([
      ['192.0.2.1', 1_200],
      ['192.0.2.2', 50],
    ]);
  });

  it('knows the service as stored conversations do: the known port, though it may be the higher one', () => {
    const at = { firstMs: NOW_MS - 1_000, lastMs: NOW_MS };
    const inside = [0, 0, 0xffff, 0x0a00_0001];
    const { top } = live([
      { ...at, bytes: 900, own: 1_025, port: 8_291 },
      { ...at, bytes: 100, own: 51_820, port: 40_000 },
    ]);
    expect(top).toMatchObject([
      { service: 8_291, client: inside, toClient: false },
      { service: 51_820, server: inside, toClient: true },
    ]);
  });

  it('is bounded: of 100,000 conversations all are in the total', () => {
    const minute = new LiveMinute(NOW_MS);
    const decoder = new FlowDecoder({ sink: (...told) => minute.add(...told) });
    const templates = ipfixTemplates({
      id: 256,
      fields: [
        [8, 4],
        [1, 4],
        [2, 4],
      ],
    });
    for (let packet = 0; packet < 1_000; packet++) {
      const body = new Bytes();
      for (let i = 0; i < 100; i++)
        body
          .uint(packet * 100 + i + 1, 4)
          .uint(100, 4)
          .uint(1, 4);
      const sets = packet === 0 ? [templates, set(256, body.done())] : [set(256, body.done())];
      const message = ipfixMessage({ exportSeconds: NOW_S, sequence: packet * 100, domain: 0 }, sets);
      decoder.decode(message, '192.0.2.1', 4_000, NOW_MS);
    }
    const { total, top } = minute.snapshot(NOW_MS);
    expect(total.bytes.at(-1)).toBe(10_000_000);
    expect(top).toHaveLength(1_000);
  });
});
