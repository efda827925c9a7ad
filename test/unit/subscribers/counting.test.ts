import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromRow, toRow } from '../../../electron/engine/subscribers/record.ts';
import { storedTotals } from '../../../electron/engine/subscribers/stored-totals.ts';
import type { Subscriber } from '../../../electron/engine/subscribers/subscriber.ts';
import { Labels } from '../../../shared/model/labels.ts';
import { World } from './world.ts';

const POLL_MS = 15_000;
const session = (uptimeSeconds: number, rxBytes: number, txBytes: number) => ({
  name: 'alice',
  interface: '<pppoe-alice>',
  uptimeSeconds,
  rxBytes,
  txBytes,
});

const queue = (rxBytes: number) => ({ name: '<pppoe-alice>', rxBytes, txBytes: 0 });
const peer = (isUp: boolean, rxBytes: number) => ({ name: 'laptop', isUp, rxBytes, txBytes: 0 });

const first = (rx: number, up: number) => ({ ...session(up, rx, 0), interface: 'a' });
const second = (rx: number, up: number) => ({ ...session(up, rx, 0), interface: 'b' });

describe('bytes', () => {
  test('of a session that was there before it was watched are not counted; those from then on are', () => {
    const world = new World();
    world.tell('core', 'ppp', session(100_000, 5e12, 1e12));
    expect(world.one('alice').total).toEqual({ rx: 0, tx: 0 });
    world.clock.pass(POLL_MS);
    world.tell('core', 'ppp', session(100_015, 5e12 + 1_500, 1e12 + 150));
    expect(world.one('alice')).toMatchObject({
      total: { rx: 1_500, tx: 150 },
      usage: { today: { rx: 1_500, tx: 150 } },
    });
  });

  test('of one connection go on whatever interface and caller it is told with', () => {
    const world = new World();
    world.tell('core', 'ppp', session(100, 1_000, 100));
    world.clock.pass(POLL_MS);
    world.tell('core', 'ppp', { name: 'alice', callerId: 'AA', uptimeSeconds: 115, rxBytes: 1_300, txBytes: 130 });
    world.clock.pass(POLL_MS);
    world.tell('core', 'ppp', { ...session(130, 1_700, 170), interface: '<pppoe-alice-1>' });
    expect(world.one('alice').total).toEqual({ rx: 700, tx: 70 });
    expect(world.ended).toEqual([]);
  });

  test('of two connections of one user are kept apart, in whichever order they are told', () => {
    const world = new World();
    world.tell('core', 'ppp', first(5_000_000, 900), second(10, 800));
    world.clock.pass(POLL_MS);
    world.tell('core', 'ppp', second(30, 815), first(5_000_100, 915));
    expect(world.one('alice').total).toEqual({ rx: 120, tx: 0 });
    world.clock.pass(POLL_MS);
    world.tell('core', 'ppp', first(5_000_200, 930));
    expect(world.one('alice').total).toEqual({ rx: 220, tx: 0 });
    expect(world.ended).toMatchObject([{ rxBytes: 30 }]);
  });

  test('go on over a reconnect, whose counters begin anew', () => {
    const world = new World();
    world.tell('core', 'ppp', session(100, 1_000, 100));
    world.clock.pass(POLL_MS);
    world.tell('core', 'ppp', session(4, 30, 3));
    expect(world.one('alice').total).toEqual({ rx: 30, tx: 3 });
    world.clock.pass(POLL_MS);
    world.tell('core', 'ppp', session(19, 80, 9));
    expect(world.one('alice').total).toEqual({ rx: 80, tx: 9 });
  });

  test('of a reconnect count whole though its counters are already past the old ones', () => {
    const world = new World();
    world.tell('core', 'ppp', session(3_600, 1_000, 100));
    world.clock.pass(3_600_000);
    // Two hours would have passed for the old one.
    world.tell('core', 'ppp', session(3_600 - 20, 5_000, 500));
    expect(world.one('alice').total).toEqual({ rx: 5_000, tx: 500 });
  });

  test('of a session that began since the last look count whole; those of one that is older do not', () => {
    const world = new World();
    world.tell('core', 'ppp');
    world.clock.pass(POLL_MS);
    world.tell('core', 'ppp', session(9, 900, 90), { ...session(50_000, 7e9, 7e9), name: 'old', interface: 'x' });
    expect(world.one('alice').total).toEqual({ rx: 900, tx: 90 });
    expect(world.one('old').total).toEqual({ rx: 0, tx: 0 });
  });

  test('are not counted again when the clock leaps, nor lost when this computer slept', () => {
    const world = new World();
    world.tell('core', 'ppp', session(1_000, 1_000, 100));
    world.clock.pass(POLL_MS);
    world.clock.wallMs += 7 * 86_400_000;
    world.tell('core', 'ppp', session(1_015, 1_100, 110));
    expect(world.one('alice').total).toEqual({ rx: 100, tx: 10 });
    // Eight hours that the monotonic clock did not see, without and with a reconnect in them.
    world.clock.wallMs += 8 * 3_600_000;
    world.tell('core', 'ppp', session(1_015 + 8 * 3_600, 2_100, 210));
    expect(world.one('alice').total).toEqual({ rx: 1_100, tx: 110 });
    world.clock.wallMs += 24 * 3_600_000;
    world.tell('core', 'ppp', session(20 * 3_600, 9_000, 900));
    expect(world.one('alice').total).toEqual({ rx: 1_100 + 9_000, tx: 110 + 900 });
  });

  test('of a session and its queue are counted once, the queue where the session has none', () => {
    const world = new World();
    world.tell('core', 'ppp', session(100, 1_000, 0), { name: 'bob', uptimeSeconds: 100 });
    world.tell('core', 'queue', queue(800), { name: '<pppoe-bob>', rxBytes: 1, txBytes: 0 });
    world.clock.pass(POLL_MS);
    world.tell('core', 'ppp', session(115, 1_700, 0), { name: 'bob', uptimeSeconds: 115 });
    world.tell('core', 'queue', queue(1_400), { name: '<pppoe-bob>', rxBytes: 401, txBytes: 0 });
    expect(world.one('alice').total).toEqual({ rx: 700, tx: 0 });
    expect(world.one('bob').total).toEqual({ rx: 400, tx: 0 });
  });

  test('that no counter can have are not taken', () => {
    const world = new World();
    world.tell('core', 'ppp', session(100, 1_000, 100));
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, -5, 1e300]) {
      world.clock.pass(POLL_MS);
      world.tell('core', 'ppp', session(200, bad, bad));
    }
    expect(world.one('alice').total).toEqual({ rx: 0, tx: 0 });
  });

  test('give the rate of the last interval', () => {
    const world = new World();
    world.tell('core', 'ppp', session(100, 1_000, 100));
    world.clock.pass(10_000);
    world.tell('core', 'ppp', session(110, 1_001_000, 100_100));
    expect([...world.one('alice').slots.values()]).toMatchObject([{ rxBps: 800_000, txBps: 80_000 }]);
  });
});

