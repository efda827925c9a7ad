// The body of a wal row: one batch as it was accepted, by persistent series ids.
import { ByteReader, ByteWriter, damaged } from '../codec/bytes.ts';

const VERSION = 1;
const OWN_TIMES = 1;
const HAS_STALE = 2;
const FIRST_BYTES = 1_024;

export type WalBatch = {
  readonly timeMs: number;
  /** Persistent ids. */
  readonly ids: Float64Array;
  readonly values: Float64Array;
  /** Whole milliseconds; absent when all are `timeMs`. */
  readonly timestamps?: Float64Array | undefined;
  readonly stale?: Uint8Array | undefined;
};

/** Series ids as zigzag differences: a target's ids mostly follow each other, one byte each. */
export function encodeIds(ids: Float64Array, count: number): Uint8Array {
  const out = new ByteWriter(count + 16);
  let before = 0;
  for (let i = 0; i < count; i++) {
    const id = ids[i]!;
    out.zigzag(id - before);
    before = id;
  }
  return out.take();
}

/** Rows that wait for their commit are a few: what more there was while the disk refused is let go. */
const MAX_SPARE = 4;
const spare: ByteWriter[] = [];
const writerOf = new WeakMap<ArrayBufferLike, ByteWriter>();

/** The row is stored: its memory may be that of another one. A row of a large target is half a megabyte. */
export function reuseWalRow(body: Uint8Array): void {
  const writer = writerOf.get(body.buffer);
  if (writer === undefined || spare.length >= MAX_SPARE) return;
  writerOf.delete(body.buffer);
  spare.push(writer);
}

/**
 * Version, flags, count, length of the ids, ids, then values as doubles, then own times as doubles and one stale byte a sample if
 * there are any. `idBytes` comes from encodeIds. Whoever has stored the row may give it back with `reuseWalRow`.
 */
export function encodeWalRow(
  idBytes: Uint8Array,
  values: Float64Array,
  timestamps: Float64Array | undefined,
  stale: Uint8Array | undefined,
): Uint8Array {
  const out = spare.pop() ?? new ByteWriter(FIRST_BYTES);
  out.clear();
  out.u8(VERSION);
  out.u8((timestamps === undefined ? 0 : OWN_TIMES) | (stale === undefined ? 0 : HAS_STALE));
  out.varint(values.length);
  out.varint(idBytes.length);
  out.bytes(idBytes);
  out.bytes(asBytes(values));
  if (timestamps !== undefined) out.bytes(asBytes(timestamps));
  if (stale !== undefined) out.bytes(stale);
  const body = out.view();
  writerOf.set(body.buffer, out);
  return body;
}

export type WalRow = { readonly idBytes: Uint8Array } & Omit<WalBatch, 'ids'>;

/** Throws LW_STORE_DAMAGED. */
export function decodeWalRow(timeMs: number, body: Uint8Array): WalRow {
  const from = new ByteReader(body);
  const version = from.u8();
  const flags = from.u8();
  if (version !== VERSION || (flags & ~(OWN_TIMES | HAS_STALE)) !== 0)
    throw damaged(`unknown wal row version ${version}`);
  const count = from.varint();
  const idBytes = from.take(from.varint());
  const values = doubles(from.take(count * 8));
  const timestamps = (flags & OWN_TIMES) === 0 ? undefined : doubles(from.take(count * 8));
  const stale = (flags & HAS_STALE) === 0 ? undefined : from.take(count).slice();
  return { timeMs, idBytes, values, timestamps, stale };
}

export function decodeIds(idBytes: Uint8Array, count: number): Float64Array {
  const from = new ByteReader(idBytes);
  const ids = new Float64Array(count);
  let id = 0;
  for (let i = 0; i < count; i++) {
    id += from.zigzag();
    ids[i] = id;
  }
  return ids;
}

// Stored doubles are little-endian, as are all machines that the program is packaged for.
const asBytes = (values: Float64Array): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

function doubles(bytes: Uint8Array): Float64Array {
  const copy = new Float64Array(bytes.length / 8);
  new Uint8Array(copy.buffer).set(bytes);
  return copy;
}
