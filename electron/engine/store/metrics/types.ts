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
  /** How many series one target may have; absent: no limit. */
  readonly maxSeriesPerTarget?: number | undefined;
  /** The ref of a label set (interned). Cache it: a scrape that repeats costs no hashing. */
  ref(labels: Labels): SeriesRef;
  /** The same for a label set that has one already; undefined, and nothing is remembered, for others. */
  known?(labels: Labels): SeriesRef | undefined;
  /**
   * Resolves when the batch is committed: after that, kill -9 loses none of it. Rejects with LW_STORE_* when it is not. Its
   * arrays are the caller's again as soon as the call returns, which is before it resolves.
   */
  append(batch: SampleBatch): Promise<AppendResult>;
}

/** What is heard of an AbortSignal. */
export type CancelSignal = {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
};

export type QueryOptions = {
  readonly timeoutMs?: number;
  readonly signal?: CancelSignal;
  readonly lookbackMs?: number;
};

export type JsonOptions = QueryOptions & {
  /** Series at most; with more, the answer says so. Absent or 0: all. */
  readonly limit?: number;
  /** Adds what the query cost: data.stats. */
  readonly stats?: boolean;
};

/** An answer of Prometheus's query API, in bytes as they are sent. */
export type JsonAnswer = {
  readonly first: Uint8Array;
  /** What follows of a large answer, piece by piece. Ending the iteration early lets go of it. */
  readonly rest: AsyncIterable<Uint8Array> | undefined;
};

/** What a query would read at most; its answer may come from summaries, which are fewer. */
export type QueryEstimate = { readonly series: number; readonly samples: number };

export type Count = { readonly name: string; readonly value: number };

/** What the known series are made of, the largest counts first. */
export type Cardinality = {
  readonly series: number;
  readonly labelPairs: number;
  readonly seriesByMetric: readonly Count[];
  readonly valuesByLabel: readonly Count[];
  /** Of the values, each counted once, UTF-8. */
  readonly bytesByLabel: readonly Count[];
  /** Named `name=value`. */
  readonly seriesByPair: readonly Count[];
};