describe('past sessions', () => {
  test('are told with what the router counted of them, at a reconnect and at the end', () => {
    const world = new World();
    const start = world.clock.now();
    world.tell('core', 'ppp', session(60, 1_000, 100));
    world.clock.pass(POLL_MS);
    world.tell('core', 'ppp', session(5, 10, 1));
    world.clock.pass(POLL_MS);
    world.tell('core', 'ppp');
    expect(world.ended).toEqual([
      expect.objectContaining({
        key: 'user alice',
        deviceId: 'core',
        beganMs: start - 60_000,
        endedMs: start + 10_000,
        rxBytes: 1_000,
        txBytes: 100,
      }),
      expect.objectContaining({ beganMs: start + 10_000, endedMs: start + 15_000, rxBytes: 10, txBytes: 1 }),
    ]);
  });

  test('of a peer last from handshake to handshake, with what went meanwhile', () => {
    const world = new World();
    world.tell('core', 'wireguard', peer(false, 5_000));
    for (const bytes of [5_000, 5_300, 5_400]) {
      world.clock.pass(POLL_MS);
      world.tell('core', 'wireguard', peer(true, bytes));
    }
    world.clock.pass(POLL_MS);
    world.tell('core', 'wireguard', peer(false, 5_400));
    expect(world.ended).toMatchObject([{ deviceId: 'core', rxBytes: 400 }]);
    expect(world.one('laptop')).toMatchObject({ state: 'down', total: { rx: 400 } });
  });
});

