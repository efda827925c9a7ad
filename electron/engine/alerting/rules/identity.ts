// The identity of an alert: Alertmanager's fingerprint of its label set.
import type { Labels } from '../../../../shared/model/labels.ts';

const OFFSET_BASIS = 14_695_981_039_346_656_037n;
const PRIME = 1_099_511_628_211n;
const MASK = (1n << 64n) - 1n;
const SEPARATOR = 0xff;

const encoder = new TextEncoder();

/** FNV-1a, 64 bits, over name 0xff value 0xff of each label in the order of the names' bytes; 16 hex digits. */
export function fingerprint(labels: Labels): string {
  let hash = OFFSET_BASIS;
  const add = (byte: number): void => {
    hash = ((hash ^ BigInt(byte)) * PRIME) & MASK;
  };
  for (const text of labels.flat) {
    encoder.encode(text).forEach(add);
    add(SEPARATOR);
  }
  return hash.toString(16).padStart(16, '0');
}
