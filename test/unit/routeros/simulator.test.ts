import { describe, expect, it } from 'vitest';
import { SimulatedDevice, uptimeText } from '../../lab/routeros/device.ts';
import { menus } from '../../lab/routeros/menus/index.ts';
import { Traffic } from '../../lab/routeros/traffic.ts';

const NOON = Date.UTC(2026, 10, 20, 12);

const make = (clock: { ms: number }, seed = 1) =>
  new SimulatedDevice({
    version: '7.15.3',
    identity: 'core',
    boardName: 'RB5009UG+S+',
    serial: 'X',
    username: 'monitor',
    group: 'monitor',
    policies: ['read', 'api'],
    health: 'full',
    without: [],
    interfaces: [{ name: 'ether1', rxBps: 8_000_000 }],
    seed,
    uptimeSeconds: 3_600,
    now: () => clock.ms,
  });
const print = (device: SimulatedDevice) => Object.values(menus).map((rows) => rows(device));

describe('simulated traffic', () => {
  it('is the integral of its rate', () => {
    const traffic = new Traffic(1_000_000, 7);
    let summed = 0;
    for (let t = 0; t < 600_000; t += 100) summed += traffic.rate(NOON + t + 50) * 0.1;
    expect(traffic.amount(NOON, NOON + 600_000) / summed).toBeCloseTo(1, 4);
  });

  it('never runs backwards, and is busier at 20:00 than at 08:00', () => {
    const traffic = new Traffic(1_000, 3);
    for (let t = 0; t < 86_400_000; t += 60_000) expect(traffic.rate(NOON + t)).toBeGreaterThan(0);
    const hour = (h: number): number => traffic.amount(Date.UTC(2026, 10, 20, h), Date.UTC(2026, 10, 20, h + 1));
    expect(hour(20)).toBeGreaterThan(2 * hour(8));
  });
});

describe('a simulated device', () => {
  it('is the same for the same seed and clock, another for another seed', () => {
    expect(print(make({ ms: NOON }))).toEqual(print(make({ ms: NOON })));
    expect(print(make({ ms: NOON }))).not.toEqual(print(make({ ms: NOON }, 2)));
  });

  it('counts on between polls, stands while the link is down, and begins anew after a reboot', () => {
    const clock = { ms: NOON };
    const device = make(clock);
    const rx = (): number => device.interfaces[0]?.counters(clock.ms).rxBytes ?? Number.NaN;
    const first = rx();
    clock.ms += 60_000;
    const second = rx();
    // A minute at a mean of 1 MB/s, between a twentieth and double of it.
    expect(second - first).toBeGreaterThan(3_000_000);
    expect(second - first).toBeLessThan(120_000_000);
    device.setInterface('ether1', { down: true });
    clock.ms += 60_000;
    expect([rx(), device.interfaces[0]?.running, device.interfaces[0]?.linkDowns]).toEqual([second, false, 1]);
    device.setInterface('ether1', { down: false });
    clock.ms += 60_000;
    expect(rx()).toBeGreaterThan(second);
    device.reboot();
    expect([rx(), device.uptimeSeconds]).toEqual([0, 0]);
  });

  it('writes uptimes as routers do', () => {
    expect([0, 59, 3_600, 788_645].map(uptimeText)).toEqual(['0s', '59s', '1h', '1w2d3h4m5s']);
  });
});