/** What state.db and the metric files hold at a kill. */
class Disk {
  rows = new Map<string, string>();
  shown = new Map<string, number>();

  write(world: World): void {
    for (const subscriber of world.book.all()) {
      const { key, record } = toRow(subscriber);
      this.rows.set(key, JSON.stringify(record));
      subscriber.unwritten = 'nothing';
    }
  }

  append(world: World): void {
    for (const { name, total, pending } of world.book) {
      this.shown.set(`${name} rx`, total.rx + (pending?.rx ?? 0));
      this.shown.set(`${name} tx`, total.tx + (pending?.tx ?? 0));
    }
  }

  async restart(world: World): Promise<void> {
    world.book = world.newBook();
    for (const [key, text] of this.rows) {
      const subscriber = fromRow({ key, record: JSON.parse(text) as unknown });
      if (subscriber === undefined) throw new Error('a record cannot be read back');
      world.book.restore(subscriber);
    }
    const samples = [...this.shown].map(([id, value]) => {
      const [name = '', way = ''] = id.split(' ');
      const labels = Labels.of(`linewarden_subscriber_${way}_bytes_total`, { subscriber: name, device: 'core' });
      return { labels, timeMs: 0, value };
    });
    const outcome = { value: { type: 'vector' as const, samples }, warnings: [], infos: [], samplesRead: 0 };
    await storedTotals(world.book, { instant: () => Promise.resolve(outcome) }, '{}', world.clock.now());
  }
}

const totalOf = ({ total, pending }: Subscriber) => ({
  rx: total.rx + (pending?.rx ?? 0),
  tx: total.tx + (pending?.tx ?? 0),
});

const twice = (rx: number) => [
  { ...session(100, rx, 0), interface: '<l2tp-alice>', callerId: '203.0.113.1' },
  { ...session(50, 2 * rx, 0), interface: '<l2tp-alice-1>', callerId: '203.0.113.2' },
];
const queues = (rx: number) => [
  { name: '<l2tp-alice>', rxBytes: rx, txBytes: 0 },
  { name: '<l2tp-alice-1>', rxBytes: 2 * rx, txBytes: 0 },
];

describe('a user who is connected twice', () => {
  test('is one customer, the queue of the second session too, and each byte counts once', () => {
    const world = new World();
    for (const rx of [1_000, 1_700]) {
      world.tell('core', 'ppp', ...twice(rx).map((row) => ({ ...row, uptimeSeconds: row.uptimeSeconds + rx / 100 })));
      world.tell('core', 'queue', ...queues(rx));
      world.clock.pass(7_000);
    }
    expect(world.names()).toEqual(['alice at core']);
    expect(world.one('alice').total).toEqual({ rx: 2_100, tx: 0 });
  });
});

describe('over restarts', () => {
  test('a clock that was an hour slow before the start counts no connection a second time', async () => {
    const world = new World();
    const disk = new Disk();
    world.tell('core', 'ppp', session(100_000, 5e12, 1e12));
    world.clock.pass(POLL_MS);
    world.tell('core', 'ppp', session(100_015, 5e12 + 500, 1e12));
    disk.write(world);
    disk.append(world);
    world.clock.pass(POLL_MS);
    world.clock.wallMs += 3_600_000;
    await disk.restart(world);
    world.tell('core', 'ppp', session(100_030, 5e12 + 800, 1e12));
    expect(totalOf(world.one('alice'))).toEqual({ rx: 800, tx: 0 });
    expect(world.ended).toEqual([]);
  });

  test('a session that lasts goes on exactly, with what went meanwhile', async () => {
    const world = new World();
    const disk = new Disk();
    world.tell('core', 'ppp', session(100, 1_000, 100));
    world.clock.pass(POLL_MS);
    world.tell('core', 'ppp', session(115, 1_500, 150));
    disk.write(world);
    disk.append(world);
    world.clock.pass(3_600_000);
    await disk.restart(world);
    expect(world.one('alice').state).toBe('unknown');
    world.tell('core', 'ppp', session(3_715, 9_000, 900));
    expect(totalOf(world.one('alice'))).toEqual({ rx: 8_000, tx: 800 });
    expect(world.ended).toEqual([]);
  });

  test('what was shown and not written at a kill is neither lost nor counted twice', async () => {
    for (const reconnects of [false, true]) {
      const world = new World();
      const disk = new Disk();
      world.tell('core', 'ppp', session(100, 1_000, 100));
      disk.write(world);
      world.clock.pass(POLL_MS);
      world.tell('core', 'ppp', session(115, 1_500, 150));
      disk.append(world);
      await disk.restart(world);
      world.clock.pass(POLL_MS);
      world.tell('core', 'ppp', reconnects ? session(5, 70, 7) : session(130, 1_600, 160));
      const total = reconnects ? { rx: 500 + 70, tx: 50 + 7 } : { rx: 600, tx: 60 };
      expect(totalOf(world.one('alice'))).toEqual(total);
      expect(world.one('alice').usage).toMatchObject({ today: total, thisMonth: total });
    }
  });

  test('a session that ended meanwhile is told as ended, when it was seen last', async () => {
    const world = new World();
    const disk = new Disk();
    world.tell('core', 'ppp', session(100, 1_000, 100));
    const seenMs = world.clock.now();
    disk.write(world);
    await disk.restart(world);
    world.clock.pass(3_600_000);
    world.tell('core', 'ppp');
    expect(world.ended).toMatchObject([{ endedMs: seenMs, rxBytes: 1_000 }]);
    expect(world.one('alice').state).toBe('down');
  });

  test('a record of another shape is left out', () => {
    expect(fromRow({ key: 'user x', record: { name: 'x' } })).toBeUndefined();
    expect(fromRow({ key: 'user x', record: null })).toBeUndefined();
  });
});

