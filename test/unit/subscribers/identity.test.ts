import { describe, expect, test } from 'vitest';
import { World } from './world.ts';

const alice = { name: 'alice', service: 'pppoe', address: '10.1.0.2', interface: '<pppoe-alice>', callerId: 'AA' };

describe('a user', () => {
  test('is one customer over reconnects, with another address and from another modem', () => {
    const world = new World();
    world.tell('core', 'ppp', { ...alice, uptimeSeconds: 100 });
    world.clock.pass(15_000);
    world.tell('core', 'ppp', { ...alice, uptimeSeconds: 3, address: '10.1.0.9', callerId: 'BB' });
    expect(world.names()).toEqual(['alice at core']);
    expect(world.one('alice').facts).toMatchObject({ address: '10.1.0.9', callerId: 'BB' });
  });

  test('is one customer on all routers, and of the one where it is connected', () => {
    const world = new World();
    world.tell('core', 'ppp', { ...alice, uptimeSeconds: 100 });
    world.clock.pass(15_000);
    world.tell('core', 'ppp');
    world.tell('tower', 'ppp', { ...alice, uptimeSeconds: 5 });
    expect(world.names()).toEqual(['alice at tower']);
    expect(world.one('alice').state).toBe('up');
    world.clock.pass(15_000);
    world.tell('tower', 'ppp');
    expect(world.names()).toEqual(['alice at tower']);
    expect(world.one('alice').state).toBe('down');
  });

  test('that is connected to two routers at once stays with the first, and both count', () => {
    const world = new World();
    world.tell('core', 'ppp', { ...alice, uptimeSeconds: 100, rxBytes: 1_000, txBytes: 10 });
    world.tell('tower', 'ppp', { ...alice, uptimeSeconds: 100, rxBytes: 500, txBytes: 5 });
    world.clock.pass(15_000);
    world.tell('core', 'ppp', { ...alice, uptimeSeconds: 115, rxBytes: 1_100, txBytes: 11 });
    world.tell('tower', 'ppp', { ...alice, uptimeSeconds: 115, rxBytes: 530, txBytes: 8 });
    expect(world.one('alice')).toMatchObject({ deviceId: 'core', total: { rx: 130, tx: 4 } });
  });

  test('that a router lists is there, and down, before it ever connects', () => {
    const world = new World();
    world.tell('core', 'ppp');
    world.list('core', { user: 'bob', profile: 'gold', comment: 'Bob, Mill street' });
    expect(world.one('bob')).toMatchObject({
      state: 'down',
      tier: { tier: 'gold', from: 'profile' },
      facts: { comment: 'Bob, Mill street' },
    });
  });

  test('whose account is deleted is not shown any more, and goes on from its totals when it comes back', () => {
    const world = new World();
    world.list('core', { user: 'alice', profile: 'gold' });
    world.tell('core', 'ppp', { ...alice, uptimeSeconds: 10, rxBytes: 0, txBytes: 0 });
    world.clock.pass(15_000);
    world.tell('core', 'ppp', { ...alice, uptimeSeconds: 25, rxBytes: 700, txBytes: 0 });
    world.list('core');
    expect(world.names()).toEqual(['alice at core']);
    world.tell('core', 'ppp');
    expect(world.names()).toEqual([]);
    world.list('core', { user: 'alice', profile: 'gold' });
    expect(world.one('alice')).toMatchObject({ state: 'down', total: { rx: 700 } });
  });

  test('of the sample network is nobody of the real one', () => {
    const world = new World();
    world.tell('core', 'ppp', alice);
    world.tell('lab', 'ppp', alice);
    expect(world.names()).toEqual(['alice at core', 'alice at lab']);
    world.devices.delete('lab');
    world.pass(1);
    world.pass(15_000);
    expect(world.names()).toEqual(['alice at core']);
  });
});

