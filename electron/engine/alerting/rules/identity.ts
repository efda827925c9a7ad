// The identity of an alert: Alertmanager's fingerprint of its label set.
import type { Labels } from '../../../../shared/model/labels.ts';

const OFFSET_BASIS = 14_695_981_039_346_656_037n;
const PRIME = 1_099_511_628_211n;
const MASK = (1n << 64n) - 1n;
const SEPARATOR = Uint8Array.of(0xff);

const encoder = new TextEncoder();

/** FNV-1a, 64 bits. */
function fnv1a(chunks: Iterable<Uint8Array>): bigint {
  let hash = OFFSET_BASIS;
  for (const chunk of chunks) for (const byte of chunk) hash = ((hash ^ BigInt(byte)) * PRIME) & MASK;
  return hash;
}

export const hash64 = (text: string): bigint => fnv1a([encoder.encode(text)]);

const cache = new WeakMap<Labels, string>();

/** FNV-1a over name 0xff value 0xff of each label in the order of the names' bytes; 16 hex digits. */
export function fingerprint(labels: Labels): string {
  let known = cache.get(labels);
  if (known === undefined) {
    const hash = fnv1a(labels.flat.flatMap((text) => [encoder.encode(text), SEPARATOR]));
    known = hash.toString(16).padStart(16, '0');
    cache.set(labels, known);
  }
  return known;
}
