// Snappy's block format (google/snappy, format_description.txt), written: runs that came before are named instead of repeated.

const MIN_RUN = 4;
const MAX_COPY = 64;
/** Runs below this, not further back than that, take a byte less. */
const SHORT_COPY = 12;
const SHORT_OFFSET = 2_048;
/** A copy of two bytes' offset leads no further back. */
const MAX_OFFSET = 65_535;
const TABLE_BITS = 14;
const MULTIPLIER = 0x1e35_a7bd;
/** What does not repeat is looked at in ever longer steps. */
const SKIP_SHIFT = 5;

/** One for all: it is used in one go. */
const table = new Int32Array(1 << TABLE_BITS);

const slotOf = (word: number): number => Math.imul(word, MULTIPLIER) >>> (32 - TABLE_BITS);

/** What `bytes` takes at most. */
const worstCase = (bytes: number): number => 32 + bytes + Math.ceil(bytes / 6);

export function encodeSnappy(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(worstCase(bytes.length));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = writeLength(out, bytes.length);
  let literalFrom = 0;
  const last = bytes.length - MIN_RUN;
  table.fill(-1);
  let pos = 0;
  let misses = 1 << SKIP_SHIFT;
  while (pos <= last) {
    const word = view.getUint32(pos, true);
    const slot = slotOf(word);
    const candidate = table[slot]!;
    table[slot] = pos;
    if (candidate < 0 || pos - candidate > MAX_OFFSET || view.getUint32(candidate, true) !== word) {
      pos += misses++ >> SKIP_SHIFT;
      continue;
    }
    misses = 1 << SKIP_SHIFT;
    at = writeLiteral(out, at, bytes, literalFrom, pos);
    let end = pos + MIN_RUN;
    for (let from = candidate + MIN_RUN; end < bytes.length && bytes[end] === bytes[from]; from++) end++;
    at = writeCopies(out, at, pos - candidate, end - pos);
    pos = end;
    literalFrom = end;
    // The run's last word may begin one that is longer.
    if (end - 1 <= last) table[slotOf(view.getUint32(end - 1, true))] = end - 1;
  }
  at = writeLiteral(out, at, bytes, literalFrom, bytes.length);
  return out.subarray(0, at);
}

function writeLength(out: Uint8Array, length: number): number {
  let at = 0;
  let rest = length;
  while (rest >= 0x80) {
    out[at++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  out[at++] = rest;
  return at;
}

function writeLiteral(out: Uint8Array, start: number, bytes: Uint8Array, from: number, to: number): number {
  const length = to - from;
  if (length === 0) return start;
  let at = start;
  const code = length - 1;
  if (code < 60) out[at++] = code << 2;
  else {
    const width = code < 0x100 ? 1 : code < 0x1_0000 ? 2 : code < 0x100_0000 ? 3 : 4;
    out[at++] = (59 + width) << 2;
    for (let i = 0; i < width; i++) out[at++] = (code >>> (8 * i)) & 0xff;
  }
  out.set(bytes.subarray(from, to), at);
  return at + length;
}

function writeCopies(out: Uint8Array, start: number, offset: number, length: number): number {
  let at = start;
  let rest = length;
  while (rest > 0) {
    // What is left must not be shorter than a copy can be told.
    const run = rest > MAX_COPY && rest < MAX_COPY + MIN_RUN ? MAX_COPY - MIN_RUN : Math.min(rest, MAX_COPY);
    if (run < SHORT_COPY && offset < SHORT_OFFSET) {
      out[at++] = ((offset >>> 8) << 5) | ((run - MIN_RUN) << 2) | 1;
      out[at++] = offset & 0xff;
    } else {
      out[at++] = ((run - 1) << 2) | 2;
      out[at++] = offset & 0xff;
      out[at++] = offset >>> 8;
    }
    rest -= run;
  }
  return at;
}
