// One reader thread under supervision: started with the first query, ended when it hangs, started again with the next query.
import { MessageChannel } from 'node:worker_threads';
import { threadEntry } from '../../threads/index.ts';
import { threadDied } from './errors.ts';
import type { ReaderAnswer, ReaderCall, ReaderOpen } from './protocol.ts';
import type { Writer } from './supervised-writer.ts';
import { ThreadClient } from './thread-client.ts';
import { storeClosed } from './to-wire.ts';

const MAX_HEAP_MB = 1_024;
const CLOSE_GRACE_MS = 20_000;

export type Reader = ThreadClient<ReaderCall, ReaderAnswer>;

export type SupervisedReaderOptions = {
  readonly open: ReaderOpen;
  /** The thread's nursery; see ThreadOptions. */
  readonly nurseryMb?: number | undefined;
  /** A thread that dies is started again at most so often. */
  readonly restartEveryMs: number;
  readonly writer: () => Promise<Writer>;
};

const nothing = (): void => {};

export class SupervisedReader {
  readonly #options: SupervisedReaderOptions;
  #reader: Promise<Reader> | undefined;
  /** The last one that met its writer. */
  #started: Reader | undefined;
  #startedMs = -Infinity;
  #isClosed = false;
  /** The end of a thread that was not needed any more. */
  #resting: Promise<void> | undefined;

  constructor(options: SupervisedReaderOptions) {
    this.#options = options;
  }

  /** The thread, when it runs and has met the writer. */
  get current(): Reader | undefined {
    return this.#started?.isAlive === true && !this.#isClosed ? this.#started : undefined;
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
    await Promise.all([this.#resting, reader?.close({ kind: 'close' }, CLOSE_GRACE_MS)]);
  }

  /** Ends a thread that hangs; the next query starts another. */
  async kill(): Promise<void> {
    await this.#started?.kill();
  }

  /** Ends the thread in order; the next query starts another. */
  async rest(): Promise<void> {
    const reader = this.#started;
    this.#reader = undefined;
    this.#started = undefined;
    this.#startedMs = -Infinity;
    this.#resting = reader?.close({ kind: 'close' }, CLOSE_GRACE_MS);
    await this.#resting;
  }

  async #start(): Promise<Reader> {
    this.#startedMs = performance.now();
    const reader: Reader = new ThreadClient({
      entry: threadEntry('metrics-reader'),
      maxHeapMb: MAX_HEAP_MB,
      nurseryMb: this.#options.nurseryMb,
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
