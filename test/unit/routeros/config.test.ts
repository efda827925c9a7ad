import { describe, expect, it } from 'vitest';
import { isPrivateAddress, routerosSectionSchema } from '../../../electron/engine/collectors/routeros/index.ts';

const base = { name: 'core', address: '10.0.0.1', username: 'monitor', password_file: 'secrets/core' };
const parse = (entry: object) => routerosSectionSchema.safeParse([{ ...base, ...entry }]);
const problems = (entry: object): string[] =>
  parse(entry).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];

describe('the routeros section', () => {
  it('fills in port, TLS and interval', () => {
    expect(parse({}).data).toEqual([
      { ...base, port: 8_728, tls: 'off', interval: 15_000, collectors: {}, labels: {} },
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
