// Addresses, MACs and texts as devices write them, brought into one form or refused.
import { describe, expect, test } from 'vitest';
import { cleanText, normalizeAddress, normalizeMac } from '../../../electron/engine/observations/index.ts';

describe('an address', () => {
  test.each([
    ['10.0.0.5', '10.0.0.5'],
    [' 10.0.0.5/32 ', '10.0.0.5'],
    ['::ffff:10.0.0.5', '10.0.0.5'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['2001:0db8::0001/128', '2001:db8::1'],
    ['fe80::764d:28ff:fe91:d2f%bridge', 'fe80::764d:28ff:fe91:d2f'],
  ])('%s is %s', (text, canonical) => expect(normalizeAddress(text)).toBe(canonical));

  test.each([
    '',
    '10.0.0.0/24',
    '2001:db8::/64',
    '0.0.0.0',
    '::',
    '10.0.0.256',
    '010.0.0.1',
    'router',
    '1'.repeat(200),
  ])('%j is none of one host', (text) => expect(normalizeAddress(text)).toBeUndefined());
});

describe('a MAC', () => {
  test.each([
    ['74:4d:28:91:0d:2f', '74:4D:28:91:0D:2F'],
    ['744d.2891.0d2f', '74:4D:28:91:0D:2F'],
    ['74-4D-28-91-0D-2F', '74:4D:28:91:0D:2F'],
  ])('%s is %s', (text, canonical) => expect(normalizeMac(text)).toBe(canonical));

  test.each(['', '00:00:00:00:00:00', 'FF:FF:FF:FF:FF:FF', '01:00:5E:00:00:01', '74:4D:28:91:0D', 'x'.repeat(1000)])(
    '%j is none of one host',
    (text) => expect(normalizeMac(text)).toBeUndefined(),
  );
});

describe('a text', () => {
  test.each([
    ['laptop-7', 'laptop-7'],
    ['Büro\r\n\tDrucker ', 'Büro Drucker'],
    ['\u001B[31mred\u0000', '[31mred'],
    ['user\u202Egpj.exe', 'user gpj.exe'],
    ['\u200B\uFEFF', ''],
    ['a'.repeat(300), 'a'.repeat(128)],
  ])('%j is shown as %j', (text, shown) => expect(cleanText(text)).toBe(shown));

  test('is never cut through a character', () => expect(cleanText('😀😀', 3)).toBe('😀\uFFFD'));
});
