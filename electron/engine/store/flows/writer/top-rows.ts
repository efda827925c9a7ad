// Which conversations of a bucket are kept in the coarser tiers.
import { BYTES, FLOWS, ROW_DOUBLES } from '../sums/row.ts';

export type Split = { readonly kept: Uint32Array; readonly rest: Uint32Array };

/** Those among the `limit` first by bytes or by flows. */
export function topRows(doubles: Float64Array, rows: Uint32Array, limit: number): Split {
  if (rows.length <= limit) return { kept: rows, rest: new Uint32Array(0) };
  const isKept = new Uint8Array(rows.length);
  let kept = 0;
  for (const column of [BYTES, FLOWS]) {
    const values = Float64Array.from(rows, (row) => doubles[row * ROW_DOUBLES + column] ?? 0);
    const least = values.toSorted()[rows.length - limit] ?? 0;
    let places = limit;
    for (const value of values) if (value > least) places--;
    for (let i = 0; i < values.length; i++) {
      const value = values[i] ?? 0;
      if (value < least || (value === least && places-- <= 0)) continue;
      if (isKept[i] === 1) continue;
      isKept[i] = 1;
      kept++;
    }
  }
  const split = { kept: new Uint32Array(kept), rest: new Uint32Array(rows.length - kept) };
  let keptAt = 0;
  let restAt = 0;
  for (let i = 0; i < rows.length; i++) {
    if (isKept[i] === 1) split.kept[keptAt++] = rows[i] ?? 0;
    else split.rest[restAt++] = rows[i] ?? 0;
  }
  return split;
}
