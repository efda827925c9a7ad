// The metric store as the engine's main thread sees it: two threads started, supervised and asked.
import { mkdirSync } from 'node:fs';
import { MessageChannel } from 'node:worker_threads';
import { LinewardenError } from '../../../../shared/model/errors.ts';
import { Labels } from '../../../../shared/model/labels.ts';
import { type LabelMatcher, QueryError, type QueryOutcome } from '../../promql/index.ts';
import { threadEntry } from '../../threads/index.ts';
import { threadDied } from './errors.ts';
import { storeClosed } from './to-wire.ts';
import { Interner } from './interner.ts';
import type {
  QueryLimits,
  ReaderAnswer,
  ReaderCall,
  WireOutcome,
  WriterAnswer,
  WriterCall,
  WriterEvent,
} from './protocol.ts';
import { unpackOutcome } from './reader/wire-outcome.ts';
import { ThreadClient } from './thread-client.ts';
import type {
  AppendResult,
  MetricStore,
  MetricStoreOptions,
  QueryOptions,
  SampleBatch,
  SeriesRef,
  StoreStatus,
} from './types.ts';

export const DEFAULT_TIMEOUT_MS = 30_000;
/** A reader that does not answer so long after a query's own time-out hangs, and is ended. */
const HANG_MS = 15_000;
const RETENTION_EVERY_MS = 3_600_000;
/** A thread that dies is started again at most so often. */
const RESTART_EVERY_MS = 60_000;
const CLOSE_GRACE_MS = 20_000;
/** Label sets of the last day that are kept at hand, for each series that may be active at once. */
const KEYS_PER_SERIES = 2;
const MIN_KEYS = 100_000;
/** Of all of them together; a label set of a hundred characters is usual. */
const MAX_KEY_CHARS = 256 * 1024 ** 2;
/** Heap only: samples are in array buffers, which count apart. */
const WRITER_HEAP_MB = 512;
const READER_HEAP_MB = 1_024;

type Writer = ThreadClient<WriterCall, WriterAnswer>;
type Reader = ThreadClient<ReaderCall, ReaderAnswer>;
type LimitedCall = Extract<ReaderCall, QueryLimits>;

/** What tests shorten. */
export type FacadeOptions = MetricStoreOptions & {
  readonly restartEveryMs?: number;
  readonly hangMs?: number;
  readonly maxKeys?: number;
  readonly maxKeyChars?: number;
};

const nothing = (): void => {};

export class MetricStoreFacade implements MetricStore {
  readonly #options: MetricStoreOptions;
  readonly #restartEveryMs: number;
  readonly #hangMs: number;
  readonly #interner: Interner;
  readonly #retentionTimer: NodeJS.Timeout;
  #writer: Promise<Writer> | undefined;
  #reader: Promise<Reader> | undefined;
  #writerStartedMs = -Infinity;
  #readerStartedMs = -Infinity;
  #restartTimer: NodeJS.Timeout | undefined;
  #closed: Promise<void> | undefined;
  /** Settles with the query that was asked last. */
  #lastAnswer: Promise<void> = Promise.resolve();

