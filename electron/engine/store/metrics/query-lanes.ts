// Queries in turn over one or more reader threads, each working on one at a time. What takes long gives way: a second
// thread is started when short ones wait behind it, and there the next long one is put off until the first is done.
import { QueryError } from '../../promql/index.ts';
import { CancelFlags } from './cancel-flags.ts';
import type { QueryLimits, ReaderAnswer, ReaderCall } from './protocol.ts';
import type { Reader, SupervisedReader } from './supervised-reader.ts';
import { storeClosed } from './to-wire.ts';
import type { CancelSignal, QueryOptions } from './types.ts';

const DEFAULT_TIMEOUT_MS = 30_000;
/** Running longer than this is long, once something waits. Most panels and all that somebody types a word of are not. */
const LONG_MS = 100;
const LOOK_MS = 50;
/** A reader that is asked to stop is given so long to do so by itself. */
const STOP_GRACE_MS = 250;
/** A second thread that nobody needed for so long is ended. Longer than an answer's pieces are held. */
const REST_AFTER_MS = 120_000;

export type LimitedCall = Extract<ReaderCall, QueryLimits>;

export type LanesOptions = {
  readonly readers: readonly SupervisedReader[];
  readonly now: () => number;
  readonly subqueryStepMs: (() => number) | undefined;
  /** A reader that does not answer so long after a query's own time-out hangs, and is ended. */
  readonly hangMs: number;
  /** What tests shorten. */
  readonly restAfterMs?: number | undefined;
};

/** An answer, and the thread that holds what follows of it. */
export type Answered<C extends LimitedCall> = { readonly answer: ReaderAnswer[C['kind']]; readonly reader: Reader };

type Query = {
  readonly callOf: (limits: QueryLimits) => LimitedCall;
  readonly askedMs: number;
  readonly timeoutMs: number;
  readonly lookbackMs: number | undefined;
  readonly signal: CancelSignal | undefined;
  readonly abort: (() => void) | undefined;
  readonly resolve: (answered: Answered<LimitedCall>) => void;
  readonly reject: (error: unknown) => void;
  isSettled: boolean;
  /** It has its turn after the other long ones, and is not interrupted again. */
  isLong: boolean;
};

type Run = {
  readonly query: Query;
  readonly cancelled: Int32Array<SharedArrayBuffer>;
  /** Infinity while the thread starts. */ sinceMs: number;
  givesWay: boolean;
};
type Lane = {
  readonly reader: SupervisedReader;
  run: Run | undefined;
  /** How many calls its thread had taken when it was last looked at whether it is of use. */
  callsSeen: number | undefined;
};

const canceled = (): QueryError => new QueryError('canceled', 'query was canceled');
const timedOut = (): QueryError => new QueryError('timeout', 'query timed out');

export class QueryLanes {
  readonly #options: LanesOptions;
  readonly #lanes: readonly Lane[];
  readonly #short: Query[] = [];
  readonly #long: Query[] = [];
  readonly #flags = new CancelFlags();
  #look: NodeJS.Timeout | undefined;
  #rest: NodeJS.Timeout | undefined;
  readonly #restAfterMs: number;
  #isClosed = false;

  constructor(options: LanesOptions) {
    this.#options = options;
    this.#restAfterMs = options.restAfterMs ?? REST_AFTER_MS;
    this.#lanes = options.readers.map((reader) => ({ reader, run: undefined, callsSeen: undefined }));
  }

