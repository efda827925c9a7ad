// The writer thread under supervision: started, watched, and started again when it dies or hangs.
import { threadEntry } from '../../threads/index.ts';
import { threadDied } from './errors.ts';
import type { WriterAnswer, WriterCall, WriterEvent, WriterOpen } from './protocol.ts';
import { type HangWatch, ThreadClient } from './thread-client.ts';
import { storeClosed } from './to-wire.ts';

/** Heap only: samples are in array buffers, which count apart. */
const MAX_HEAP_MB = 512;
const CLOSE_GRACE_MS = 20_000;
/** What replays or seals everything at once, and what is done in slices between other calls. */
const PATIENCE: HangWatch<WriterCall>['patience'] = {
  open: 10,
  seal: 10,
  retention: Infinity,
  setRetention: Infinity,
  delete: 10,
  report: 10,
  upkeep: Infinity,
};

export type Writer = ThreadClient<WriterCall, WriterAnswer>;

export type SupervisedWriterOptions = {
  /** What the thread is opened with, asked at each start. */
  readonly open: () => WriterOpen;
  /** A thread that dies is started again at most so often. */
  readonly restartEveryMs: number;
  /** One that owes an answer for so long hangs: it is ended and started again. */
  readonly hangMs: number;
  /** A new thread is open: it knows no refs. Called before anybody else gets it. */
  readonly onOpened: () => void;
  /** It took the place of one that died: readers meet it before anybody else gets it. Does not reject. */
  readonly onReplaced: (writer: Writer) => Promise<void>;
  readonly onProblem: (problem: string | undefined, isPaused: boolean) => void;
};

export class SupervisedWriter {
  readonly #options: SupervisedWriterOptions;
  #writer: Promise<Writer> | undefined;
  #startedMs = -Infinity;
  #restartTimer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: SupervisedWriterOptions) {
    this.#options = options;
  }

  /** The first start: rejects with why it failed, and does not try again. */
  async start(): Promise<void> {
    this.#writer = this.#start();
    await this.#writer;
  }

  running(): Promise<Writer> {
    if (this.#isClosed) return Promise.reject(storeClosed());
    return this.#writer ?? Promise.reject(threadDied());
  }

  async call<C extends WriterCall>(call: C): Promise<WriterAnswer[C['kind']]> {
    return (await this.running()).call(call);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#restartTimer);
    const writer = await this.#writer?.catch(() => undefined);
    await writer?.close({ kind: 'close' }, CLOSE_GRACE_MS);
  }

  async #start(): Promise<Writer> {
    this.#startedMs = performance.now();
    let isOpen = false;
    const writer: Writer = new ThreadClient({
      entry: threadEntry('metrics-writer'),
      maxHeapMb: MAX_HEAP_MB,
      onEvent: (event) => {
        const { problem, isPaused } = event as WriterEvent;
        this.#options.onProblem(problem, isPaused);
      },
      watch: { ping: { kind: 'ping' }, afterMs: this.#options.hangMs, patience: PATIENCE },
      onHang: (reason) => this.#tell(reason.message),
      onDeath: (reason) => {
        if (isOpen) this.#died(reason.message);
      },
    });
    try {
      await writer.call({ kind: 'open', ...this.#options.open() });
    } catch (error) {
      await writer.kill();
      throw error;
    }
    isOpen = true;
    this.#options.onOpened();
    return writer;
  }

  #died(reason: string): void {
    this.#writer = undefined;
    if (this.#isClosed) return;
    const waitMs = Math.max(0, this.#startedMs + this.#options.restartEveryMs - performance.now());
    this.#tell(reason);
    clearTimeout(this.#restartTimer);
    this.#restartTimer = setTimeout(() => void this.#restart(), waitMs);
    this.#restartTimer.unref();
  }

  #tell(reason: string): void {
    if (!this.#isClosed) this.#options.onProblem(`${reason} It is started again.`, true);
  }

  async #restart(): Promise<void> {
    if (this.#isClosed) return;
    // Readers first: nobody is answered by it for what a query would not see.
    this.#writer = this.#start().then(async (started) => {
      await this.#options.onReplaced(started);
      return started;
    });
    try {
      const writer = await this.#writer;
      if (writer.isAlive) this.#options.onProblem(undefined, false);
    } catch (error) {
      this.#died(error instanceof Error ? error.message : String(error));
    }
  }
}
