// The metric store as the engine's main thread sees it: appending, asking and upkeep, each by the thread that does it.
import { mkdirSync } from 'node:fs';
import type { Labels } from '../../../../shared/model/labels.ts';
import type { LabelMatcher, QueryOutcome } from '../../promql/index.ts';
import { buffersOf, checkBatch, copyBatch } from './batch.ts';
import { BatchBuffers } from './batch-buffers.ts';
import { Interner } from './interner.ts';
import { commitFeed } from './commit-feed.ts';
import { checkDeletion } from './check-deletion.ts';
import { type IdPart, type Selectors, SERIES_AT_ONCE, type WriterOpen } from './protocol.ts';
import { QueryLanes } from './query-lanes.ts';
import { ReaderQueries } from './reader-queries.ts';
import { type Reader, SupervisedReader } from './supervised-reader.ts';
import { SupervisedWriter, type Writer } from './supervised-writer.ts';
import type { Moment } from '../retention-clock.ts';
import type {
  AppendResult,
  Cardinality,
  CommitFeed,
  DeletionResult,
  JsonAnswer,
  JsonOptions,
  MetricQueries,
  MetricStore,
  MetricStoreOptions,
  QueryEstimate,
  QueryOptions,
  ReportPart,
  Retention,
  SampleBatch,
  SeriesRef,
  StoreReport,
  StoreStatus,
} from './types.ts';

const READER_HANG_MS = 15_000;
/**
 * A query over a thousand series leaves some 4 MB behind, which a nursery of 1 MB would collect four times meanwhile. Not
 * for the reader that always runs: an engine that nobody asks stays small.
 */
const ASKED_NURSERY_MB = 4;
const WRITER_HANG_MS = 60_000;
const RETENTION_EVERY_MS = 3_600_000;
const RESTART_EVERY_MS = 60_000;
/** Label sets of the last day that are kept at hand, for each series that may be active at once. */
const KEYS_PER_SERIES = 2;
const MIN_KEYS = 100_000;
/** Of all of them together; a label set of a hundred characters is usual. */
const MAX_KEY_CHARS = 256 * 1024 ** 2;

/** What tests shorten. */
export type FacadeOptions = MetricStoreOptions & {
  readonly restartEveryMs?: number;
  readonly hangMs?: number;
  readonly restAfterMs?: number;
  readonly writerHangMs?: number;
  readonly maxKeys?: number;
  readonly maxKeyChars?: number;
  readonly monotonic?: () => number;
};

const keysFor = (maxSeries: number): number => Math.max(MIN_KEYS, maxSeries * KEYS_PER_SERIES);

export class MetricStoreFacade implements MetricStore {
  readonly #options: FacadeOptions;
  readonly #interner: Interner;
  readonly #buffers = new BatchBuffers();
  readonly #retentionTimer: NodeJS.Timeout;
  readonly #writer: SupervisedWriter;
  /** Of queries that somebody typed; the second is started when needed. */
  readonly #askedReaders: readonly SupervisedReader[];
  readonly #readers: readonly SupervisedReader[];
  readonly #lanes: readonly QueryLanes[];
  readonly #queries: ReaderQueries;
  readonly ownQueries: MetricQueries;
  readonly feed: CommitFeed;
  maxSeriesPerTarget: number | undefined;
  /** What the writer is opened with, as it was set last. */
  #kept: Pick<WriterOpen, 'retention' | 'maxBytes' | 'maxSeries' | 'keepRowsAfter'>;
  #closed: Promise<void> | undefined;