describe('a queue', () => {
  test('is a customer of its router: another router may have one of the same name', () => {
    const world = new World();
    world.tell('core', 'queue', { name: 'flat 3' });
    world.tell('tower', 'queue', { name: 'flat 3' });
    expect(world.names()).toEqual(['flat 3 at core', 'flat 3 at tower']);
  });

  test("of RouterOS's own making is its user's, whichever is told first", () => {
    const world = new World();
    world.tell('core', 'queue', { name: '<pppoe-alice>', rxLimitBps: 50e6, txLimitBps: 10e6 });
    world.tell('core', 'ppp', alice);
    expect(world.names()).toEqual(['alice at core']);
    expect(world.one('alice').facts).toMatchObject({ rxLimitBps: 50e6, txLimitBps: 10e6, address: '10.1.0.2' });
  });

  test("of a user's name on the same router is the user's; on another router it is not", () => {
    const world = new World();
    world.tell('core', 'queue', { name: 'alice', comment: 'tier=silver' });
    world.tell('tower', 'queue', { name: 'alice' });
    world.tell('core', 'ppp', alice);
    expect(world.names()).toEqual(['alice at tower', 'alice at core']);
    world.tell('core', 'queue', { name: 'alice', comment: 'tier=silver' });
    expect([...world.book].find(({ deviceId }) => deviceId === 'core')).toMatchObject({
      isAccount: true,
      tier: { tier: 'silver', from: 'comment' },
    });
  });

  test('that stays does not make a user who is gone look connected', () => {
    const world = new World();
    world.tell('core', 'ppp', alice);
    world.tell('core', 'queue', { name: 'alice' });
    world.clock.pass(15_000);
    world.tell('core', 'ppp');
    world.tell('core', 'queue', { name: 'alice' });
    expect(world.one('alice').state).toBe('down');
  });
});

describe('what routers say', () => {
  test('is one line, well-formed and not endless, whatever they send', () => {
    const world = new World();
    world.tell('core', 'ppp', { name: `a\n\u0000b\ud800${'x'.repeat(100_000)}`, comment: '__proto__' }, { name: '' });
    const [only] = world.book;
    expect(only?.name).toHaveLength(128);
    expect(only?.name.startsWith('a  b\ufffdxxx')).toBe(true);
    world.tell('core', 'ppp', { name: '__proto__' }, { name: 'constructor' });
    expect(world.names()).toContain('__proto__ at core');
  });

  test('has room for so many and no more, and the rest is counted', () => {
    const world = new World({ maxSubscribers: 3 });
    const rows = Array.from({ length: 10 }, (_, i) => ({ name: `user ${i}` }));
    world.tell('core', 'ppp', ...rows);
    expect(world.names()).toHaveLength(3);
    expect(world.book.refused).toBe(7);
    world.tell('core', 'ppp', { name: 'user 0' });
    expect(world.book.refused).toBe(0);
  });

  test('does not take long where one name comes fifty thousand times', () => {
    const world = new World();
    world.tell('core', 'ppp', ...Array.from({ length: 50_000 }, () => alice));
    expect(world.one('alice').slots.size).toBe(16);
  });

  test('counts for nothing once the device is not watched', () => {
    const world = new World();
    world.devices.delete('tower');
    world.tell('tower', 'ppp', alice);
    expect(world.names()).toEqual([]);
  });
});

describe('the state', () => {
  test('is unknown while its router is silent, and what it was when the router answers again', () => {
    const world = new World();
    world.tell('core', 'ppp', { ...alice, uptimeSeconds: 60 });
    world.pass(15_000);
    world.tell('core', 'ppp', { ...alice, uptimeSeconds: 75 });
    world.pass(90_000);
    expect(world.one('alice').state).toBe('up');
    world.pass(1_000);
    expect(world.one('alice').state).toBe('unknown');
    world.tell('core', 'ppp', { ...alice, uptimeSeconds: 166 });
    expect(world.one('alice')).toMatchObject({ state: 'up', sinceMs: world.clock.now() - 166_000 });
  });

  test('lasts since the connection began, though uptimes are whole seconds', () => {
    const world = new World();
    world.tell('core', 'ppp', { ...alice, uptimeSeconds: 60 });
    const sinceMs = world.clock.now() - 60_000;
    for (let i = 1; i <= 5; i++) {
      world.clock.pass(15_300);
      world.tell('core', 'ppp', { ...alice, uptimeSeconds: 60 + 15 * i });
    }
    expect(world.one('alice').sinceMs).toBe(sinceMs);
  });

  test('of a user who is neither listed nor seen is forgotten after so long, with its totals', () => {
    const world = new World({ forgetAfterMs: 86_400_000 });
    world.tell('core', 'ppp', alice, { name: 'bob' });
    world.list('core', { user: 'bob', profile: 'gold' });
    world.clock.pass(15_000);
    world.tell('core', 'ppp');
    world.pass(86_000_000);
    expect(world.names()).toHaveLength(2);
    world.pass(500_000);
    expect(world.names()).toEqual(['bob at core']);
    expect(world.removed).toContain('user alice');
  });
});