/** Queries run in the reader thread; every call settles: with an answer, or rejecting with a LinewardenError or QueryError. */
export interface MetricQueries {
  instant(query: string, timeMs: number, options?: QueryOptions): Promise<QueryOutcome>;
  /** Steps at startMs, startMs + stepMs, ... <= endMs. */
  range(query: string, startMs: number, endMs: number, stepMs: number, options?: QueryOptions): Promise<QueryOutcome>;
  /** The same, answered as JSON in the reader thread. */
  instantJson(query: string, timeMs: number, options?: JsonOptions): Promise<JsonAnswer>;
  rangeJson(query: string, startMs: number, endMs: number, stepMs: number, options?: JsonOptions): Promise<JsonAnswer>;
  /** What a range query would read, without reading it; close, not exact. Rejects where the query does not parse. */
  estimate(
    query: string,
    startMs: number,
    endMs: number,
    stepMs: number,
    options?: QueryOptions,
  ): Promise<QueryEstimate>;
  /** The `limit` largest counts of each kind. */
  cardinality(limit: number): Promise<Cardinality>;
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

/** Summaries of one resolution, and how long they are kept. */
export type RetentionTier = {
  /** A whole part of a day; calendar months are asked of days. */
  readonly resolutionMs: number;
  readonly keepMs: number;
};

export type Retention = {
  /** How long every sample is kept. */
  readonly rawKeepMs: number;
  /** In any order, each resolution once. */
  readonly tiers: readonly RetentionTier[];
};

/** What is stored of one resolution. */
export type TierStatus = {
  /** 0 = every sample. */
  readonly resolutionMs: number;
  /** Of its files, with what SQLite has beside them. */
  readonly bytes: number;
  /** Unix ms: of samples, to the sample; of summaries, to the day. Undefined when nothing is stored. */
  readonly oldestMs: number | undefined;
  readonly newestMs: number | undefined;
};

/** What the writer still has to do in the background. */
export type UpkeepStatus = {
  /** Days that are over and wait to be merged. */
  readonly daysToMerge: number;
  /** Merged days that lack summaries of a resolution that is kept. */
  readonly daysToSummarise: number;
  /** Deletions that hide already, and are not yet applied to the files. */
  readonly deletions: number;
};

export type StoreStatus = {
  readonly series: number;
  readonly headSamples: number;
  readonly walRows: number;
  /** All files of the store, with those that SQLite has beside them. */
  readonly diskBytes: number;
  readonly oldestSampleMs: number | undefined;
  readonly appendedSamples: number;
  readonly outOfOrderSamples: number;
  readonly overLimitSamples: number;
  /** The samples first, then the summaries, finest first; those that are configured or stored. */
  readonly tiers: readonly TierStatus[];
  readonly maxBytes: number | undefined;
  /** Over the last days; undefined until a day is measured. Negative while more goes than comes. */
  readonly growthBytesPerDay: number | undefined;
  /**
   * When the size reaches maxBytes or fills the disk, at this growth, Unix ms; undefined when it does not, or when the
   * retention of samples will have stopped the growth before.
   */
  readonly fullAtMs: number | undefined;
  readonly upkeep: UpkeepStatus;
  /** One sentence for the operator: why ingestion is paused (disk full, ...), or what was lost. */
  readonly problem: string | undefined;
};

/** What a part of the series takes. Bytes are shared out: series are stored together. */
export type ReportEntry = {
  readonly name: string;
  readonly series: number;
  /** Stored as samples; past their retention only summaries are left. */
  readonly samples: number;
  readonly bytes: number;
};

/** Of what is in files: samples of the last hours may still be in memory. */
export type StoreReport = {
  readonly total: Omit<ReportEntry, 'name'>;
  /** By metric name, largest first. */
  readonly metrics: readonly ReportEntry[];
  /** One for each part that was asked for, in its order. */
  readonly parts: readonly ReportEntry[];
};

/** A part of the series to report on, such as a device: what matches one of the lists. */
export type ReportPart = { readonly name: string; readonly selectors: readonly (readonly LabelMatcher[])[] };

export type DeletionResult = {
  /** Series that match; what they have in the range is hidden now. */
  readonly series: number;
};

/** One batch as it was committed. */
export type CommittedRow = {
  /** Ascending over restarts, each given once. */
  readonly seq: number;
  /** Unix ms. */
  readonly timeMs: number;
  /** Persistent series ids. */
  readonly ids: Float64Array;
  readonly values: Float64Array;
  /** Unix ms per sample; absent when all are `timeMs`. */
  readonly timestampsMs: Float64Array | undefined;
  /** 1 = staleness marker. */
  readonly stale: Uint8Array | undefined;
};

export type CommittedRows = {
  readonly rows: readonly CommittedRow[];
  /** The oldest row that is still there, or that the next batch gets. */
  readonly firstSeq: number;
  /** The newest that is committed. */
  readonly lastSeq: number;
  /** `rows` are all that can be read up to this one. */
  readonly upToSeq: number;
};

/** Every sample of some series in a range of time, series by series. */
export type StoredSamples = {
  readonly ids: Float64Array;
  /** Of each series; its samples follow each other in the columns, by time. */
  readonly counts: Uint32Array;
  readonly timestampsMs: Float64Array;
  readonly values: Float64Array;
  /** 1 = staleness marker. */
  readonly stale: Uint8Array;
  /** The series to go on after; undefined when none is left. */
  readonly nextAfterId: number | undefined;
};

/**
 * What is stored, for whoever sends it on: in the order of its commits while that is still known, by time afterwards. In
 * the order of commits nothing is overlooked, however late its time is.
 */
export interface CommitFeed {
  /** Rows after `afterSeq`: at least one if there is any, further ones while they have no more than `maxSamples`. */
  rows(afterSeq: number, maxSamples: number): Promise<CommittedRows>;
  /** Keeps rows after this one until it is moved on, within a bound; undefined: nobody follows. */
  keepAfter(seq: number | undefined): Promise<void>;
  /** Labels.key of each series; '' of those that are gone. */
  labels(ids: Float64Array): Promise<readonly string[]>;
  /** Samples in (minTimeMs, maxTimeMs] of series after an id, in the order of ids: about `maxSamples` at once. */
  samples(afterId: number, minTimeMs: number, maxTimeMs: number, maxSamples: number): Promise<StoredSamples>;
}

export interface MetricStore extends MetricAppender, MetricQueries {
  /** The same queries in a thread of their own, for what the product asks by itself: no query that somebody typed delays them. */
  readonly ownQueries: MetricQueries;
  readonly feed: CommitFeed;
  status(): Promise<StoreStatus>;
  /** Removes what is older than the retention, or more than the cap, now (it also runs by itself every hour). */
  applyRetention(): Promise<void>;
  /** Takes effect at once and without a restart; what is kept shorter than before goes with it. Undefined: no cap. */
  setRetention(retention: Retention, maxBytes: number | undefined): Promise<void>;
  /** Takes effect with each target's next batch. */
  maxSeriesPerTarget: number | undefined;
  /** How many series may be active from now on; those that are stay so. */
  setMaxSeries(maxSeries: number): Promise<void>;
  /**
   * Deletes the samples of the series that match one of the lists (at least one; each with a matcher that is not true for
   * the empty value), from startMs to endMs, both included. Queries do not see them any more when it resolves; the space
   * comes back in the background, through restarts. Of times whose samples are gone already, each summary bucket that the
   * range touches goes whole. Samples that come later are stored as ever.
   */
  deleteSeries(
    selectors: readonly (readonly LabelMatcher[])[],
    startMs: number,
    endMs: number,
  ): Promise<DeletionResult>;
  /** What each metric, and each of the parts, takes. It reads much: seconds for large stores, beside the ingestion. */
  report(parts?: readonly ReportPart[]): Promise<StoreReport>;
  /** Commits what is queued, closes files and threads. */
  close(): Promise<void>;
}

export type MetricStoreOptions = {
  readonly dir: string;
  readonly retention: Retention;
  /** What all files together may take; above it the oldest samples go first. Undefined: no cap. */
  readonly maxBytes?: number | undefined;
  readonly maxSeries: number;
  /** Of one target, for whoever appends. */
  readonly maxSeriesPerTarget?: number | undefined;
  /** The step of subqueries that give none, ms, asked at each query: the rules' evaluation interval. Default 1 minute. */
  readonly subqueryStepMs?: () => number;
  /** Rows after this one are kept for whoever follows, from the start on; see CommitFeed. */
  readonly keepRowsAfter?: number | undefined;
  /** False: nothing is merged, removed or given back meanwhile, as for a look at somebody's data. Default true. */
  readonly upkeep?: boolean;
  /** Wall clock, replaceable in tests. */
  readonly now?: () => number;
  /** Paused: nothing is stored until the problem is over. Otherwise something is over that the operator should know. */
  readonly onProblem?: (problem: string | undefined, isPaused: boolean) => void;
};