  private constructor(options: FacadeOptions) {
    const { dir, maxSeries, upkeep = true, restartEveryMs = RESTART_EVERY_MS } = options;
    this.#options = options;
    this.maxSeriesPerTarget = options.maxSeriesPerTarget;
    const { retention, maxBytes, keepRowsAfter } = options;
    this.#kept = { retention, maxBytes, maxSeries, keepRowsAfter };
    this.#interner = new Interner({
      maxKeys: options.maxKeys ?? keysFor(maxSeries),
      maxKeyChars: options.maxKeyChars ?? MAX_KEY_CHARS,
    });
    this.#writer = new SupervisedWriter({
      open: () => ({ dir, ...this.#kept, upkeep, ...this.#moment() }),
      restartEveryMs,
      hangMs: options.writerHangMs ?? WRITER_HANG_MS,
      onOpened: () => this.#interner.defineAllAgain(),
      onReplaced: async (writer) => {
        await Promise.all(this.#readers.map((reader) => reader.meet(writer)));
      },
      onProblem: (problem, isPaused) => options.onProblem?.(problem, isPaused),
    });
    const reader = (nurseryMb?: number): SupervisedReader =>
      new SupervisedReader({
        nurseryMb,
        open: { dir, retention: options.retention },
        restartEveryMs,
        writer: () => this.#writer.running(),
      });
    const own = reader();
    this.#askedReaders = [reader(ASKED_NURSERY_MB), reader(ASKED_NURSERY_MB)];
    this.#readers = [own, ...this.#askedReaders];
    const { subqueryStepMs, hangMs = READER_HANG_MS, restAfterMs } = options;
    const lanes = (readers: readonly SupervisedReader[]): QueryLanes =>
      new QueryLanes({ readers, now: () => this.#now(), subqueryStepMs, hangMs, restAfterMs });
    const asked = lanes(this.#askedReaders);
    const ownLane = lanes([own]);
    this.#lanes = [asked, ownLane];
    this.#queries = new ReaderQueries(asked);
    const ownQueries = new ReaderQueries(ownLane);
    this.ownQueries = ownQueries;
    this.feed = commitFeed({
      writer: this.#writer,
      queries: ownQueries,
      onKeepAfter: (seq) => {
        this.#kept = { ...this.#kept, keepRowsAfter: seq };
      },
    });
    this.#retentionTimer = setInterval(() => void this.#hourly(), RETENTION_EVERY_MS);
    this.#retentionTimer.unref();
  }

  static async open(options: FacadeOptions): Promise<MetricStoreFacade> {
    mkdirSync(options.dir, { recursive: true });
    const store = new MetricStoreFacade(options);
    try {
      await store.#writer.start();
      return store;
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  ref(labels: Labels): SeriesRef {
    return this.#interner.ref(labels, this.#moment().monotonicMs);
  }

  known(labels: Labels): SeriesRef | undefined {
    return this.#interner.known(labels, this.#moment().monotonicMs);
  }

  async append(batch: SampleBatch): Promise<AppendResult> {
    checkBatch(batch, this.#interner.count);
    const now = this.#moment();
    this.#interner.touch(batch.refs, now.monotonicMs);
    const own = copyBatch(batch, this.#buffers);
    const writer = await this.#writer.running();
    // Taken only now: definitions must go to the writer that gets the batch.
    const series = this.#interner.takeUndefined();
    while (series.length > SERIES_AT_ONCE) {
      // A writer that dies is told all of them anew once it runs again.
      writer.call({ kind: 'define', series: series.splice(0, SERIES_AT_ONCE) }).catch(() => {});
    }
    const { result, buffers } = await writer.call({ kind: 'append', series, batch: own, ...now }, buffersOf(own));
    this.#buffers.giveBack(buffers);
    return result;
  }

  instant(query: string, timeMs: number, options?: QueryOptions): Promise<QueryOutcome> {
    return this.#queries.instant(query, timeMs, options);
  }

  range(query: string, startMs: number, endMs: number, stepMs: number, options?: QueryOptions): Promise<QueryOutcome> {
    return this.#queries.range(query, startMs, endMs, stepMs, options);
  }

  instantJson(query: string, timeMs: number, options?: JsonOptions): Promise<JsonAnswer> {
    return this.#queries.instantJson(query, timeMs, options);
  }

  rangeJson(query: string, startMs: number, endMs: number, stepMs: number, options?: JsonOptions): Promise<JsonAnswer> {
    return this.#queries.rangeJson(query, startMs, endMs, stepMs, options);
  }

  estimate(
    query: string,
    startMs: number,
    endMs: number,
    stepMs: number,
    options?: QueryOptions,
  ): Promise<QueryEstimate> {
    return this.#queries.estimate(query, startMs, endMs, stepMs, options);
  }

  cardinality(limit: number): Promise<Cardinality> {
    return this.#queries.cardinality(limit);
  }

  series(
    selectors: readonly (readonly LabelMatcher[])[],
    startMs: number,
    endMs: number,
    limit: number,
  ): Promise<Labels[]> {
    return this.#queries.series(selectors, startMs, endMs, limit);
  }

  labelNames(selectors: readonly (readonly LabelMatcher[])[], startMs: number, endMs: number): Promise<string[]> {
    return this.#queries.labelNames(selectors, startMs, endMs);
  }

  labelValues(
    name: string,
    selectors: readonly (readonly LabelMatcher[])[],
    startMs: number,
    endMs: number,
  ): Promise<string[]> {
    return this.#queries.labelValues(name, selectors, startMs, endMs);
  }

  status(): Promise<StoreStatus> {
    return this.#writer.call({ kind: 'status' });
  }

  async applyRetention(): Promise<void> {
    await this.#writer.call({ kind: 'retention', ...this.#moment() });
  }

  async setRetention(retention: Retention, maxBytes: number | undefined): Promise<void> {
    this.#kept = { ...this.#kept, retention, maxBytes };
    await this.#writer.call({ kind: 'setRetention', retention, maxBytes, ...this.#moment() });
  }

  async setMaxSeries(maxSeries: number): Promise<void> {
    this.#kept = { ...this.#kept, maxSeries };
    if (this.#options.maxKeys === undefined) this.#interner.setMaxKeys(keysFor(maxSeries));
    await this.#writer.call({ kind: 'maxSeries', maxSeries });
  }

  async deleteSeries(selectors: Selectors, startMs: number, endMs: number): Promise<DeletionResult> {
    checkDeletion(selectors, startMs, endMs);
    const seriesIds = await this.#queries.seriesIds(selectors);
    return this.#writer.call({ kind: 'delete', seriesIds, startMs, endMs, nowMs: this.#now() });
  }

  async report(parts: readonly ReportPart[] = []): Promise<StoreReport> {
    const idParts: IdPart[] = [];
    for (const { name, selectors } of parts) idParts.push({ name, ids: await this.#queries.seriesIds(selectors) });
    return this.#writer.call({ kind: 'report', parts: idParts });
  }

  /** Everything that the writer does in the background, done now. */
  async runUpkeep(): Promise<void> {
    await this.#writer.call({ kind: 'upkeep', ...this.#moment() });
  }

  /** Seals everything that waits in the head. */
  async sealAll(): Promise<void> {
    await this.#writer.call({ kind: 'seal' });
  }

  /** Gives back the memory of label sets that nobody used for a day. */
  async forgetIdle(): Promise<void> {
    const writer = await this.#writer.running();
    const refs = this.#interner.idle(this.#moment().monotonicMs);
    if (refs.length === 0) return;
    const ids = await writer.call({ kind: 'idsOf', refs });
    this.#interner.forget(refs, ids, this.#moment().monotonicMs);
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    clearInterval(this.#retentionTimer);
    await Promise.all([...this.#lanes, this.#writer].map((thread) => thread.close()));
  }

  /** The threads, for tests of their death and of their number. */
  async threads(): Promise<{ writer: Writer; reader: Reader; askedRunning: number }> {
    const reader = await this.#askedReaders[0]!.running();
    const askedRunning = this.#askedReaders.filter(({ current }) => current !== undefined).length;
    return { writer: await this.#writer.running(), reader, askedRunning };
  }

  async #hourly(): Promise<void> {
    try {
      await this.forgetIdle();
      await this.applyRetention();
    } catch {
      // A disk that refuses has reported itself; the next hour tries again.
    }
  }

  #now(): number {
    return this.#options.now?.() ?? Date.now();
  }

  #moment(): Moment {
    const nowMs = this.#now();
    // A test that moves the one clock moves the other one, too.
    const monotonicMs = this.#options.monotonic?.() ?? (this.#options.now === undefined ? performance.now() : nowMs);
    return { nowMs, monotonicMs };
  }
}