  private constructor(options: FacadeOptions) {
    this.#options = options;
    this.#interner = new Interner({
      maxKeys: options.maxKeys ?? Math.max(MIN_KEYS, options.maxSeries * KEYS_PER_SERIES),
      maxKeyChars: options.maxKeyChars ?? MAX_KEY_CHARS,
    });
    this.#restartEveryMs = options.restartEveryMs ?? RESTART_EVERY_MS;
    this.#hangMs = options.hangMs ?? HANG_MS;
    this.#retentionTimer = setInterval(() => void this.#hourly(), RETENTION_EVERY_MS);
    this.#retentionTimer.unref();
  }

  static async open(options: FacadeOptions): Promise<MetricStoreFacade> {
    mkdirSync(options.dir, { recursive: true });
    const store = new MetricStoreFacade(options);
    try {
      store.#writer = store.#startWriter();
      await store.#writer;
      return store;
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  ref(labels: Labels): SeriesRef {
    return this.#interner.ref(labels, this.#now());
  }

  async append(batch: SampleBatch): Promise<AppendResult> {
    checkBatch(batch, this.#interner.count);
    const nowMs = this.#now();
    this.#interner.touch(batch.refs, nowMs);
    const own = copyBatch(batch);
    const writer = await this.#runningWriter();
    // Taken only now: definitions must go to the writer that gets the batch.
    const series = this.#interner.takeUndefined();
    return writer.call({ kind: 'append', series, batch: own, nowMs }, buffersOf(own));
  }

  async instant(query: string, timeMs: number, options: QueryOptions = {}): Promise<QueryOutcome> {
    const wire = await this.#query(options, (limits) => ({ kind: 'instant', query, timeMs, ...limits }));
    return unpackOutcome(wire as WireOutcome);
  }

  async range(
    query: string,
    startMs: number,
    endMs: number,
    stepMs: number,
    options: QueryOptions = {},
  ): Promise<QueryOutcome> {
    const wire = await this.#query(options, (limits) => ({ kind: 'range', query, startMs, endMs, stepMs, ...limits }));
    return unpackOutcome(wire as WireOutcome);
  }

  async series(
    selectors: readonly (readonly LabelMatcher[])[],
    startMs: number,
    endMs: number,
    limit: number,
  ): Promise<Labels[]> {
    const flat = await this.#query({}, (limits) => ({ kind: 'series', selectors, startMs, endMs, limit, ...limits }));
    return (flat as ReaderAnswer['series']).map((one) => Labels.fromSortedFlat(one));
  }

  async labelNames(selectors: readonly (readonly LabelMatcher[])[], startMs: number, endMs: number): Promise<string[]> {
    const names = await this.#query({}, (limits) => ({ kind: 'labelNames', selectors, startMs, endMs, ...limits }));
    return [...(names as ReaderAnswer['labelNames'])];
  }

  async labelValues(
    name: string,
    selectors: readonly (readonly LabelMatcher[])[],
    startMs: number,
    endMs: number,
  ): Promise<string[]> {
    const values = await this.#query({}, (limits) => ({
      kind: 'labelValues',
      name,
      selectors,
      startMs,
      endMs,
      ...limits,
    }));
    return [...(values as ReaderAnswer['labelValues'])];
  }

  async status(): Promise<StoreStatus> {
    return (await this.#runningWriter()).call({ kind: 'status' });
  }

  async applyRetention(): Promise<void> {
    await (await this.#runningWriter()).call({ kind: 'retention', nowMs: this.#now() });
  }

  /** Seals everything that waits in the head. */
  async sealAll(): Promise<void> {
    await (await this.#runningWriter()).call({ kind: 'seal' });
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    clearInterval(this.#retentionTimer);
    clearTimeout(this.#restartTimer);
    const reader = await this.#reader?.catch(() => undefined);
    const writer = await this.#writer?.catch(() => undefined);
    await Promise.all([
      reader?.close({ kind: 'close' }, CLOSE_GRACE_MS),
      writer?.close({ kind: 'close' }, CLOSE_GRACE_MS),
    ]);
  }

  /** The threads, for tests of their death. */
  async threads(): Promise<{ writer: Writer; reader: Reader }> {
    return { writer: await this.#runningWriter(), reader: await this.#runningReader() };
  }

  async #hourly(): Promise<void> {
    this.#interner.forgetIdle(this.#now());
    try {
      await this.applyRetention();
    } catch {
      // A disk that refuses has reported itself; the next hour tries again.
    }
  }

  #now(): number {
    return this.#options.now?.() ?? Date.now();
  }

  async #startWriter(): Promise<Writer> {
    this.#writerStartedMs = performance.now();
    const writer: Writer = new ThreadClient({
      entry: threadEntry('metrics-writer'),
      maxHeapMb: WRITER_HEAP_MB,
      onEvent: (event) => {
        const { problem, isPaused } = event as WriterEvent;
        this.#options.onProblem?.(problem, isPaused);
      },
      onDeath: (reason) => this.#writerDied(reason.message),
    });
    const { dir, retentionMs, maxSeries } = this.#options;
    try {
      await writer.call({ kind: 'open', dir, retentionMs, maxSeries, nowMs: this.#now() });
    } catch (error) {
      await writer.kill();
      throw error;
    }
    this.#interner.defineAllAgain();
    return writer;
  }

  async #startReader(): Promise<Reader> {
    this.#readerStartedMs = performance.now();
    const reader: Reader = new ThreadClient({
      entry: threadEntry('metrics-reader'),
      maxHeapMb: READER_HEAP_MB,
      onDeath: () => {
        this.#reader = undefined;
      },
    });
    const { dir, retentionMs, subqueryStepMs } = this.#options;
    try {
      await reader.call({ kind: 'open', dir, retentionMs, subqueryStepMs });
      await this.#introduce(await this.#runningWriter(), reader);
      return reader;
    } catch (error) {
      await reader.kill();
      throw error;
    }
  }

  async #introduce(writer: Writer, reader: Reader): Promise<void> {
    const { port1, port2 } = new MessageChannel();
    // The writer first: what it commits from now on waits in the port until the reader listens.
    const writerKnows = writer.call({ kind: 'attach', port: port1 as unknown as globalThis.MessagePort }, [port1]);
    const readerKnows = reader.call({ kind: 'attach', port: port2 as unknown as globalThis.MessagePort }, [port2]);
    await Promise.all([writerKnows, readerKnows]);
  }

  #writerDied(reason: string): void {
    this.#writer = undefined;
    if (this.#closed !== undefined) return;
    const waitMs = Math.max(0, this.#writerStartedMs + this.#restartEveryMs - performance.now());
    this.#options.onProblem?.(`${reason} It is started again.`, true);
    const restart = async (): Promise<void> => {
      if (this.#closed !== undefined) return;
      this.#writer = this.#startWriter();
      try {
        const writer = await this.#writer;
        const reader = await this.#reader?.catch(() => undefined);
        if (reader !== undefined) await this.#introduce(writer, reader);
        this.#options.onProblem?.(undefined, false);
      } catch (error) {
        this.#writerDied(error instanceof Error ? error.message : String(error));
      }
    };
    clearTimeout(this.#restartTimer);
    this.#restartTimer = setTimeout(() => void restart(), waitMs);
    this.#restartTimer.unref();
  }

  #runningWriter(): Promise<Writer> {
    if (this.#closed !== undefined) return Promise.reject(storeClosed());
    return this.#writer ?? Promise.reject(threadDied());
  }

  /** Started with the first query. */
  #runningReader(): Promise<Reader> {
    if (this.#closed !== undefined) return Promise.reject(storeClosed());
    if (this.#reader === undefined) {
      if (performance.now() - this.#readerStartedMs < this.#restartEveryMs) return Promise.reject(threadDied());
      const reader = this.#startReader();
      this.#reader = reader;
      reader.catch(() => {
        if (this.#reader === reader) this.#reader = undefined;
      });
    }
    return this.#reader;
  }

  async #query(
    options: QueryOptions,
    callOf: (limits: QueryLimits) => LimitedCall,
  ): Promise<ReaderAnswer[LimitedCall['kind']]> {
    const { signal, timeoutMs = DEFAULT_TIMEOUT_MS, lookbackMs } = options;
    const reader = await this.#runningReader();
    // Also when it was aborted while the reader started.
    if (signal?.aborted === true) throw new QueryError('canceled', 'query was canceled');
    const cancelled = new Int32Array(new SharedArrayBuffer(4));
    const answer = reader.call(callOf({ nowMs: this.#now(), timeoutMs, lookbackMs, cancelled }));
    const itsTurn = this.#lastAnswer;
    this.#lastAnswer = answer.then(nothing, nothing);
    return new Promise((resolve, reject) => {
      const giveUp = (error: Error): void => {
        Atomics.store(cancelled, 0, 1);
        reject(error);
      };
      const abort = (): void => giveUp(new QueryError('canceled', 'query was canceled'));
      // The caller is answered in time even when the query is still waiting behind another one.
      const timer = setTimeout(() => giveUp(new QueryError('timeout', 'query timed out')), timeoutMs + 250);
      let watchdog: NodeJS.Timeout | undefined;
      let isAnswered = false;
      // The reader answers in order: while it works on an earlier query that may take longer, it does not hang for this one.
      void itsTurn.then(() => {
        if (isAnswered) return;
        watchdog = setTimeout(() => void reader.kill(), timeoutMs + this.#hangMs);
        watchdog.unref();
      });
      signal?.addEventListener('abort', abort, { once: true });
      answer.then(resolve, reject).finally(() => {
        isAnswered = true;
        clearTimeout(timer);
        clearTimeout(watchdog);
        signal?.removeEventListener('abort', abort);
      });
    });
  }
}

function checkBatch(batch: SampleBatch, refCount: number): void {
  const { refs, values, timestampsMs, stale, timestampMs } = batch;
  const count = refs.length;
  const sameLength =
    values.length === count && (timestampsMs?.length ?? count) === count && (stale?.length ?? count) === count;
  if (sameLength && Number.isFinite(timestampMs) && refs.every((ref) => ref < refCount)) return;
  throw new LinewardenError('LW_STORE_BAD_BATCH', 'A batch needs a time, known refs and columns of one length.');
}

/** Copies that can be handed over: the caller keeps its arrays, and a view on a larger buffer sends only its part. */
function copyBatch({ timestampMs, refs, values, timestampsMs, stale }: SampleBatch): SampleBatch {
  return {
    timestampMs,
    refs: refs.slice(),
    values: values.slice(),
    timestampsMs: timestampsMs?.slice(),
    stale: stale?.slice(),
  };
}

function buffersOf({ refs, values, timestampsMs, stale }: SampleBatch): ArrayBuffer[] {
  return [refs, values, timestampsMs, stale].flatMap((column) =>
    column?.buffer instanceof ArrayBuffer ? [column.buffer] : [],
  );
}
