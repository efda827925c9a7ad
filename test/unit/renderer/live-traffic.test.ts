import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { InterfaceRow } from '../../../renderer/panels/interfaces.ts';
import { LiveRates, watchedInterfaces } from '../../../renderer/screens/device/live-traffic.ts';

const row = (name: string, more: Partial<InterfaceRow> = {}): InterfaceRow => ({
  name,
  comment: '',
  type: 'ether',
  state: 'up',
  inBps: null,
  outBps: null,
  errors: null,
  speedMbps: null,
  mtu: null,
  spark: [],
  outSpark: [],
  ...more,
});

describe('which interfaces are asked for each second', () => {
  it('those that are up, in the order of their names, without the sessions of customers', () => {
    const rows = [
      row('ether10'),
      row('ether2'),
      row('ether3', { state: 'down' }),
      row('ether4', { state: 'disabled' }),
      row('<pppoe-anna>', { type: 'pppoe-in' }),
    ];
    expect(watchedInterfaces(rows, undefined)).toEqual(['ether2', 'ether10']);
  });

  it('and the one that is open, whatever it is', () => {
    const rows = [row('ether1'), row('<pppoe-anna>', { type: 'pppoe-in' })];
    expect(watchedInterfaces(rows, '<pppoe-anna>')).toEqual(['ether1', '<pppoe-anna>']);
    expect(watchedInterfaces(rows, 'ether1')).toEqual(['ether1']);
  });

  it('never more than 24 of a table, and the open one still', () => {
    const rows = Array.from({ length: 500 }, (_, i) => row(`vlan${i}`));
    expect(watchedInterfaces(rows, undefined)).toHaveLength(24);
    expect(watchedInterfaces(rows, 'vlan400').at(-1)).toBe('vlan400');
  });
});

const second = (rxBps: number) => ({ rates: [{ name: 'ether1', rxBps, txBps: 7 }] });

describe('live rates', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  it('are told to whoever draws, and kept for a minute', () => {
    const rates = new LiveRates();
    const draw = vi.fn<() => void>();
    rates.subscribe(draw);
    for (let i = 1; i <= 70; i++) rates.take(second(i));
    expect(rates.get('ether1')).toEqual({ inBps: 70, outBps: 7 });
    expect(rates.lastMinute('ether1')).toHaveLength(60);
    expect(rates.lastMinute('ether1')[0]).toEqual({ inBps: 11, outBps: 7 });
    expect(draw).toHaveBeenCalledTimes(70);
  });

  it('are not of now once nothing came for five seconds', () => {
    const rates = new LiveRates();
    rates.take(second(1));
    vi.advanceTimersByTime(4_900);
    expect(rates.get('ether1')).toBeDefined();
    vi.advanceTimersByTime(200);
    expect(rates.get('ether1')).toBeUndefined();
    expect(rates.lastMinute('ether1')).toHaveLength(1);
  });

  it('an interface without any keeps one and the same empty list', () => {
    const rates = new LiveRates();
    expect(rates.lastMinute('x')).toBe(rates.lastMinute('y'));
  });
});
