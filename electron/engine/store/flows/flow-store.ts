// The flow store as the engine's main thread has it: its threads exist while flows come in, and while somebody asks.
import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from '../../clock.ts';
import { threadEntry } from '../../threads/index.ts';
import { tierFileOfName } from './files/tier-files.ts';
import type { FlowRetention, FlowTierStatus, ReaderAnswer, ReaderCall, WriterAnswer, WriterCall } from './protocol.ts';
import type { FlowPlan, RawAnswer } from './query/index.ts';
import type { ClosedConversations } from './sums/closed.ts';
import { StoredClock } from './stored-clock.ts';
import { failed, ThreadCalls } from './thread-calls.ts';
import { FLOW_TIERS, KEPT_TIERS, keptAs } from './types.ts';
import { WaitingMinutes } from './waiting-minutes.ts';

export type FlowStoreOptions = {
  /** The engine's data directory; the files are in `flows` there. */
  readonly dir: string;
  readonly retention: FlowRetention;
  /** What flows may take now; undefined: no limit. Asked before each upkeep. */
  readonly maxBytes: () => Promise<number | undefined>;
  readonly clock: Clock;
  /** Why flows are not stored just now; undefined: they are. */
  readonly onProblem: (sentence: string | undefined) => void;
  /** Something that happened: a file was set aside, or went before its time. */
  readonly onNote: (sentence: string) => void;
};

export type FlowStoreStatus = {
  readonly bytes: number;
  readonly tiers: readonly FlowTierStatus[];
  /** Minutes that were not stored, since the start. */
  readonly lostMinutes: number;
};

export interface FlowStore {
  /** Takes the buffers over. */
  write(closed: ClosedConversations): void;
  /** Rejects with LW_FLOWS_STORE_FAILED. One that is aborted, or takes a minute, ends with what it has read. */
  ask(plan: FlowPlan, signal?: AbortSignal): Promise<RawAnswer>;
  setRetention(retention: FlowRetention): void;
  /** Minutes that were not stored, since the start. */
  readonly lostMinutes: number;
  status(): Promise<FlowStoreStatus>;
  /** After the last write. */
  close(): Promise<void>;
}

const UPKEEP_EVERY_MS = 600_000;
/** After the minute that ends it has come. */
const UPKEEP_DELAY_MS = 15_000;
/** Old files of an engine that gets no flows any more are looked after this often. */
const IDLE_UPKEEP_MS = 6 * 3_600_000;
const WRITER_IDLE_MS = 20 * 60_000;
const READER_IDLE_MS = 120_000;
const ASK_TIMEOUT_MS = 60_000;
/** After a cancelled question's time is up. */
const READER_HANG_MS = 60_000;
/** Days that are summarised at once, after the engine was off, take minutes on a slow disk. */
const WRITER_HANG_MS = 15 * 60_000;

export function createFlowStore(options: FlowStoreOptions): FlowStore {
  return new Store(options);
}

class Store implements FlowStore {
  readonly #options: FlowStoreOptions;
  readonly #dir: string;
  #retention: FlowRetention;
  #writer: ThreadCalls<WriterCall, WriterAnswer> | undefined;
  #reader: ThreadCalls<ReaderCall, ReaderAnswer> | undefined;
  #upkeepTimer: NodeJS.Timeout;
  #writerIdle: NodeJS.Timeout | undefined;
  #readerIdle: NodeJS.Timeout | undefined;
  readonly #clock: StoredClock;
  readonly #waiting = new WaitingMinutes();
  #lostMinutes = 0;
  #wroteMs = -Infinity;
  #upkeptMs = -Infinity;
  #isClosed = false;

  constructor(options: FlowStoreOptions) {
    this.#options = options;
    this.#dir = path.join(options.dir, 'flows');
    this.#retention = options.retention;
    this.#clock = new StoredClock(this.#dir, options.clock);
    this.#upkeepTimer = this.#planUpkeep();
  }

