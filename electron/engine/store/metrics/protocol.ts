// What the caller's thread, the writer and the reader say to each other.
import type { MessagePort } from 'node:worker_threads';
import type { LabelMatcher } from '../../promql/index.ts';
import type { Moment } from '../retention-clock.ts';
import type {
  AppendResult,
  Cardinality,
  DeletionResult,
  QueryEstimate,
  ReportEntry,
  Retention,
  SampleBatch,
  StoredSamples,
  StoreStatus,
} from './types.ts';

/** A call and its answer, matched by id. */
export type Request<Call> = { readonly id: number; readonly call: Call };
export type Response<Answer> =
  | { readonly id: number; readonly answer: Answer }
  | { readonly id: number; readonly error: WireError };

/** An error as it crosses threads. */
export type WireError = {
  readonly kind: 'query' | 'linewarden' | 'other';
  readonly code: string;
  /** QueryError's type; empty otherwise. */
  readonly type: string;
  readonly message: string;
  readonly hint: string;
  readonly reason: string;
  readonly position: { readonly offset: number; readonly line: number; readonly column: number } | undefined;
};

/** By its labels; or by its id, once they are no longer at hand. */
export type SeriesDefinition =
  | { readonly ref: number; readonly labelsKey: string }
  | { readonly ref: number; readonly id: number };

export type WriterOpen = {
  readonly dir: string;
  readonly retention: Retention;
  readonly maxBytes: number | undefined;
  readonly maxSeries: number;
  readonly upkeep: boolean;
  readonly keepRowsAfter?: number | undefined;
} & Moment;

export type RawRows = {
  readonly rows: readonly { readonly seq: number; readonly timeMs: number; readonly body: Uint8Array<ArrayBuffer> }[];
  readonly firstSeq: number;
  readonly lastSeq: number;
};

/** Series ids under a name, for a report. */
export type IdPart = { readonly name: string; readonly ids: Float64Array };

/** Metric names come from the labels in head.db. */
export type IdReport = {
  readonly total: Omit<ReportEntry, 'name'>;
  readonly metrics: readonly ReportEntry[];
  readonly parts: readonly ReportEntry[];
};

/** A deletion that is not yet applied to all files: samples of these series in (fromMs, toMs] are not there. */
export type Tombstone = {
  readonly id: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly seriesIds: Float64Array;
};

/** Series in one message: a target's 50,000 at once would be many megabytes, which neither thread gives back. */
export const SERIES_AT_ONCE = 1_000;

export type WriterCall =
  | ({ readonly kind: 'open' } & WriterOpen)
  /** Before the first batch with samples of them, which brings the last of them itself. */
  | { readonly kind: 'define'; readonly series: readonly SeriesDefinition[] }
  | ({
      readonly kind: 'append';
      readonly series: readonly SeriesDefinition[];
      readonly batch: SampleBatch;
    } & Moment)
  /** `port` is the reader's end of a channel. */
  | { readonly kind: 'attach'; readonly port: MessagePort }
  | ({ readonly kind: 'retention' } & Moment)
  | ({
      readonly kind: 'setRetention';
      readonly retention: Retention;
      readonly maxBytes: number | undefined;
    } & Moment)
  /** Samples from startMs to endMs, both included. */
  | {
      readonly kind: 'delete';
      readonly seriesIds: Float64Array;
      readonly startMs: number;
      readonly endMs: number;
      readonly nowMs: number;
    }
  | { readonly kind: 'report'; readonly parts: readonly IdPart[] }
  /** Merges all days that are over, applies deletions and retention, now; for tests and for tools. */
  | ({ readonly kind: 'upkeep' } & Moment)
  | { readonly kind: 'maxSeries'; readonly maxSeries: number }
  | { readonly kind: 'seal' }
  | { readonly kind: 'status' }
  /** The ids of the series that refs stand for, 0 where nothing was ever stored. */
  | { readonly kind: 'idsOf'; readonly refs: Uint32Array }
  /** Committed wal rows after `afterSeq`: one, and more while they have no more bytes than this. */
  | { readonly kind: 'rows'; readonly afterSeq: number; readonly maxBytes: number }
  | { readonly kind: 'keepRows'; readonly afterSeq: number | undefined }
  | { readonly kind: 'labels'; readonly ids: Float64Array }
  /** Answered in the next turn: the thread lives. */
  | { readonly kind: 'ping' }
  | { readonly kind: 'close' };

export type WriterAnswer = {
  open: undefined;
  define: undefined;
  /** With the batch's buffers, to be used again. */
  append: { readonly result: AppendResult; readonly buffers: readonly ArrayBuffer[] };
  attach: undefined;
  retention: undefined;
  setRetention: undefined;
  delete: DeletionResult;
  report: IdReport;
  upkeep: undefined;
  maxSeries: undefined;
  seal: undefined;
  status: StoreStatus;
  idsOf: Float64Array<ArrayBuffer>;
  rows: RawRows;
  keepRows: undefined;
  labels: readonly string[];
  ping: undefined;
  close: undefined;
};

/** Said without being asked. */
export type WriterEvent = {
  readonly event: 'problem';
  readonly problem: string | undefined;
  readonly isPaused: boolean;
};

export type SharedGroup = {
  readonly key: number;
  readonly buffer: SharedArrayBuffer;
  readonly rowCapacity: number;
  readonly columnCapacity: number;
  /** Series ids by column; empty when the group is gone. */
  readonly ids: Float64Array;
};

