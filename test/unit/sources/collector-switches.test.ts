import { describe, expect, it } from 'vitest';
import { storeCollectorSwitch } from '../../../electron/engine/sources/collector-switches.ts';
import { readStored, toRouterConfig } from '../../../electron/engine/sources/stored.ts';
import type { DeviceRow, StateStore } from '../../../electron/engine/store/state/index.ts';

const form = {
  name: 'core',
  address: '192.0.2.1',
  port: 8_728,
  tls: 'off',
  pin: '',
  username: 'monitor',
  intervalMs: 15_000,
};
const row = (id: string, kind: string, config: unknown): DeviceRow => ({
  id,
  kind,
  name: id,
  address: '192.0.2.1',
  config,
  createdMs: 0,
  lastSeenMs: null,
  labels: {},
});

function setUp() {
  const rows = new Map([
    ['core', row('core', 'router', form)],
    ['flows/192.0.2.1', row('flows/192.0.2.1', 'exporter', null)],
  ]);
  const devices = {
    list: () => [...rows.values()],
    upsert: (next: DeviceRow) => void rows.set(next.id, next),
  } as unknown as StateStore['devices'];
  const set = (collector: string, to: boolean | number | null, id = 'core'): void =>
    storeCollectorSwitch({ devices }, { id, collector, to });
  const chosen = (): unknown => {
    const [stored] = readStored({ devices }, () => {});
    return stored?.kind === 'router' ? toRouterConfig(stored.form).collectors : undefined;
  };
  return { set, chosen };
}

describe('what the window chose to read', () => {
  it('is kept with the router, and null goes back to the default', () => {
    const { set, chosen } = setUp();
    expect(chosen()).toEqual({});
    set('certificate', false);
    set('dhcp', 120_000);
    set('connection_stats', true);
    expect(chosen()).toEqual({ certificate: false, dhcp: 120_000, connection_stats: true });
    set('dhcp', null);
    expect(chosen()).toEqual({ certificate: false, connection_stats: true });
  });

  it.each([
    ['a collector that does not exist', 'helath', true, 'core', 'LW_COLLECTOR_UNKNOWN'],
    ['__proto__', '__proto__', true, 'core', 'LW_COLLECTOR_UNKNOWN'],
    ['what presence rests on', 'resource', false, 'core', 'LW_COLLECTOR_ALWAYS'],
    ['an interval of no time', 'dhcp', 10, 'core', 'LW_COLLECTOR_INTERVAL'],
    ['an interval that is none', 'dhcp', Number.NaN, 'core', 'LW_COLLECTOR_INTERVAL'],
    ['a router of the file', 'dhcp', true, 'tower', 'LW_DEVICE_PROVISIONED'],
    ['a device that is no router', 'dhcp', true, 'flows/192.0.2.1', 'LW_DEVICE_PROVISIONED'],
  ])('refuses %s', (_, collector, to, id, code) => {
    const { set, chosen } = setUp();
    expect(() => set(collector, to, id)).toThrow(expect.objectContaining({ code }) as Error);
    expect(chosen()).toEqual({});
  });
});
