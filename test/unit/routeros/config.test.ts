import { describe, expect, it } from 'vitest';
import { routerosSectionSchema } from '../../../electron/engine/collectors/routeros/index.ts';
import { isPrivateAddress } from '../../../electron/engine/observations/index.ts';

const base = { name: 'core', address: '10.0.0.1', username: 'monitor', password_file: 'secrets/core' };
const parse = (entry: object) => routerosSectionSchema.safeParse([{ ...base, ...entry }]);
const problems = (entry: object): string[] =>
  parse(entry).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];

describe('the routeros section', () => {
  it('fills in port, TLS and interval', () => {
    expect(parse({}).data).toEqual([
      {
        ...base,
        port: 8_728,
        tls: 'off',
        interval: 15_000,
        collectors: {},
        addressLists: [],
        observe: true,
        labels: {},
      },
    ]);
  });

  it('takes the port of api-ssl with TLS, unless one is given', () => {
    expect(parse({ tls: 'verify' }).data?.[0]?.port).toBe(8_729);
    expect(parse({ tls: 'verify', port: 9_000 }).data?.[0]?.port).toBe(9_000);
  });

  it('takes a pin in either notation', () => {
    const colons = 'AB:'.repeat(31) + 'CD';
    expect(parse({ tls: { pin: colons } }).data?.[0]?.tls).toEqual({ pin: 'ab'.repeat(31) + 'cd' });
    expect(problems({ tls: { pin: 'abcd' } })).toEqual([
      '0.tls: off, verify, insecure, anonymous or {pin: <SHA-256 as 64 hex digits>}',
    ]);
  });

  it('switches collectors by name, but not those that presence rests on', () => {
    expect(parse({ collectors: { health: false, interface: true } }).data?.[0]?.collectors).toEqual({
      health: false,
      interface: true,
    });
    expect(parse({ collectors: { resource: false } }).success).toBe(false);
    expect(parse({ collectors: { helath: true } }).success).toBe(false);
  });

  it('takes how often in place of a switch', () => {
    expect(parse({ collectors: { health: '1m', interface: '30s' } }).data?.[0]?.collectors).toEqual({
      health: 60_000,
      interface: 30_000,
    });
    const told = 'true, false, or a duration from 1s to 1d such as 1m';
    expect(problems({ collectors: { health: '100ms' } })).toEqual([`0.collectors.health: ${told}`]);
    expect(problems({ collectors: { health: '2d' } })).toEqual([`0.collectors.health: ${told}`]);
    expect(problems({ collectors: { health: 30 } })).toEqual([`0.collectors.health: ${told}`]);
    expect(parse({ collectors: { resource: '1m' } }).success).toBe(false);
  });

  it.each([
    ['an unknown key', { pasword_file: 'x' }],
    ['a password in the file itself', { password: 'x' }],
    ['an unknown TLS mode', { tls: 'on' }],
    ['a port out of range', { port: 70_000 }],
    ['an interval below a second', { interval: '10ms' }],
    ['a URL as address', { address: 'http://10.0.0.1' }],
    ['a label that is reserved', { labels: { routerboard_name: 'x' } }],
    ['a label that is none', { labels: { 'a-b': 'x' } }],
    ['an empty name', { name: ' ' }],
  ])('refuses %s', (_, entry) => {
    expect(parse(entry).success).toBe(false);
  });

  it('refuses two routers of one name', () => {
    const { error } = routerosSectionSchema.safeParse([base, base]);
    expect(error?.issues.map(({ path }) => path)).toEqual([[1, 'name']]);
  });
});

describe('private addresses', () => {
  it.each([
    '10.1.2.3',
    '172.31.0.1',
    '192.168.88.1',
    '127.0.0.1',
    '169.254.1.1',
    '100.64.0.1',
    '::1',
    'fe80::1%eth0',
    'fd00::1',
    '::ffff:10.0.0.1',
  ])('%s', (address) => expect(isPrivateAddress(address)).toBe(true));
  it.each(['8.8.8.8', '172.32.0.1', '2001:db8::1', '::ffff:8.8.8.8'])('not %s', (address) =>
    expect(isPrivateAddress(address)).toBe(false),
  );
});
