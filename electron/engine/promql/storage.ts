// What PromQL asks of whoever keeps the samples. Synchronous: the evaluator runs in a thread of its own.
import type { Labels } from '../../../shared/model/labels.ts';

export type MatchOp = '=' | '!=' | '=~' | '!~';

export type LabelMatcher = { readonly name: string; readonly op: MatchOp; readonly value: string };

/** Samples with minTimeMs < t <= maxTimeMs (left-open, as PromQL's windows) of all series that match every matcher. */
export type SelectRequest = {
  readonly matchers: readonly LabelMatcher[];
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
  /** How the samples will be used; a storage may answer from summaries or ignore it. */
  readonly hints?: SelectHints;
  /** With more samples than this the query fails: a storage need not read on, and may throw tooManySamples() itself. */
  readonly maxSamples?: number;
};

/**
 * The selector is evaluated at startMs, startMs + stepMs, ... <= endMs, and reads up to that time minus offsetMs. With @
 * all three stand still: start and end are the pinned time and stepMs is 0.
 */
export type SelectHints = {
  /** The function over the range, such as 'rate'; undefined for an instant selector. */
  readonly func?: string;
  readonly rangeMs?: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
  readonly offsetMs: number;
};

/** One series' samples as columns, ascending in time, one sample a timestamp. */
export type SeriesColumns = {
  readonly labels: Labels;
  /** Unix milliseconds. */
  readonly timestamps: Float64Array;
  readonly values: Float64Array;
  /** 1 where the sample is a staleness marker; absent when there is none. NaN in `values` is an ordinary NaN. */
  readonly stale?: Uint8Array | undefined;
};

export interface Storage {
  select(request: SelectRequest): SeriesColumns[];
}
