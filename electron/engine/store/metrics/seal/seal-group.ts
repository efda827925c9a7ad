// Turns a head group's table into blocks: rows in time order, cut at days and into chunks of about 120.
import { type BlockColumn, encodeBlock } from '../codec/block.ts';
import { ABSENT, type GroupTable, STALE } from '../head/group-table.ts';
import { SEAL_ROWS } from '../head/group.ts';
import { DAY_MS, dayStartMs, weekStartMs } from '../week.ts';

export type SealedBlock = {
  readonly mondayMs: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly samples: number;
  readonly body: Uint8Array;
};

export type SealedGroup = {
  readonly blocks: readonly SealedBlock[];
  /** 1 for each column that has a sample. */
  readonly seenColumns: Uint8Array;
  /** Most cells are empty: the columns do not share their times. */
  readonly sparse: boolean;
};

/** Half of the cells: below it, separate time columns would be smaller. */
const SPARSE_FILL = 0.5;

export function sealGroup(table: GroupTable, columns: number): SealedGroup {
  const rows = table.rows;
  const order = Uint32Array.from({ length: rows }, (_, row) => row);
  const times = table.timestamps;
  order.sort((a, b) => times[a]! - times[b]!);
  const blocks: SealedBlock[] = [];
  const seenColumns = new Uint8Array(columns);
  let samples = 0;
  for (const piece of pieces(order, times)) {
    const block = sealRows(table, piece, columns, seenColumns);
    samples += block.samples;
    blocks.push(block);
  }
  const seen = seenColumns.reduce((sum, flag) => sum + flag, 0);
  return { blocks, seenColumns, sparse: seen > 1 && samples < rows * seen * SPARSE_FILL };
}

/** Row numbers in time order, each piece within one day and about 120 rows. */
function* pieces(order: Uint32Array, times: Float64Array<SharedArrayBuffer>): Generator<Uint32Array> {
  let start = 0;
  while (start < order.length) {
    const first = times[order[start]!]!;
    const limitMs = dayStartMs(first) + DAY_MS;
    let end = start;
    while (end < order.length && times[order[end]!]! <= limitMs) end++;
    // A remainder of a few rows goes with the piece before it.
    const count = Math.max(1, Math.round((end - start) / SEAL_ROWS));
    const size = Math.ceil((end - start) / count);
    for (let at = start; at < end; at += size) yield order.subarray(at, Math.min(end, at + size));
    start = end;
  }
}

function sealRows(table: GroupTable, order: Uint32Array, columns: number, seenColumns: Uint8Array): SealedBlock {
  const rows = order.length;
  const timestamps = new Float64Array(rows);
  for (let i = 0; i < rows; i++) timestamps[i] = table.timestamps[order[i]!]!;
  const { flags, values, valueStride, flagStride } = table;
  const blockColumns: BlockColumn[] = [];
  let samples = 0;
  for (let column = 0; column < columns; column++) {
    const present = new Uint8Array(rows);
    const columnValues = new Float64Array(rows);
    const stale = new Uint8Array(rows);
    let anyStale = false;
    let count = 0;
    for (let i = 0; i < rows; i++) {
      const flag = flags[order[i]! * flagStride + column]!;
      if (flag === ABSENT) continue;
      present[i] = 1;
      if (flag === STALE) {
        stale[count] = 1;
        anyStale = true;
      }
      columnValues[count++] = values[order[i]! * valueStride + column]!;
    }
    if (count === 0) continue;
    seenColumns[column] = 1;
    samples += count;
    blockColumns.push({
      member: column,
      present: count === rows ? undefined : present,
      values: columnValues.subarray(0, count),
      stale: anyStale ? stale.subarray(0, count) : undefined,
    });
  }
  const startMs = timestamps[0]!;
  return {
    mondayMs: weekStartMs(startMs),
    startMs,
    endMs: timestamps[rows - 1]!,
    samples,
    body: encodeBlock(timestamps, blockColumns),
  };
}
