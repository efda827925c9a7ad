// One worker thread and the calls that wait for it: every call settles, also when the thread dies or hangs.
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import type { Transferable } from 'node:worker_threads';
import { fromWire, threadDied, threadHangs } from './errors.ts';
import { storeClosed } from './to-wire.ts';
import type { Request, Response } from './protocol.ts';

/** How a thread that still runs, but answers nothing, is told from one that has much to do. */
export type HangWatch<Call extends { readonly kind: string }> = {
  /** A call that the thread answers in its next turn. */
  readonly ping: Call;
  /** How long a call may be under way. */
  readonly afterMs: number;
  /** How many times as long certain calls may; Infinity: as long as it takes, if only the thread answers pings meanwhile. */
  readonly patience: { readonly [K in Call['kind']]?: number };
};

export type ThreadOptions<Call extends { readonly kind: string }> = {
  readonly entry: URL;
  readonly maxHeapMb: number;
  /** Where what is new is kept until it is collected; V8 takes up to three times as much. Default 1. */
  readonly nurseryMb?: number | undefined;
  readonly watch?: HangWatch<Call>;
  /** Anything that the thread says without being asked. */
  readonly onEvent?: (event: unknown) => void;
  /** The thread answers nothing and is being ended; `onDeath` follows when it has. */
  readonly onHang?: (reason: Error) => void;
  /** The thread has ended without being told to: nothing of it runs any more. */
  readonly onDeath: (reason: Error) => void;
};

type Pending = {
  /** Times the usual. */
  readonly patience: number;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
  /** Looks of the watch that it has been waiting for. */
  looks: number;
};

const SMALL_NURSERY_MB = 1;
/** The watch looks so often before it ends a thread: a clock that leaps, or a machine that slept, is one look only. */
const LOOKS = 4;
/** A thread that is in the middle of a system call cannot be ended before that returns. */
const TERMINATE_GRACE_MS = 5_000;

export class ThreadClient<Call extends { readonly kind: string }, Answers extends Record<Call['kind'], unknown>> {
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  readonly #watch: HangWatch<Call> | undefined;
  readonly #onHang: ((reason: Error) => void) | undefined;
  readonly #watchTimer: NodeJS.Timeout | undefined;
  #nextId = 1;
  #gone: Error | undefined;
  #closing = false;

  constructor(options: ThreadOptions<Call>) {
    const { nurseryMb = SMALL_NURSERY_MB } = options;
    // How large a thread's nursery is from the start is a flag of the process, read when the thread comes into being.
    if (nurseryMb > SMALL_NURSERY_MB) setFlagsFromString(`--min-semi-space-size=${nurseryMb}`);
    this.#worker = new Worker(options.entry, {
      // Flags of the command that was typed (--eval, --input-type) are not the thread's.
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: options.maxHeapMb, maxYoungGenerationSizeMb: 4 * nurseryMb },
    });
    if (nurseryMb > SMALL_NURSERY_MB) this.#worker.once('online', () => setFlagsFromString('--min-semi-space-size=0'));
    this.#worker.on('message', (message: Response<unknown> | { event: string }) => {
      if ('event' in message) options.onEvent?.(message);
      else this.#settle(message);
    });
    // An uncaught error comes as 'error' and then 'exit'; a thread that runs out of memory too.
    this.#worker.on('error', (cause) => this.#settleAll(threadDied(cause)));
    this.#worker.on('exit', () => {
      clearInterval(this.#watchTimer);
      const reason = this.#settleAll(threadDied());
      if (!this.#closing) options.onDeath(reason);
    });
    this.#onHang = options.onHang;
    this.#watch = options.watch;
    if (this.#watch !== undefined) {
      this.#watchTimer = setInterval(() => this.#look(), this.#watch.afterMs / LOOKS);
      this.#watchTimer.unref();
    }
  }

  /** How many calls it has taken. */
  get calls(): number {
    return this.#nextId - 1;
  }

  get isAlive(): boolean {
    return this.#gone === undefined;
  }

  call<C extends Call>(call: C, transfer: readonly Transferable[] = []): Promise<Answers[C['kind']]> {
    const gone = this.#gone ?? (this.#closing ? storeClosed() : undefined);
    if (gone !== undefined) return Promise.reject(gone);
    return this.#send(call, transfer);
  }

  #send<C extends Call>(call: C, transfer: readonly Transferable[]): Promise<Answers[C['kind']]> {
    const request: Request<C> = { id: this.#nextId++, call };
    return new Promise((resolve, reject) => {
      this.#pending.set(request.id, {
        patience: this.#watch?.patience[call.kind as Call['kind']] ?? 1,
        resolve: (answer) => resolve(answer as Answers[C['kind']]),
        reject,
        looks: 0,
      });
      try {
        this.#worker.postMessage(request, transfer);
      } catch (error) {
        this.#pending.delete(request.id);
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
  }

  /** Sends the last call, waits at most `graceMs` for the thread to end by itself, then ends it. */
  async close(call: Call, graceMs: number): Promise<void> {
    if (this.#closing || this.#gone !== undefined) return;
    this.#closing = true;
    clearInterval(this.#watchTimer);
    const ended = new Promise<void>((resolve) => {
      this.#worker.once('exit', () => resolve());
    });
    const last = this.#send(call, []).catch(() => undefined);
    await atMost(graceMs, Promise.all([last, ended]));
    await this.kill();
  }

  /** Ends the thread at once, as far as it lets itself be ended; pending calls reject. */
  async kill(): Promise<void> {
    await atMost(TERMINATE_GRACE_MS, this.#worker.terminate());
    this.#settleAll(threadDied());
  }

  /** Nobody is answered any more; the reason that counts is the first. */
  #settleAll(reason: Error): Error {
    this.#gone ??= this.#closing ? storeClosed() : reason;
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of pending) reject(this.#gone);
    return this.#gone;
  }

  #look(): void {
    const watch = this.#watch;
    if (watch === undefined || this.#gone !== undefined || this.#pending.size === 0) return;
    let isAnswerDue = false;
    for (const pending of this.#pending.values()) {
      if (pending.patience === Infinity) continue;
      isAnswerDue = true;
      // One more than the parts that must have passed: the first look may come right after the call.
      if (++pending.looks > LOOKS * pending.patience) {
        const reason = this.#settleAll(threadHangs());
        this.#onHang?.(reason);
        // Its successor waits for 'exit': two writers on the same files would be worse than none.
        void this.#worker.terminate();
        return;
      }
    }
    if (!isAnswerDue) void this.#send(watch.ping, []).catch(() => undefined);
  }

  #settle(message: Response<unknown>): void {
    const pending = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    if ('error' in message) pending?.reject(fromWire(message.error));
    else pending?.resolve(message.answer);
  }
}

async function atMost(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, limit]);
  clearTimeout(timer);
}
