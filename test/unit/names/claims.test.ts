// Whose name for an address counts, what is remembered, and where it ends.
import { describe, expect, test } from 'vitest';
import { Claims } from '../../../electron/engine/names/claims.ts';
import type { Claim } from '../../../electron/engine/names/claims.ts';
import type { NameSource } from '../../../shared/contract/index.ts';

const HOST = '10.0.0.5';
const nameOf = (claims: Claims, near?: string): string | undefined => claims.best(HOST, near)?.name;
const tell = (claims: Claims, source: NameSource, name: string, atMs = 1, deviceId = 'core'): void =>
  claims.tell(deviceId, source, atMs, [{ address: HOST, name }]);
const none = (claims: Claims, source: NameSource, atMs: number, deviceId = 'core'): void =>
  claims.tell(deviceId, source, atMs, []);

describe('whose name counts', () => {
  test('is decided by where it comes from', () => {
    const claims = new Claims();
    const least: [NameSource, string][] = [
      ['reverse-dns', 'host-5.isp.example'],
      ['neighbour', 'AP'],
      ['arp', 'arp comment'],
      ['dns', 'nas.lan'],
      ['dhcp', 'DESKTOP-1'],
      ['queue', 'queue of Anna'],
      ['dhcp-comment', 'Anna'],
      ['wireguard', 'anna-phone'],
      ['hotspot', 'guest-3'],
      ['ppp', 'anna@isp'],
    ];
    for (const [source, name] of least) {
      tell(claims, source, name);
      expect(nameOf(claims)).toBe(name);
    }
    for (const [source] of least) tell(claims, source, 'again', 2);
    expect(claims.best(HOST)?.source).toBe('ppp');
  });

  test('who holds it now goes before who did, whatever the source', () => {
    const claims = new Claims();
    tell(claims, 'ppp', 'anna@isp', 1);
    tell(claims, 'dhcp', 'printer', 1);
    expect(nameOf(claims)).toBe('anna@isp');
    none(claims, 'ppp', 2);
    expect(nameOf(claims)).toBe('printer');
    none(claims, 'dhcp', 2);
    expect(nameOf(claims)).toBe('anna@isp');
  });

  test('the device nearest to the question goes before others', () => {
    const claims = new Claims();
    tell(claims, 'ppp', 'somebody elsewhere', 5, 'north');
    tell(claims, 'arp', 'our printer', 1, 'south');
    none(claims, 'arp', 2, 'south');
    expect(nameOf(claims)).toBe('somebody elsewhere');
    expect(nameOf(claims, 'south')).toBe('our printer');
    expect(nameOf(claims, 'west')).toBe('somebody elsewhere');
  });

  test('a teller that says two names at once is taken at its first word, and at its later word later', () => {
    const claims = new Claims();
    claims.tell('core', 'dns', 1, [
      { address: HOST, name: 'nas.lan' },
      { address: HOST, name: 'backup.lan' },
    ]);
    expect(nameOf(claims)).toBe('nas.lan');
    tell(claims, 'dns', 'new.lan', 2);
    expect(nameOf(claims)).toBe('new.lan');
    tell(claims, 'dns', '', 3);
    expect(nameOf(claims)).toBe('new.lan');
  });
});

describe('what is remembered', () => {
  test('ends after a time, and is then taken from the disk as well', () => {
    const claims = new Claims();
    tell(claims, 'dhcp', 'old', 1_000);
    claims.flush(10, () => {});
    claims.expire(1_000);
    expect(nameOf(claims)).toBe('old');
    claims.expire(1_001);
    expect(nameOf(claims)).toBeUndefined();
    expect(claims.size).toBe(0);
    const dropped: Claim[] = [];
    claims.flush(10, (changes) => dropped.push(...changes.dropped));
    expect(dropped).toMatchObject([{ address: HOST, source: 'dhcp', deviceId: 'core' }]);
  });

  test('is written once, again when it changes, and every six hours when it is only seen again', () => {
    const claims = new Claims();
    const HOUR = 3_600_000;
    const written: string[] = [];
    const flush = (): boolean =>
      claims.flush(100, ({ saved }) => written.push(...saved.map(({ name, seenMs }) => `${name} ${seenMs / HOUR}`)));
    for (const hour of [10, 11, 15.5, 16, 17]) {
      tell(claims, 'dhcp', 'laptop', hour * HOUR);
      flush();
    }
    tell(claims, 'dhcp', 'laptop-2', 18 * HOUR);
    flush();
    expect(written).toEqual(['laptop 10', 'laptop 16', 'laptop-2 18']);
    expect(flush()).toBe(false);
  });

  test('is written in parts, and what could not be written is tried again', () => {
    const claims = new Claims();
    claims.tell(
      'core',
      'dhcp',
      1,
      [1, 2, 3].map((i) => ({ address: `10.0.0.${i}`, name: `host-${i}` })),
    );
    expect(() =>
      claims.flush(2, () => {
        throw new Error('full disk');
      }),
    ).toThrow('full disk');
    const written: string[] = [];
    const write = ({ saved }: { saved: readonly Claim[] }): void =>
      void written.push(saved.map((one) => one.name).join());
    expect(claims.flush(2, write)).toBe(true);
    expect(claims.flush(2, write)).toBe(false);
    expect(written).toEqual(['host-1,host-2', 'host-3']);
  });

  test('comes back after a restart, until somebody says it again', () => {
    const claims = new Claims();
    claims.restore([{ address: HOST, source: 'ppp', deviceId: 'core', name: 'anna@isp', seenMs: 1 }]);
    expect(nameOf(claims)).toBe('anna@isp');
    tell(claims, 'dhcp', 'printer', 2);
    expect(nameOf(claims)).toBe('printer');
  });
});

const many = (count: number, from = 0) =>
  Array.from({ length: count }, (_, i) => ({ address: `10.1.${(from + i) >> 8}.${(from + i) & 255}`, name: 'x' }));

describe('the room for names', () => {
  test('is shared: one device cannot take all of it', () => {
    const claims = new Claims({ ofDevice: 100, all: 150 });
    claims.tell('loud', 'dhcp', 1, many(1_000));
    expect(claims.size).toBe(100);
    tell(claims, 'dhcp', 'printer', 1, 'quiet');
    expect(nameOf(claims)).toBe('printer');
  });

  test('is made by forgetting the oldest of what nobody holds', () => {
    const claims = new Claims({ ofDevice: 1_000, all: 100 });
    claims.tell('core', 'dhcp', 1, many(60));
    claims.tell('core', 'dhcp', 2, many(40, 60));
    tell(claims, 'arp', 'new', 2);
    expect(nameOf(claims)).toBeUndefined();
    claims.expire(0);
    expect(claims.size).toBe(80);
    tell(claims, 'arp', 'new', 2);
    expect(nameOf(claims)).toBe('new');
    expect(claims.best('10.1.0.99')?.name).toBe('x');
  });
});
