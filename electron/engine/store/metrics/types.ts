// The metric store's interfaces: what collectors append to and what queries ask.
import type { Labels } from '../../../../shared/model/labels.ts';
import type { LabelMatcher, QueryOutcome } from '../../promql/index.ts';

/** A number that stands for a label set for as long as this process lives. */
export type SeriesRef = number;

/** One scrape, poll or push: many series at one time. Arrays have one entry a sample. */
export type SampleBatch = {
  /** Unix milliseconds of every sample without one of its own. */
  readonly timestampMs: number;
  readonly refs: Uint32Array;
  readonly values: Float64Array;
  /** Unix milliseconds per sample; NaN means the batch's own time. */
  readonly timestampsMs?: Float64Array | undefined;
  /** 1 = staleness marker (its value is ignored). */
  readonly stale?: Uint8Array | undefined;
};

export type AppendResult = {
  readonly appended: number;
  /** Same time and same value as stored: silent. */
  readonly duplicates: number;
  /** Older than the out-of-order window, or a different value at a stored time. */
  readonly outOfOrder: number;
  /** Refused because a series limit is reached. */
  readonly overLimit: number;
};

export interface MetricAppender {
  /** The ref of a label set (interned). Cache it: a scrape that repeats costs no hashing. */
  ref(labels: Labels): SeriesRef;
  /** Resolves when the batch is committed: after that, kill -9 loses none of it. Rejects with LW_STORE_* when it is not. */
  append(batch: SampleBatch): Promise<AppendResult>;
}

export type QueryOptions = {
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  readonly lookbackMs?: number;
};

/** Queries run in the reader thread; every call settles: with an answer, or rejecting with a LinewardenError or QueryError. */
export interface MetricQueries {
  instant(query: string, timeMs: number, options?: QueryOptions): Promise<QueryOutcome>;
  /** Steps at startMs, startMs + stepMs, ... <= endMs. */
  range(query: string, startMs: number, endMs: number, stepMs: number, options?: QueryOptions): Promise<QueryOutcome>;
  /** Label sets of series with a sample in the time range that match one of the matcher lists. */
  series(
    selectors: readonly (readonly LabelMatcher[])[],
    startMs: number,
    endMs: number,
    limit: number,
  ): Promise<Labels[]>;
  labelNames(selectors: readonly (readonly LabelMatcher[])[], startMs: number, endMs: number): Promise<string[]>;
  labelValues(
    name: string,
    selectors: readonly (readonly LabelMatcher[])[],
    startMs: number,
    endMs: number,
  ): Promise<string[]>;
}

export type StoreStatus = {
  readonly series: number;
  readonly headSamples: number;
  readonly walRows: number;
  readonly diskBytes: number;
  readonly oldestSampleMs: number | undefined;
  readonly appendedSamples: number;
  readonly outOfOrderSamples: number;
  readonly overLimitSamples: number;
  /** One sentence for the operator: why ingestion is paused (disk full, ...), or what was lost. */
  readonly problem: string | undefined;
};

export interface MetricStore extends MetricAppender, MetricQueries {
  /** The same queries in a thread of their own, so that no long query of somebody else delays the rules. */
  readonly ruleQueries: MetricQueries;
  status(): Promise<StoreStatus>;
  /** Drops raw chunks older than the retention now (it also runs by itself every hour). */
  applyRetention(): Promise<void>;
  /** Commits what is queued, closes files and threads. */
  close(): Promise<void>;
}

export type MetricStoreOptions = {
  readonly dir: string;
  readonly retentionMs: number;
  readonly maxSeries: number;
  /** The step of subqueries that give none, ms: the rules' evaluation interval. Default 1 minute. */
  readonly subqueryStepMs?: number;
  /** Wall clock, replaceable in tests. */
  readonly now?: () => number;
  /** Paused: nothing is stored until the problem is over. Otherwise something is over that the operator should know. */
  readonly onProblem?: (problem: string | undefined, isPaused: boolean) => void;
};
