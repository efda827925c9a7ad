// The columns of one block in memory, used again for each: what is encoded and what was decoded.
import { FLOW_COLUMNS, type FlowColumn } from '../types.ts';

/** A block has at most so many rows, so that whoever reads it knows what it takes. */
export const MAX_BLOCK_ROWS = 131_072;

export type DoubleColumn = 'bytes' | 'packets' | 'flows';
export type WordColumn = Exclude<FlowColumn, DoubleColumn>;
export type BlockColumns = Readonly<Record<WordColumn, Uint32Array> & Record<DoubleColumn, Float64Array>>;

export const isDouble = (column: FlowColumn): column is DoubleColumn =>
  column === 'bytes' || column === 'packets' || column === 'flows';

export function makeColumns(rows: number): BlockColumns {
  const made = FLOW_COLUMNS.map((name) => [name, isDouble(name) ? new Float64Array(rows) : new Uint32Array(rows)]);
  return Object.fromEntries(made) as BlockColumns;
}