type Step =
  | { readonly kind: 'traffic'; readonly rx: number; readonly tx: number }
  | { readonly kind: 'reconnect' | 'gone' | 'write' | 'kill' | 'stop'; readonly after: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('traffic' as const), rx: fc.nat(1e9), tx: fc.nat(1e8) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom('reconnect' as const, 'gone' as const, 'write' as const, 'kill' as const, 'stop' as const),
      // One that begins within the tolerance of the one before, and is as old, passes for it.
      after: fc.integer({ min: 1, max: 9 }),
    }),
  },
);

test('the total is what every poll saw of every session, whatever happens between polls, and never falls', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 60 }), async (steps) => {
      const world = new World();
      const disk = new Disk();
      // The first session is new: all of it counts.
      world.tell('core', 'ppp');
      let now: { up: number; rx: number; tx: number } | undefined = { up: 0, rx: 0, tx: 0 };
      const seen = { rx: 0, tx: 0 };
      let last = { rx: 0, tx: 0 };
      let shown = { rx: 0, tx: 0 };
      const poll = (): void => {
        if (now === undefined) world.tell('core', 'ppp');
        else {
          world.tell('core', 'ppp', session(now.up, now.rx, now.tx));
          seen.rx += now.rx - last.rx;
          seen.tx += now.tx - last.tx;
          last = { rx: now.rx, tx: now.tx };
        }
        // What happened is written before it is shown, as the keeper does.
        if ([...world.book.all()].some(({ unwritten }) => unwritten === 'more')) disk.write(world);
        disk.append(world);
        const [alice] = world.book;
        const total = alice === undefined ? { rx: 0, tx: 0 } : totalOf(alice);
        expect(total.rx).toBeGreaterThanOrEqual(shown.rx);
        expect(total.tx).toBeGreaterThanOrEqual(shown.tx);
        expect(total).toEqual(seen);
        shown = total;
      };
      const tick = (): void => {
        world.clock.pass(POLL_MS);
        if (now !== undefined) now.up += POLL_MS / 1_000;
      };
      tick();
      poll();
      for (const one of steps) {
        tick();
        if (one.kind === 'traffic' && now !== undefined) {
          now.rx += one.rx;
          now.tx += one.tx;
        } else if (one.kind === 'reconnect') {
          now = { up: one.after, rx: one.after * 1_000, tx: one.after };
          last = { rx: 0, tx: 0 };
        } else if (one.kind === 'gone') {
          now = undefined;
          last = { rx: 0, tx: 0 };
        } else if (one.kind === 'write') disk.write(world);
        else if (one.kind === 'stop' || one.kind === 'kill') {
          if (one.kind === 'stop') disk.write(world);
          await disk.restart(world);
        }
        poll();
      }
    }),
    { numRuns: 300 },
  );
});
