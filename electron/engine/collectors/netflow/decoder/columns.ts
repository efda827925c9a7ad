// Copies fields of n records, one column at a time, from a packet into a batch.
import type { FlowBatch } from './batch.ts';
import type { AddressRead, RowPlan } from './plan.ts';

/**
 * Reads `count` records of one fixed length into rows at.. of the batch. The caller has checked that
 * position + count * stride lies inside the packet.
 */
export function readFixedRecords(
  plan: RowPlan,
  view: DataView,
  position: number,
  stride: number,
  count: number,
  batch: FlowBatch,
  at: number,
): void {
  clearAbsent(plan, batch, at, count);
  batch.mark(plan.rare);
  for (const read of plan.u32) {
    readU32(view, position + read.offset, read.length, read.maxBytes, stride, count, batch[read.column], at);
  }
  for (const read of plan.f64) {
    readF64(view, position + read.offset, read.length, read.maxBytes, stride, count, batch[read.column], at);
  }
  for (const read of plan.addresses) readAddresses(view, position + read.offset, stride, count, read, batch, at);
  if (plan.tosIsCodePoint) shiftCodePoints(batch, at, count);
}

/** One record whose fields lie where `offsets` and `lengths` say (by field index, from the start of the packet). */
export function readVariableRecord(
  plan: RowPlan,
  view: DataView,
  offsets: Uint32Array,
  lengths: Uint32Array,
  batch: FlowBatch,
  at: number,
): void {
  clearAbsent(plan, batch, at, 1);
  batch.mark(plan.rare);
  for (const { field, maxBytes, column } of plan.u32) {
    readU32(view, offsets[field] ?? 0, lengths[field] ?? 0, maxBytes, 0, 1, batch[column], at);
  }
  for (const { field, maxBytes, column } of plan.f64) {
    readF64(view, offsets[field] ?? 0, lengths[field] ?? 0, maxBytes, 0, 1, batch[column], at);
  }
  for (const read of plan.addresses) readAddresses(view, offsets[read.field] ?? 0, 0, 1, read, batch, at);
  if (plan.tosIsCodePoint) shiftCodePoints(batch, at, 1);
}

function shiftCodePoints({ tos }: FlowBatch, at: number, count: number): void {
  for (let row = at; row < at + count; row++) tos[row] = ((tos[row] ?? 0) << 2) & 0xff;
}

function clearAbsent(plan: RowPlan, batch: FlowBatch, at: number, count: number): void {
  const end = at + count;
  // A column that was never written is zeros.
  if ((plan.absentBits & batch.writtenBits) !== 0) {
    for (const column of plan.absentU32) batch[column].fill(0, at, end);
    for (const column of plan.absentF64) batch[column].fill(0, at, end);
  }
  batch.writtenBits |= plan.readBits;
  if (!plan.hasSource) batch.src.fill(0, at * 4, end * 4);
  if (!plan.hasDestination) batch.dst.fill(0, at * 4, end * 4);
  if (!plan.hasSource && !plan.hasDestination) batch.family.fill(0, at, end);
}

/** Big-endian unsigned numbers of 0 to `length` bytes; of longer ones only the low-order bytes can matter. */
function readU32(
  view: DataView,
  start: number,
  length: number,
  maxBytes: number,
  stride: number,
  count: number,
  out: Uint32Array,
  at: number,
): void {
  const bytes = Math.min(length, maxBytes);
  let position = start + length - bytes;
  const end = at + count;
  if (bytes === 4) {
    for (let row = at; row < end; row++, position += stride) out[row] = view.getUint32(position);
  } else if (bytes === 2) {
    for (let row = at; row < end; row++, position += stride) out[row] = view.getUint16(position);
  } else if (bytes === 1) {
    for (let row = at; row < end; row++, position += stride) out[row] = view.getUint8(position);
  } else {
    for (let row = at; row < end; row++, position += stride) out[row] = readUnsigned(view, position, bytes);
  }
}

function readF64(
  view: DataView,
  start: number,
  length: number,
  maxBytes: number,
  stride: number,
  count: number,
  out: Float64Array,
  at: number,
): void {
  const bytes = Math.min(length, maxBytes);
  let position = start + length - bytes;
  const end = at + count;
  if (bytes === 4) {
    for (let row = at; row < end; row++, position += stride) out[row] = view.getUint32(position);
  } else if (bytes === 8) {
    for (let row = at; row < end; row++, position += stride) {
      out[row] = view.getUint32(position) * 4_294_967_296 + view.getUint32(position + 4);
    }
  } else if (bytes === 6) {
    for (let row = at; row < end; row++, position += stride) {
      out[row] = view.getUint16(position) * 4_294_967_296 + view.getUint32(position + 2);
    }
  } else {
    for (let row = at; row < end; row++, position += stride) out[row] = readUnsigned(view, position, bytes);
  }
}

/** A big-endian unsigned number of 0 to 8 bytes (reduced-size encoding, RFC 7011 section 6.2). */
export function readUnsigned(view: DataView, position: number, bytes: number): number {
  let value = 0;
  for (let i = 0; i < bytes; i++) value = value * 256 + view.getUint8(position + i);
  return value;
}

function readAddresses(
  view: DataView,
  start: number,
  stride: number,
  count: number,
  read: AddressRead,
  batch: FlowBatch,
  at: number,
): void {
  if (read.onlyIfSet) {
    readSetAddresses(view, start, stride, count, read, batch, at);
    return;
  }
  const out = batch[read.column];
  const { family, ipVersion } = batch;
  const end = at + count;
  let position = start;
  for (let row = at; row < end; row++, position += stride) {
    const word = row * 4;
    if (read.family === 6) {
      out[word] = view.getUint32(position);
      out[word + 1] = view.getUint32(position + 4);
      out[word + 2] = view.getUint32(position + 8);
      out[word + 3] = view.getUint32(position + 12);
      family[row] = 6;
    } else {
      // With both families in one template, ipVersion says which one is meant, or else which one is not zero.
      if (read.fallback && ipVersion[row] !== 4 && (ipVersion[row] === 6 || anyWord(out, word))) continue;
      out[word] = 0;
      out[word + 1] = 0;
      out[word + 2] = 0xffff;
      out[word + 3] = view.getUint32(position);
      family[row] = 4;
    }
  }
}

function readSetAddresses(
  view: DataView,
  start: number,
  stride: number,
  count: number,
  read: AddressRead,
  batch: FlowBatch,
  at: number,
): void {
  const out = batch[read.column];
  let position = start;
  for (let row = at; row < at + count; row++, position += stride) {
    const word = row * 4;
    if (read.family === 6) {
      const a = view.getUint32(position);
      const b = view.getUint32(position + 4);
      const c = view.getUint32(position + 8);
      const d = view.getUint32(position + 12);
      if ((a | b | c | d) === 0) continue;
      out[word] = a;
      out[word + 1] = b;
      out[word + 2] = c;
      out[word + 3] = d;
    } else {
      const address = view.getUint32(position);
      if (address === 0) continue;
      out[word] = 0;
      out[word + 1] = 0;
      out[word + 2] = 0xffff;
      out[word + 3] = address;
    }
  }
}

const anyWord = (words: Uint32Array, at: number): boolean =>
  ((words[at] ?? 0) | (words[at + 1] ?? 0) | (words[at + 2] ?? 0) | (words[at + 3] ?? 0)) !== 0;
