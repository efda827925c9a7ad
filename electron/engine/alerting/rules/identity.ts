// The identity of an alert: Alertmanager's fingerprint of its label set.
import type { Labels } from '../../../../shared/model/labels.ts';

/** 14695981039346656037, as its upper and lower half. */
const OFFSET_BASIS = [0xcbf2_9ce4, 0x8422_2325] as const;
/** The prime is 2 ** 40 + this: products of halves with it are exact as numbers, and ten times as fast as bigints. */
const PRIME_REST = 0x1b3;
const TWO_32 = 2 ** 32;
const SEPARATOR = 0xff;

/** Whose characters are their bytes: no encoder is asked, which costs more than the hash. */
// oxlint-disable-next-line no-control-regex -- all of ASCII
const ASCII = /^[\x00-\x7f]*$/;
const encoder = new TextEncoder();

/** FNV-1a, 64 bits, of the texts in UTF-8, each with `separator` after it. */
function fnv1a(texts: readonly string[], separator: number | undefined): { high: number; low: number } {
  let [high, low]: readonly [number, number] = OFFSET_BASIS;
  const add = (byte: number): void => {
    const xored = (low ^ byte) >>> 0;
    const product = xored * PRIME_REST;
    high = (high * PRIME_REST + Math.floor(product / TWO_32) + ((xored << 8) >>> 0)) >>> 0;
    low = product >>> 0;
  };
  for (const text of texts) {
    if (ASCII.test(text)) for (let i = 0; i < text.length; i++) add(text.charCodeAt(i));
    else for (const byte of encoder.encode(text)) add(byte);
    if (separator !== undefined) add(separator);
  }
  return { high, low };
}

export function hash64(text: string): bigint {
  const { high, low } = fnv1a([text], undefined);
  return (BigInt(high) << 32n) | BigInt(low);
}

const cache = new WeakMap<Labels, string>();

/** FNV-1a over name 0xff value 0xff of each label in the order of the names' bytes; 16 hex digits. */
export function fingerprint(labels: Labels): string {
  let known = cache.get(labels);
  if (known === undefined) {
    const { high, low } = fnv1a(labels.flat, SEPARATOR);
    known = `${hex(high)}${hex(low)}`;
    cache.set(labels, known);
  }
  return known;
}

const hex = (half: number): string => half.toString(16).padStart(8, '0');
