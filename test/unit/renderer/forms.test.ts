import { describe, expect, test } from 'vitest';
import { routerFormSchema, targetFormSchema } from '../../../shared/contract/index.ts';
import { isProvisioned } from '../../../renderer/app/data/provisioned.ts';

const ROUTER = {
  name: 'core',
  address: '10.0.0.1',
  port: 8728,
  tls: 'off',
  pin: '',
  username: 'monitor',
  password: '',
  intervalMs: 15_000,
};
const problemOf = (change: Partial<Record<keyof typeof ROUTER, unknown>>): string | undefined =>
  routerFormSchema.safeParse({ ...ROUTER, ...change }).error?.issues[0]?.message;

describe('the form of a router', () => {
  test.each(['10.0.0.1', 'fe80::1', 'router.example.net', ' core '])('takes the address %j', (address) => {
    expect(problemOf({ address })).toBeUndefined();
  });

  test.each(['http://10.0.0.1', 'admin@10.0.0.1', '10.0.0.1/24', 'two words'])('refuses the address %j', (address) => {
    expect(problemOf({ address })).toBe('a host name or an IP address');
  });

  test.each([0, 65_536, 80.5, Number.NaN])('says which ports there are instead of %d', (port) => {
    expect(problemOf({ port })).toBe('a port from 1 to 65535');
  });

  test('says in plain words what is too long, and how often it can be polled', () => {
    expect(problemOf({ name: 'x'.repeat(129) })).toBe('at most 128 characters');
    expect(problemOf({ intervalMs: 500 })).toBe('from 1 to 3600 seconds');
    expect(problemOf({ intervalMs: Number.NaN })).toBe('from 1 to 3600 seconds');
  });
});

test('the form of a target says in plain words what is too long', () => {
  const job = 'x'.repeat(129);
  const parsed = targetFormSchema.safeParse({ job, url: 'http://a/metrics', intervalMs: 1_000 });
  expect(parsed.error?.issues.map(({ message }) => message)).toEqual(['at most 128 characters']);
});

test('this computer is provisioned only where there is a config file to change it in', () => {
  expect(isProvisioned({ kind: 'host', provisioned: true }, false)).toBe(false);
  expect(isProvisioned({ kind: 'host', provisioned: true }, true)).toBe(true);
  expect(isProvisioned({ kind: 'router', provisioned: true }, false)).toBe(true);
});