  query<C extends LimitedCall>(options: QueryOptions, callOf: (limits: QueryLimits) => C): Promise<Answered<C>> {
    const { signal, timeoutMs = DEFAULT_TIMEOUT_MS, lookbackMs } = options;
    if (this.#isClosed) return Promise.reject(storeClosed());
    if (signal?.aborted === true) return Promise.reject(canceled());
    return new Promise((resolve, reject) => {
      const query: Query = {
        callOf,
        askedMs: performance.now(),
        timeoutMs,
        lookbackMs,
        signal,
        abort: signal && (() => this.#giveUp(query, canceled())),
        resolve: (answered) => resolve(answered as Answered<C>),
        reject,
        isSettled: false,
        isLong: false,
      };
      if (query.abort !== undefined) signal?.addEventListener('abort', query.abort);
      this.#short.push(query);
      this.#look ??= setInterval(() => this.#lookAround(), LOOK_MS);
      this.#dispatch();
    });
  }

  /** Ends the threads; what waits is rejected. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#look);
    clearInterval(this.#rest);
    for (const query of [...this.#short.splice(0), ...this.#long.splice(0)]) this.#settle(query, storeClosed());
    await Promise.all(this.#lanes.map(({ reader }) => reader.close()));
  }

  #dispatch(): void {
    // One of the long ones always goes on, however many short ones come.
    if (this.#long.length > 0 && !this.#lanes.some(({ run }) => run?.query.isLong === true)) {
      const lane = this.#lanes.find(({ run }) => run === undefined);
      if (lane !== undefined) this.#begin(lane, this.#long.shift()!);
    }
    while (this.#short.length > 0) {
      const lane = this.#laneForShort();
      if (lane === undefined) return;
      this.#begin(lane, this.#short.shift()!);
    }
  }

  /** A thread that does not run yet is started only when all that do are at something long. */
  #laneForShort(): Lane | undefined {
    const free = this.#lanes.find(
      ({ run, reader }, i) => run === undefined && (i === 0 || reader.current !== undefined),
    );
    if (free !== undefined) return free;
    const longSinceMs = performance.now() - LONG_MS;
    if (this.#lanes.some(({ run }) => run !== undefined && run.sinceMs > longSinceMs)) return undefined;
    return this.#lanes.find(({ run }) => run === undefined);
  }

  #begin(lane: Lane, query: Query): void {
    const run: Run = { query, cancelled: this.#flags.take(), sinceMs: Infinity, givesWay: false };
    lane.run = run;
    if (lane !== this.#lanes[0]) this.#rest ??= setInterval(() => this.#restIdle(), this.#restAfterMs).unref();
    const reader = lane.reader.current;
    if (reader !== undefined) {
      this.#call(lane, run, reader);
      return;
    }
    lane.reader.running().then(
      (started) => {
        if (query.isSettled) this.#ended(lane, run);
        else this.#call(lane, run, started);
      },
      (error: unknown) => this.#ended(lane, run, error),
    );
  }

  #call(lane: Lane, run: Run, reader: Reader): void {
    const { query, cancelled } = run;
    const { now, subqueryStepMs } = this.#options;
    run.sinceMs = performance.now();
    const limits: QueryLimits = {
      nowMs: now(),
      timeoutMs: query.askedMs + query.timeoutMs - run.sinceMs,
      lookbackMs: query.lookbackMs,
      subqueryStepMs: subqueryStepMs?.(),
      cancelled,
    };
    reader.call(query.callOf(limits)).then(
      (answer) => {
        if (!query.isSettled) {
          this.#settled(query);
          query.resolve({ answer, reader });
        } else if (isPiece(answer) && answer.answer !== undefined) {
          // Nobody fetches the rest.
          reader.call({ kind: 'dropAnswer', answer: answer.answer }).catch(() => undefined);
        }
        this.#ended(lane, run);
      },
      (error: unknown) => this.#ended(lane, run, error),
    );
  }

  /** The thread has let go of the query. */
  #ended(lane: Lane, run: Run, error?: unknown): void {
    lane.run = undefined;
    this.#flags.giveBack(run.cancelled);
    const { query } = run;
    if (error !== undefined && !query.isSettled) {
      if (run.givesWay && error instanceof QueryError && error.type === 'canceled' && !this.#isClosed) {
        query.isLong = true;
        this.#long.push(query);
      } else {
        this.#settle(query, error);
      }
    }
    if (!this.#isClosed) this.#dispatch();
  }

  /** The caller is answered now, whatever the thread still does. */
  #giveUp(query: Query, error: QueryError): void {
    const run = this.#lanes.find((lane) => lane.run?.query === query)?.run;
    if (run !== undefined) Atomics.store(run.cancelled, 0, 1);
    for (const waiting of [this.#short, this.#long]) {
      const at = waiting.indexOf(query);
      if (at >= 0) waiting.splice(at, 1);
    }
    this.#settle(query, error);
  }

  #settle(query: Query, error: unknown): void {
    if (query.isSettled) return;
    this.#settled(query);
    query.reject(error);
  }

  #settled(query: Query): void {
    query.isSettled = true;
    if (query.abort !== undefined) query.signal?.removeEventListener('abort', query.abort);
  }

  #lookAround(): void {
    const nowMs = performance.now();
    for (const query of [...this.#short, ...this.#long]) {
      if (nowMs > query.askedMs + query.timeoutMs) this.#giveUp(query, timedOut());
    }
    for (const { run, reader } of this.#lanes) {
      if (run === undefined) continue;
      const { query } = run;
      if (nowMs > query.askedMs + query.timeoutMs + STOP_GRACE_MS && !query.isSettled) this.#giveUp(query, timedOut());
      if (nowMs > run.sinceMs + query.timeoutMs + this.#options.hangMs) void reader.kill();
    }
    if (this.#short.length > 0) {
      this.#makeRoom(nowMs);
      this.#dispatch();
    }
    if (this.#lanes.some(({ run }) => run !== undefined) || this.#short.length + this.#long.length > 0) return;
    clearInterval(this.#look);
    this.#look = undefined;
  }

  /** When all threads are at something long, one of them goes on, and the others take it up again later. */
  #makeRoom(nowMs: number): void {
    const runs = this.#lanes.flatMap(({ run }) => run ?? []);
    if (runs.length < this.#lanes.length) return;
    const goesOn = runs.find(({ query }) => query.isLong) ?? runs.reduce((a, b) => (a.sinceMs <= b.sinceMs ? a : b));
    const isLong = ({ sinceMs }: Run): boolean => nowMs - sinceMs >= LONG_MS;
    const others = runs.filter((run) => run !== goesOn && isLong(run));
    if (others.length === 0) return;
    goesOn.query.isLong = true;
    for (const run of others) {
      run.givesWay = true;
      Atomics.store(run.cancelled, 0, 1);
    }
  }

  /** Ends threads that were started for others' sake, and of which nothing was wanted since the last look. */
  #restIdle(): void {
    let areAll = true;
    for (const lane of this.#lanes.slice(1)) {
      const calls = lane.reader.current?.calls;
      if (lane.run === undefined && calls !== undefined && calls === lane.callsSeen) void lane.reader.rest();
      else if (lane.run !== undefined || calls !== undefined) areAll = false;
      lane.callsSeen = calls;
    }
    if (!areAll) return;
    clearInterval(this.#rest);
    this.#rest = undefined;
  }
}

const isPiece = (answer: unknown): answer is { readonly answer: number | undefined } =>
  typeof answer === 'object' && answer !== null && 'bytes' in answer;
