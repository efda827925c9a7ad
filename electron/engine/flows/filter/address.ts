// Addresses as four words in network order, IPv4 as ::ffff:a.b.c.d, as flow records have them.
import { isIPv4, isIPv6 } from 'node:net';

export type Words = readonly [number, number, number, number];

const MAPPED = 0xffff;

function wordsOf4(text: string): Words {
  const [a = 0, b = 0, c = 0, d = 0] = text.split('.').map(Number);
  return [0, 0, MAPPED, ((a << 24) | (b << 16) | (c << 8) | d) >>> 0];
}

const groupsOf = (part: string): number[] => (part === '' ? [] : part.split(':').map((group) => parseInt(group, 16)));

function wordsOf6(text: string): Words {
  // An embedded IPv4 address is two groups more.
  const whole = text.replace(/(\d+\.\d+\.\d+\.\d+)$/, (tail) => {
    const last = wordsOf4(tail)[3];
    return `${(last >>> 16).toString(16)}:${(last & 0xffff).toString(16)}`;
  });
  const [left = '', right] = whole.split('::');
  const head = groupsOf(left);
  const tail = right === undefined ? [] : groupsOf(right);
  const all = [...head, ...Array.from({ length: 8 - head.length - tail.length }, () => 0), ...tail];
  const word = (index: number): number => (((all[index * 2] ?? 0) << 16) | (all[index * 2 + 1] ?? 0)) >>> 0;
  return [word(0), word(1), word(2), word(3)];
}

/** Undefined for what is no address. */
export function addressWords(text: string): Words | undefined {
  if (isIPv4(text)) return wordsOf4(text);
  return isIPv6(text) && !text.includes('%') ? wordsOf6(text) : undefined;
}

export type Net = { readonly words: Words; /** 0 to 128; an IPv4 prefix counts from 96. */ readonly bits: number };

/** A network or one address, its host bits cleared; undefined for what is none. */
export function netOf(text: string): Net | undefined {
  const [, host = '', prefix] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const words = addressWords(host);
  if (words === undefined) return undefined;
  const most = isIPv4(host) ? 32 : 128;
  const length = prefix === undefined ? most : Number(prefix);
  if (length > most) return undefined;
  const bits = length + 128 - most;
  return { words: masked(words, bits), bits };
}

const maskOf = (bits: number): number =>
  bits <= 0 ? 0 : bits >= 32 ? 0xffff_ffff : (0xffff_ffff << (32 - bits)) >>> 0;

function masked([a, b, c, d]: Words, bits: number): Words {
  const word = (value: number, index: number): number => (value & maskOf(bits - index * 32)) >>> 0;
  return [word(a, 0), word(b, 1), word(c, 2), word(d, 3)];
}

const isMapped = ([a, b, c]: Words): boolean => a === 0 && b === 0 && c === MAPPED;

/** RFC 5952; IPv4-mapped as IPv4. */
export function addressText(words: Words): string {
  if (isMapped(words)) return [24, 16, 8, 0].map((shift) => (words[3] >>> shift) & 0xff).join('.');
  const groups = words.flatMap((word) => [word >>> 16, word & 0xffff]);
  let bestAt = -1;
  let bestLength = 1;
  for (let at = 0; at < 8; at++) {
    let length = 0;
    while (at + length < 8 && groups[at + length] === 0) length++;
    if (length > bestLength) {
      bestAt = at;
      bestLength = length;
    }
    at += length;
  }
  const hex = (from: number, to: number): string =>
    groups
      .slice(from, to)
      .map((group) => group.toString(16))
      .join(':');
  return bestAt === -1 ? hex(0, 8) : `${hex(0, bestAt)}::${hex(bestAt + bestLength, 8)}`;
}

export function netText({ words, bits }: Net): string {
  if (bits === 128) return addressText(words);
  return bits >= 96 && isMapped(words) ? `${addressText(words)}/${bits - 96}` : `${addressText(words)}/${bits}`;
}

/** RFC 1918, shared (CGNAT), loopback, link-local and unique local addresses: inside a network. */
const INSIDE = [
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '::1/128',
  'fc00::/7',
  'fe80::/10',
].flatMap((text) => netOf(text) ?? []);

export const insideNets = (): readonly Net[] => INSIDE;
