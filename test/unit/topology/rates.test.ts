// What a port carries, from counters: never negative, never old, never a reboot's leap.
import { expect, test } from 'vitest';
import type { InterfaceSeen } from '../../../electron/engine/observations/index.ts';
import { PortRates } from '../../../electron/engine/topology/rates.ts';

const tell = (rates: PortRates, atMs: number, ...rows: InterfaceSeen[]): void =>
  rates.tell({ deviceId: 'core', atMs, observation: { kind: 'interfaces', source: 'interface', rows } });
const ether1 = (rxBytes: number, txBytes: number): InterfaceSeen => ({ name: 'ether1', rxBytes, txBytes });

test('bytes between two polls, as bits a second', () => {
  const rates = new PortRates();
  tell(rates, 10_000, ether1(1_000, 500));
  expect(rates.of('core', 'ether1', 10_000)).toBeUndefined();
  tell(rates, 20_000, ether1(126_000, 13_000));
  expect(rates.of('core', 'ether1', 20_000)).toEqual({ rxBps: 100_000, txBps: 10_000 });
  expect(rates.of('core', 'ether2', 20_000)).toBeUndefined();
});

test('counters that begin anew tell nothing of the time between, and all of the next', () => {
  const rates = new PortRates();
  tell(rates, 0, ether1(9_000_000, 9_000_000));
  tell(rates, 10_000, ether1(1_000, 2_000));
  expect(rates.of('core', 'ether1', 10_000)).toBeUndefined();
  tell(rates, 20_000, ether1(11_000, 2_000));
  expect(rates.of('core', 'ether1', 20_000)).toEqual({ rxBps: 8_000, txBps: 0 });
});

test('what was measured long ago is not shown', () => {
  const rates = new PortRates();
  tell(rates, 0, ether1(0, 0));
  tell(rates, 15_000, ether1(15_000, 0));
  expect(rates.of('core', 'ether1', 60_000)).toEqual({ rxBps: 8_000, txBps: 0 });
  expect(rates.of('core', 'ether1', 60_001)).toBeUndefined();
});

test('a router that says no counters has no rate', () => {
  const rates = new PortRates();
  tell(rates, 0, { name: 'ether1' });
  tell(rates, 10_000, { name: 'ether1' });
  expect(rates.of('core', 'ether1', 10_000)).toBeUndefined();
});