  write(closed: ClosedConversations): void {
    if (this.#isClosed) return;
    const writer = this.#startWriter();
    const bytes = closed.buffer.byteLength + closed.addresses.byteLength;
    if (!this.#waiting.hasRoom(bytes)) {
      this.#lost('The disk is too slow for the flows that come in');
      return;
    }
    this.#wroteMs = this.#options.clock.monotonic();
    this.#waiting.add(bytes);
    writer
      .call({ kind: 'write', closed }, [closed.buffer, closed.addresses.buffer])
      .finally(() => this.#waiting.remove(bytes))
      .then(
        () => this.#options.onProblem(undefined),
        (error: unknown) => this.#lost(error instanceof Error ? error.message : String(error)),
      );
  }

  async ask(plan: FlowPlan, signal?: AbortSignal): Promise<RawAnswer> {
    if (this.#isClosed) throw failed('the engine ends');
    const reader = this.#startReader();
    const cancelled = new Int32Array(new SharedArrayBuffer(4));
    const cancel = (): void => void Atomics.store(cancelled, 0, 1);
    signal?.addEventListener('abort', cancel, { once: true });
    if (signal?.aborted === true) cancel();
    const timer = setTimeout(cancel, ASK_TIMEOUT_MS);
    try {
      return await reader.call({ kind: 'ask', plan, cancelled });
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', cancel);
    }
  }

  setRetention(retention: FlowRetention): void {
    this.#retention = retention;
  }

  get lostMinutes(): number {
    return this.#lostMinutes;
  }

  async status(): Promise<FlowStoreStatus> {
    const names = await readdir(this.#dir).catch(() => []);
    const sizes = await Promise.all(
      names.map(async (name) => ({
        name,
        bytes: (await stat(path.join(this.#dir, name)).catch(() => undefined))?.size ?? 0,
      })),
    );
    const tiers = KEPT_TIERS.map((tier): FlowTierStatus => {
      const own = sizes.filter(({ name }) => FLOW_TIERS.some((of) => keptAs(of) === tier && name.startsWith(`${of}-`)));
      const files = own.flatMap(({ name }) => tierFileOfName(name) ?? []);
      const fromS = files.length === 0 ? 0 : Math.min(...files.map(({ startS }) => startS));
      return { tier, bytes: own.reduce((sum, { bytes }) => sum + bytes, 0), files: files.length, fromS };
    });
    const bytes = sizes.reduce((sum, one) => sum + one.bytes, 0);
    return { bytes, tiers, lostMinutes: this.#lostMinutes };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#upkeepTimer);
    clearTimeout(this.#writerIdle);
    clearTimeout(this.#readerIdle);
    await Promise.all([this.#writer?.close({ kind: 'close' }), this.#reader?.close({ kind: 'close' })]);
  }

  #startWriter(): ThreadCalls<WriterCall, WriterAnswer> {
    if (this.#writer === undefined || this.#writer.isGone) {
      this.#writer = new ThreadCalls({
        entry: threadEntry('flows-writer'),
        workerData: { dir: this.#dir },
        name: 'flow writer',
        hangMs: WRITER_HANG_MS,
        onNote: this.#options.onNote,
      });
    }
    this.#writerIdle ??= setTimeout(() => this.#endWriter(), WRITER_IDLE_MS).unref();
    this.#writerIdle.refresh();
    return this.#writer;
  }

  #endWriter(): void {
    this.#writerIdle = undefined;
    const ending = this.#writer;
    this.#writer = undefined;
    void ending?.close({ kind: 'close' });
  }

  #startReader(): ThreadCalls<ReaderCall, ReaderAnswer> {
    if (this.#reader === undefined || this.#reader.isGone) {
      this.#reader = new ThreadCalls({
        entry: threadEntry('flows-reader'),
        workerData: { dir: this.#dir },
        name: 'flow reader',
        hangMs: ASK_TIMEOUT_MS + READER_HANG_MS,
      });
    }
    this.#readerIdle ??= setTimeout(() => {
      this.#readerIdle = undefined;
      const ending = this.#reader;
      this.#reader = undefined;
      void ending?.close({ kind: 'close' });
    }, READER_IDLE_MS).unref();
    this.#readerIdle.refresh();
    return this.#reader;
  }

  /** Soon after each ten minutes of the clock. */
  #planUpkeep(): NodeJS.Timeout {
    const waitMs = UPKEEP_EVERY_MS - (this.#options.clock.now() % UPKEEP_EVERY_MS) + UPKEEP_DELAY_MS;
    return setTimeout(() => {
      this.#upkeepTimer = this.#planUpkeep();
      void this.#upkeep();
    }, waitMs).unref();
  }

  async #upkeep(): Promise<void> {
    // The one before may take longer than ten minutes.
    if (this.#waiting.isUpkeeping || !existsSync(this.#dir)) return;
    const presentMs = await this.#clock.present(Math.min(...Object.values(this.#retention)));
    const now = this.#options.clock.monotonic();
    const isFlowing = now - this.#wroteMs < WRITER_IDLE_MS;
    if (!isFlowing && now - this.#upkeptMs < IDLE_UPKEEP_MS) return;
    this.#upkeptMs = now;
    try {
      const maxBytes = await this.#options.maxBytes();
      if (this.#isClosed) return;
      const nowS = Math.floor(this.#options.clock.now() / 1_000);
      const presentS = Math.floor(presentMs / 1_000);
      this.#waiting.isUpkeeping = true;
      await this.#startWriter().call({ kind: 'upkeep', nowS, presentS, retention: this.#retention, maxBytes });
    } catch (error) {
      if (!this.#isClosed) this.#options.onProblem(error instanceof Error ? error.message : String(error));
    } finally {
      this.#waiting.isUpkeeping = false;
    }
  }

  #lost(reason: string): void {
    this.#lostMinutes++;
    this.#options.onProblem(`${reason.replace(/\.$/, '')}: a minute of conversations was not stored.`);
  }
}
