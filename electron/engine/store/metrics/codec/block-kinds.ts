// What small chunks and day chunks have in common before they are encoded.

/** The tier byte of raw samples. */
export const TIER_RAW = 0;

/** One series in a block: its place in the group, and one value for each row where it is present. */
export type BlockColumn = {
  readonly member: number;
  /** 1 where the series has a sample, one byte a row; absent when it has one in every row. */
  readonly present?: Uint8Array | undefined;
  readonly values: Float64Array;
  /** 1 = staleness marker, one byte a sample. */
  readonly stale?: Uint8Array | undefined;
};

/** A marker's value says nothing: the value before it costs least. */
export function withoutStale(values: Float64Array, stale: Uint8Array | undefined): Float64Array {
  if (stale === undefined || !stale.includes(1)) return values;
  const filled = values.slice();
  const firstReal = stale.indexOf(0);
  let fill = firstReal < 0 ? 0 : (values[firstReal] ?? 0);
  for (let i = 0; i < filled.length; i++) {
    if (stale[i] === 1) filled[i] = fill;
    else fill = filled[i]!;
  }
  return filled;
}