/** From the writer to the reader, always sent before the append that caused it is answered. */
export type HeadMessage =
  | { readonly kind: 'series'; readonly series: readonly { readonly id: number; readonly labelsKey: string }[] }
  | { readonly kind: 'groups'; readonly groups: readonly SharedGroup[] }
  | { readonly kind: 'forgotten'; readonly ids: readonly number[] }
  /** The file of a week is about to be removed or renamed, or was upgraded: let go of it. */
  | { readonly kind: 'release'; readonly mondayMs: number }
  /** The same for a file of summaries, such as 2026-11.5m.db. */
  | { readonly kind: 'releaseTier'; readonly name: string }
  /** All deletions that are still to be heeded; comes once after attaching, too. */
  | { readonly kind: 'tombstones'; readonly tombstones: readonly Tombstone[] }
  /** How long is kept what, from now on; comes once after attaching, too. */
  | { readonly kind: 'retention'; readonly retention: Retention }
  /** Samples up to here may have been removed; comes once after attaching, too: -Infinity when none were. */
  | { readonly kind: 'samplesFrom'; readonly fromMs: number };

/** From the reader to the writer. */
export type ReaderMessage =
  | { readonly kind: 'damaged'; readonly mondayMs: number; readonly wholeFile: boolean }
  | { readonly kind: 'damagedTier'; readonly name: string; readonly wholeFile: boolean }
  /** So many series are left out: their stored labels are none. */
  | { readonly kind: 'damagedLabels'; readonly series: number };

export type ReaderOpen = {
  readonly dir: string;
  readonly retention: Retention;
};

/** Present in every query: Unix milliseconds now, when to give up, and a flag that is not 0 once the caller has given up. */
export type QueryLimits = {
  readonly nowMs: number;
  readonly timeoutMs: number;
  readonly lookbackMs: number | undefined;
  readonly subqueryStepMs: number | undefined;
  readonly cancelled: Int32Array<SharedArrayBuffer>;
};

export type Selectors = readonly (readonly LabelMatcher[])[];

type Instant = { readonly query: string; readonly timeMs: number } & QueryLimits;
type Range = {
  readonly query: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
} & QueryLimits;
export type JsonWish = { readonly limit: number; readonly stats: boolean };

export type ReaderCall =
  | ({ readonly kind: 'open' } & ReaderOpen)
  | { readonly kind: 'attach'; readonly port: MessagePort }
  | ({ readonly kind: 'instant' } & Instant)
  | ({ readonly kind: 'range' } & Range)
  | ({ readonly kind: 'estimate' } & Range)
  | ({ readonly kind: 'cardinality'; readonly limit: number } & QueryLimits)
  | ({ readonly kind: 'instantJson' } & Instant & JsonWish)
  | ({ readonly kind: 'rangeJson' } & Range & JsonWish)
  /** The piece after the one that named this answer. */
  | { readonly kind: 'nextPiece'; readonly answer: number }
  | { readonly kind: 'dropAnswer'; readonly answer: number }
  | ({
      readonly kind: 'series';
      readonly selectors: Selectors;
      readonly startMs: number;
      readonly endMs: number;
      readonly limit: number;
    } & QueryLimits)
  | ({
      readonly kind: 'labelNames';
      readonly selectors: Selectors;
      readonly startMs: number;
      readonly endMs: number;
    } & QueryLimits)
  | ({
      readonly kind: 'labelValues';
      readonly name: string;
      readonly selectors: Selectors;
      readonly startMs: number;
      readonly endMs: number;
    } & QueryLimits)
  /** Every sample in (minTimeMs, maxTimeMs] of series after an id, as many as there is room for. */
  | ({
      readonly kind: 'samples';
      readonly afterId: number;
      readonly minTimeMs: number;
      readonly maxTimeMs: number;
      readonly maxSamples: number;
    } & QueryLimits)
  /** The ids of the series that match one of the lists, whether they have samples or not. */
  | ({ readonly kind: 'seriesIds'; readonly selectors: Selectors } & QueryLimits)
  | { readonly kind: 'close' };

/** A QueryOutcome with label sets as flat arrays and all points in two columns. */
export type WireOutcome = {
  readonly type: 'scalar' | 'string' | 'vector' | 'matrix';
  readonly text: string;
  readonly labels: readonly (readonly string[])[];
  /** Points of each series, one after the other. */
  readonly counts: Uint32Array<ArrayBuffer>;
  readonly timestamps: Float64Array<ArrayBuffer>;
  readonly values: Float64Array<ArrayBuffer>;
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
  readonly samplesRead: number;
};

/** A part of an answer, and the answer's number where another part follows. */
export type JsonPiece = { readonly bytes: Uint8Array<ArrayBuffer>; readonly answer: number | undefined };

export type ReaderAnswer = {
  open: undefined;
  attach: undefined;
  instant: WireOutcome;
  range: WireOutcome;
  estimate: QueryEstimate;
  cardinality: Cardinality;
  instantJson: JsonPiece;
  rangeJson: JsonPiece;
  nextPiece: JsonPiece;
  dropAnswer: undefined;
  series: readonly (readonly string[])[];
  labelNames: readonly string[];
  labelValues: readonly string[];
  samples: StoredSamples;
  seriesIds: Float64Array<ArrayBuffer>;
  close: undefined;
};
