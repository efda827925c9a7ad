import { describe, expect, test } from 'vitest';
import { createEvaluator } from '../../../electron/engine/promql/index.ts';
import { networkTraffic } from '../../../renderer/panels/network.ts';
import { rateOf } from '../../../renderer/panels/step.ts';
import { MemoryStorage } from '../../../electron/engine/promql/testing/index.ts';

const SECOND = 1_000;
const every = (fromS: number, toS: number, byS: number): number[] =>
  Array.from({ length: Math.floor((toS - fromS) / byS) + 1 }, (_, index) => fromS + index * byS);

/** Seconds -> value of the one series that a query answers with; what is absent has none. */
function valuesOf(storage: MemoryStorage, query: string, startS: number, endS: number, stepS: number) {
  const { value } = createEvaluator({ storage }).range(query, startS * SECOND, endS * SECOND, stepS * SECOND);
  if (value.type !== 'matrix') throw new Error(value.type);
  expect(value.series.length).toBeLessThanOrEqual(1);
  const [series] = value.series;
  return new Map([...(series?.timestamps ?? [])].map((atMs, index) => [atMs / SECOND, series?.values[index]]));
}

const expr = (rate = { stepMs: 10_000, intervalMs: 15_000 }): string => networkTraffic.queries(rate)[0]?.expr ?? '';

describe('the traffic of the network', () => {
  test('leaves out what is no port, known for as long as its rate is', () => {
    expect(expr()).toBe(
      '8 * sum by (routerboard_name) (rate(mktxp_interface_rx_byte_total[1m]) unless on (routerboard_name, routerboard_address, name) last_over_time(mktxp_interface_type_info{type=~"bridge|vlan|bond|loopback|vrrp|pppoe-.*|l2tp-.*|wg|gre.*|eoip.*|ipip.*"}[1m]))',
    );
  });

  test.each([
    ['at steps of ten seconds', 10],
    ['at steps of a second', 1],
  ])('of a router that stops is counted once up to its end, %s', (_, stepS) => {
    const storage = new MemoryStorage();
    const router = { routerboard_name: 'core', routerboard_address: '10.0.0.1' };
    const times = every(0, 300, 15);
    for (const [name, type] of [
      ['ether1', 'ether'],
      ['bridge', 'bridge'],
    ] as const) {
      const labels = { ...router, name };
      // 1,000 bytes a second through the port, and again through the bridge over it.
      const bytes = times.map((at) => ({ timeMs: at * SECOND, value: 1_000 * at }));
      const kinds = times.map((at) => ({ timeMs: at * SECOND, value: 1 }));
      const end = { timeMs: 301 * SECOND, value: 0, stale: true };
      storage.append({ __name__: 'mktxp_interface_rx_byte_total', ...labels }, [...bytes, end]);
      storage.append({ __name__: 'mktxp_interface_type_info', ...labels, type }, [...kinds, end]);
    }
    const query = expr({ stepMs: stepS * SECOND, intervalMs: 15_000 });
    const values = valuesOf(storage, query, 100, 400, stepS);
    expect(values.get(200)).toBeCloseTo(8_000, 6);
    expect(Math.max(...[...values.values()].map(Number))).toBeCloseTo(8_000, 6);
    expect(values.has(310)).toBe(true);
    expect(values.has(370)).toBe(false);
  });
});

describe('a rate at steps of a second, of a device that is polled each second while watched', () => {
  const storage = new MemoryStorage();
  // Every 15 s, then watched from 300 on; the engine is killed after 400 and is back, watched, at 440.
  const times = [...every(0, 300, 15), ...every(301, 400, 1), ...every(440, 460, 1)];
  storage.append(
    { __name__: 'x' },
    times.map((at) => ({ timeMs: at * SECOND, value: 100 * at })),
  );
  const values = valuesOf(storage, rateOf('x', { stepMs: 1_000, intervalMs: 15_000, watchedMs: 1_000 }), 100, 460, 1);

  test('is there before somebody looked, at the ordinary pace', () => {
    for (const at of every(100, 299, 1)) expect(values.get(at)).toBeCloseTo(100, 6);
  });

  test('is there while it is watched', () => {
    for (const at of every(300, 400, 1)) expect(values.get(at)).toBeCloseTo(100, 6);
  });

  test('ends within three seconds of an unclean stop, and stays away', () => {
    expect(every(403, 439, 1).filter((at) => values.has(at))).toEqual([]);
  });

  test('is back with the second sample', () => {
    for (const at of every(441, 460, 1)) expect(values.get(at)).toBeCloseTo(100, 6);
  });
});
