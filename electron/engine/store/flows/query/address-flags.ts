// Which addresses of a block's dictionary lie in networks: its addresses ascend, so that each network is one stretch of them.
import type { NetWords } from './plan.ts';

/** Marks with 1 those in any of the networks. */
export function markNets(addresses: Uint32Array, nets: readonly NetWords[], flags: Uint8Array): void {
  const count = addresses.length / 4;
  for (const { words, bits } of nets) {
    const from = lowerBound(addresses, count, words);
    if (bits === 128) {
      if (from < count && compare(addresses, from, words) === 0) flags[from] = 1;
      continue;
    }
    const last = words.map((word, index) => (word | ~maskOf(bits - index * 32)) >>> 0);
    for (let at = from; at < count && compare(addresses, at, last) <= 0; at++) flags[at] = 1;
  }
}

const maskOf = (bits: number): number =>
  bits <= 0 ? 0 : bits >= 32 ? 0xffff_ffff : (0xffff_ffff << (32 - bits)) >>> 0;

function compare(addresses: Uint32Array, index: number, words: ArrayLike<number>): number {
  for (let i = 0; i < 4; i++) {
    const mine = addresses[index * 4 + i] ?? 0;
    const other = words[i] ?? 0;
    if (mine !== other) return mine < other ? -1 : 1;
  }
  return 0;
}

function lowerBound(addresses: Uint32Array, count: number, words: ArrayLike<number>): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compare(addresses, middle, words) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
