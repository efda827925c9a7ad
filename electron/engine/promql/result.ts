// What a query answers with, before any wire format.
import type { Labels } from '../../../shared/model/labels.ts';

export type VectorSample = { readonly labels: Labels; readonly timeMs: number; readonly value: number };

/** Points of one series, ascending; a range query's series has points only at steps where it has a value. */
export type MatrixSeries = {
  readonly labels: Labels;
  readonly timestamps: Float64Array;
  readonly values: Float64Array;
};

export type QueryValue =
  | { readonly type: 'scalar'; readonly timeMs: number; readonly value: number }
  | { readonly type: 'string'; readonly timeMs: number; readonly value: string }
  | { readonly type: 'vector'; readonly samples: readonly VectorSample[] }
  | { readonly type: 'matrix'; readonly series: readonly MatrixSeries[] };

export type QueryOutcome = {
  readonly value: QueryValue;
  /** "PromQL warning: ... (line:col)" */
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
  readonly samplesRead: number;
};
