// In which rows of its time column a series has a sample, and which of them are staleness markers.
import { type ByteReader, type ByteWriter, damaged } from './bytes.ts';

const PRESENT_ALL = 0;
const PRESENT_RUNS = 1;
const PRESENT_BITMAP = 2;
const HAS_STALE = 4;

export type Presence = {
  readonly count: number;
  /** The row of each sample; absent when there is one in every row. */
  readonly rowOf: Uint32Array | undefined;
  readonly staleAt: readonly number[];
};

/** `present` and `stale` as in BlockColumn. */
export function writePresence(
  present: Uint8Array | undefined,
  stale: Uint8Array | undefined,
  rows: number,
  out: ByteWriter,
): void {
  const staleAt: number[] = [];
  stale?.forEach((flag, i) => {
    if (flag === 1) staleAt.push(i);
  });
  const staleFlag = staleAt.length > 0 ? HAS_STALE : 0;
  const runs = present === undefined ? [] : runsOf(present);
  if (present === undefined) {
    out.u8(PRESENT_ALL | staleFlag);
  } else if (runs.length * 2 < rows >> 3 || runs.length <= 2) {
    out.u8(PRESENT_RUNS | staleFlag);
    out.varint(runs.length >> 1);
    for (const length of runs) out.varint(length);
  } else {
    out.u8(PRESENT_BITMAP | staleFlag);
    const start = out.extend((rows + 7) >> 3);
    present.forEach((flag, row) => {
      if (flag === 1) out.raw[start + (row >> 3)] = (out.raw[start + (row >> 3)] ?? 0) | (1 << (row & 7));
    });
  }
  if (staleFlag === 0) return;
  out.varint(staleAt.length);
  let before = -1;
  for (const at of staleAt) {
    out.varint(at - before - 1);
    before = at;
  }
}

/** Lengths of gap, run, gap, run, ... without the last gap. */
function runsOf(present: Uint8Array): number[] {
  const runs: number[] = [];
  let row = 0;
  for (;;) {
    const begin = present.indexOf(1, row);
    if (begin < 0) return runs;
    let end = begin;
    while (end < present.length && present[end] === 1) end++;
    runs.push(begin - row, end - begin);
    row = end;
  }
}

export function readPresence(from: ByteReader, rows: number): Presence {
  const kind = from.u8();
  let rowOf: Uint32Array | undefined;
  if ((kind & 3) === PRESENT_RUNS) rowOf = rowsOfRuns(from, rows);
  else if ((kind & 3) === PRESENT_BITMAP) rowOf = rowsOfBits(from.take((rows + 7) >> 3), rows);
  else if ((kind & 3) !== PRESENT_ALL) throw damaged('unknown presence');
  const count = rowOf?.length ?? rows;
  if (count < 1) throw damaged('a series without samples');
  const staleAt: number[] = [];
  if ((kind & HAS_STALE) !== 0) {
    const total = from.varint();
    let at = -1;
    for (let i = 0; i < total; i++) {
      at += from.varint() + 1;
      if (at >= count) throw damaged('a staleness marker lies outside its series');
      staleAt.push(at);
    }
  }
  return { count, rowOf, staleAt };
}

function rowsOfRuns(from: ByteReader, rows: number): Uint32Array {
  const runs = from.varint();
  const found = new Uint32Array(rows);
  let count = 0;
  let row = 0;
  for (let run = 0; run < runs; run++) {
    row += from.varint();
    const length = from.varint();
    if (length < 1 || row + length > rows) throw damaged('a run lies outside its block');
    for (const end = row + length; row < end; row++) found[count++] = row;
  }
  return found.subarray(0, count);
}

function rowsOfBits(bits: Uint8Array, rows: number): Uint32Array {
  const found = new Uint32Array(rows);
  let count = 0;
  for (let row = 0; row < rows; row++) if ((bits[row >> 3]! >> (row & 7)) & 1) found[count++] = row;
  return found.subarray(0, count);
}
