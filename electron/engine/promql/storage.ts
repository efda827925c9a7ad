// What PromQL asks of whoever keeps the samples. Synchronous: the evaluator runs in a thread of its own.
import type { Labels } from '../../../shared/model/labels.ts';

export type MatchOp = '=' | '!=' | '=~' | '!~';

export type LabelMatcher = { readonly name: string; readonly op: MatchOp; readonly value: string };

/** Samples with minTimeMs < t <= maxTimeMs (left-open, as PromQL's windows) of all series that match every matcher. */
export type SelectRequest = {
  readonly matchers: readonly LabelMatcher[];
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
  /** How the samples will be used; a storage may read less by it, or ignore it. */
  readonly hints?: SelectHints;
  /**
   * Absent: the samples themselves. Otherwise one of `tiers()`: one sample a bucket of that tier that has any sample, with
   * the bucket's last value and stamped at the bucket's end; a staleness marker where the bucket ends stale.
   */
  readonly resolutionMs?: number;
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

/** What is kept at one resolution. */
export type Tier = {
  /** 0 = every sample. */
  readonly resolutionMs: number;
  /** Nothing of this tier lies before; -Infinity when all is kept. */
  readonly oldestMs: number;
};

/** What of a bucket is asked for; the count always comes. */
export type SummaryField = 'first' | 'last' | 'sum' | 'min' | 'max' | 'corrections';

/** Buckets of all series that match, over a time range. */
export type SummaryRequest = {
  readonly matchers: readonly LabelMatcher[];
  /** The buckets cover (minTimeMs, maxTimeMs]. */
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
  /** Every bucket boundary that the caller needs is a multiple of this: the storage takes its coarsest tier that divides it. */
  readonly alignMs: number;
  readonly fields: readonly SummaryField[];
  /** With more buckets than this, over all series, the query fails. */
  readonly maxSamples?: number;
};

/**
 * One series' buckets, an entry each, `count` 0 where a bucket has no sample. Staleness markers are no samples. Only the
 * columns that were asked for are there.
 */
export type SummarySeries = {
  readonly labels: Labels;
  readonly counts: Float64Array;
  /** Unix milliseconds. */
  readonly firstTimes?: Float64Array;
  readonly firstValues?: Float64Array;
  readonly lastTimes?: Float64Array;
  readonly lastValues?: Float64Array;
  readonly sums?: Float64Array;
  /** NaN only where every sample is NaN. */
  readonly mins?: Float64Array;
  readonly maxs?: Float64Array;
  /** What counter resets inside the bucket lost: the sum of the values before each drop. */
  readonly corrections?: Float64Array;
  /** 1 where a staleness marker follows the bucket's last sample, or is alone in it; absent when nowhere. */
  readonly endsStale?: Uint8Array;
};

export type Summaries = {
  /** Bucket i of every series is (bounds[i], bounds[i + 1]]. */
  readonly bounds: Float64Array;
  readonly series: readonly SummarySeries[];
};

export interface Storage {
  select(request: SelectRequest): SeriesColumns[];
  /** Finest first. Absent: everything is kept as samples. */
  tiers?(): readonly Tier[];
  /** Undefined when the storage has no tier that divides `alignMs`, or would not gain by it: then samples are read. */
  summaries?(request: SummaryRequest): Summaries | undefined;
}
