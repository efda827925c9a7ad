import { describe, expect, it } from 'vitest';
import { SubscriberBook } from '../../../electron/engine/subscribers/book.ts';
import { heldAddresses } from '../../../electron/engine/subscribers/held-addresses.ts';
import { tierOf } from '../../../electron/engine/subscribers/tiers.ts';

const HOUR = 3_600_000;
const NOW = 100 * HOUR;

function network() {
  const book = new SubscriberBook({
    maxSubscribers: 10,
    forgetAfterMs: HOUR,
    tierOf: tierOf([]),
    device: () => ({ isSample: false }),
    onSession: () => undefined,
    onRemoved: () => undefined,
  });
  const told = (
    source: 'ppp' | 'queue',
    rows: { name: string; address: string; isUp: boolean; uptimeSeconds?: number }[],
  ) => book.sessions({ deviceId: 'core', atMs: NOW, observation: { kind: 'sessions', source, rows } }, 0);
  return { book, told };
}
const ended = { deviceId: 'core', service: 'pppoe', callerId: '', rxBytes: 0, txBytes: 0 };

describe('held addresses', () => {
  it('has past sessions, then present ones since they began, then what queues say without a time', () => {
    const { book, told } = network();
    told('queue', [{ name: 'office', address: '10.5.0.7/32', isUp: true }]);
    told('ppp', [{ name: 'anna', address: '100.64.0.9', isUp: true, uptimeSeconds: 3_600 }]);
    const past = { ...ended, key: 'ben', address: '100.64.0.9', beganMs: NOW - 9 * HOUR, endedMs: NOW - 2 * HOUR };
    const held = [...heldAddresses(book, [past])].map(({ address, fromMs, untilMs }) => [address, fromMs, untilMs]);
    expect(held.slice(0, 2)).toEqual([
      ['100.64.0.9', NOW - 9 * HOUR, NOW - 2 * HOUR],
      ['100.64.0.9', NOW - HOUR, Number.POSITIVE_INFINITY],
    ]);
    expect(new Set(held.slice(2).map(String))).toEqual(new Set(['10.5.0.7,-Infinity,Infinity']));
  });

  it('leaves out what an account had before, and what is no address of one host', () => {
    const { book, told } = network();
    told('ppp', [{ name: 'anna', address: '100.64.0.9', isUp: true }]);
    told('ppp', []);
    told('queue', [{ name: 'floor', address: '10.5.0.0/24', isUp: true }]);
    expect([...heldAddresses(book, [])]).toEqual([]);
  });
});
