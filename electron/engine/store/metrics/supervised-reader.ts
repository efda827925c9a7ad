// One reader thread under supervision: started with the first query, ended when it hangs, started again with the next query.
import { MessageChannel } from 'node:worker_threads';
import { QueryError } from '../../promql/index.ts';
import { threadEntry } from '../../threads/index.ts';
import { CancelFlags } from './cancel-flags.ts';
import { threadDied } from './errors.ts';
import type { QueryLimits, ReaderAnswer, ReaderCall, ReaderOpen } from './protocol.ts';
import type { Writer } from './supervised-writer.ts';
import { ThreadClient } from './thread-client.ts';
import { storeClosed } from './to-wire.ts';
import type { QueryOptions } from './types.ts';

export const DEFAULT_TIMEOUT_MS = 30_000;
const MAX_HEAP_MB = 1_024;
const CLOSE_GRACE_MS = 20_000;

export type Reader = ThreadClient<ReaderCall, ReaderAnswer>;
export type LimitedCall = Extract<ReaderCall, QueryLimits>;

export type SupervisedReaderOptions = {
  readonly open: ReaderOpen;
  readonly now: () => number;
  readonly subqueryStepMs: (() => number) | undefined;
  /** A thread that dies is started again at most so often. */
  readonly restartEveryMs: number;
  /** One that does not answer so long after a query's own time-out hangs, and is ended. */
  readonly hangMs: number;
  readonly writer: () => Promise<Writer>;
};

const nothing = (): void => {};

export class SupervisedReader {
  readonly #options: SupervisedReaderOptions;
  #reader: Promise<Reader> | undefined;
  /** The last one that met a writer. */
  #started: Reader | undefined;
  #startedMs = -Infinity;
  readonly #flags = new CancelFlags();
  #isClosed = false;
  /** Settles with the query that was asked last. */
  #lastAnswer: Promise<void> = Promise.resolve();

  constructor(options: SupervisedReaderOptions) {
    this.#options = options;
  }

  /** Started with the first query. */
  running(): Promise<Reader> {
    if (this.#isClosed) return Promise.reject(storeClosed());
    if (this.#reader === undefined) {
      if (performance.now() - this.#startedMs < this.#options.restartEveryMs) return Promise.reject(threadDied());
      const reader = this.#start();
      this.#reader = reader;
      reader.catch(() => {
        if (this.#reader === reader) this.#reader = undefined;
      });
    }
    return this.#reader;
  }

  /** A new writer took the old one's place. A reader that cannot be told would miss what comes: the next query starts another. */
  async meet(writer: Writer): Promise<void> {
    // One that is still starting asks for the writer by itself.
    const reader = this.#started;
    if (reader?.isAlive !== true) return;
    try {
      await introduce(writer, reader);
    } catch {
      await reader.kill();
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const reader = await this.#reader?.catch(nothing);
    await reader?.close({ kind: 'close' }, CLOSE_GRACE_MS);
  }

  async query<C extends LimitedCall>(
    options: QueryOptions,
    callOf: (limits: QueryLimits) => C,
  ): Promise<ReaderAnswer[C['kind']]> {
    const { signal, timeoutMs = DEFAULT_TIMEOUT_MS, lookbackMs } = options;
    const reader = await this.running();
    // Also when it was aborted while the reader started.
    if (signal?.aborted === true) throw new QueryError('canceled', 'query was canceled');
    const cancelled = this.#flags.take();
    const subqueryStepMs = this.#options.subqueryStepMs?.();
    const answer = reader.call(
      callOf({ nowMs: this.#options.now(), timeoutMs, lookbackMs, subqueryStepMs, cancelled }),
    );
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
        watchdog = setTimeout(() => void reader.kill(), timeoutMs + this.#options.hangMs);
        watchdog.unref();
      });
      signal?.addEventListener('abort', abort);
      answer.then(resolve, reject).finally(() => {
        isAnswered = true;
        this.#flags.giveBack(cancelled);
        clearTimeout(timer);
        clearTimeout(watchdog);
        signal?.removeEventListener('abort', abort);
      });
    });
  }

  async #start(): Promise<Reader> {
    this.#startedMs = performance.now();
    const reader: Reader = new ThreadClient({
      entry: threadEntry('metrics-reader'),
      maxHeapMb: MAX_HEAP_MB,
      onDeath: () => {
        this.#reader = undefined;
      },
    });
    try {
      await reader.call({ kind: 'open', ...this.#options.open });
      await introduce(await this.#options.writer(), reader);
      this.#started = reader;
      return reader;
    } catch (error) {
      await reader.kill();
      throw error;
    }
  }
}

async function introduce(writer: Writer, reader: Reader): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  // One after the other: series that are committed before the writer has its port are in head.db by the time that the
  // reader reads it, and those that are committed later wait in the port.
  await writer.call({ kind: 'attach', port: port1 }, [port1]);
  await reader.call({ kind: 'attach', port: port2 }, [port2]);
}
