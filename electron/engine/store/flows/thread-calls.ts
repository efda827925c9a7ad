// A thread of the flow store and the calls that wait for it: each settles, also when the thread ends.
import { type Transferable, Worker } from 'node:worker_threads';
import { LinewardenError } from '../../../../shared/model/errors.ts';
import type { Request, Response } from './protocol.ts';

const MAX_HEAP_MB = 512;
/** Rows are in array buffers: what the heap is given is short-lived and little. */
const MAX_YOUNG_MB = 8;
const CLOSE_GRACE_MS = 10_000;

type Pending = {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly hang: NodeJS.Timeout;
};

export class ThreadCalls<Call extends { readonly kind: string }, Answers extends Record<Call['kind'], unknown>> {
  readonly #worker: Worker;
  readonly #hangMs: number;
  readonly #pending = new Map<number, Pending>();
  #nextId = 1;
  #isGone = false;
  #reason = 'it ended';
  readonly ended: Promise<void>;

  constructor(options: {
    entry: URL;
    workerData: unknown;
    name: string;
    /** A call that takes longer hangs: the thread is ended, and the next call may start another. */
    hangMs: number;
    onNote?: (sentence: string) => void;
  }) {
    this.#hangMs = options.hangMs;
    this.#worker = new Worker(options.entry, {
      workerData: options.workerData,
      name: options.name,
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB, maxYoungGenerationSizeMb: MAX_YOUNG_MB },
    });
    this.#worker.on('message', (message: Response) => {
      if ('note' in message) options.onNote?.(message.note);
      else this.#settle(message);
    });
    this.#worker.on('error', (error) => {
      this.#reason = error instanceof Error ? error.message : String(error);
    });
    this.ended = new Promise((resolve) => {
      this.#worker.on('exit', () => {
        this.#isGone = true;
        for (const { reject, hang } of this.#pending.values()) {
          clearTimeout(hang);
          reject(failed(this.#reason));
        }
        this.#pending.clear();
        resolve();
      });
    });
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  get waiting(): number {
    return this.#pending.size;
  }

  call<C extends Call>(call: C, transfer: readonly Transferable[] = []): Promise<Answers[C['kind']]> {
    if (this.#isGone) return Promise.reject(failed('it ended'));
    const request: Request<C> = { id: this.#nextId++, call };
    return new Promise((resolve, reject) => {
      const hang = setTimeout(() => this.#hangs(), this.#hangMs).unref();
      this.#pending.set(request.id, { resolve: (answer) => resolve(answer as Answers[C['kind']]), reject, hang });
      this.#worker.postMessage(request, transfer);
    });
  }

  /** Sends the last call and waits for what is under way, but not for ever. */
  async close(last: Call): Promise<void> {
    const timer = setTimeout(() => void this.#worker.terminate(), CLOSE_GRACE_MS);
    await this.call(last).catch(() => undefined);
    await this.ended;
    clearTimeout(timer);
  }

  async kill(): Promise<void> {
    await this.#worker.terminate();
  }

  #hangs(): void {
    // Gone at once: whoever calls next must not wait for it.
    this.#isGone = true;
    this.#reason = 'a thread of it did not answer and was ended';
    void this.#worker.terminate();
  }

  #settle(message: Exclude<Response, { note: string }>): void {
    const pending = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    clearTimeout(pending?.hang);
    // Those behind it begin only now.
    for (const { hang } of this.#pending.values()) hang.refresh();
    if ('failure' in message) pending?.reject(failed(message.failure));
    else pending?.resolve(message.answer);
  }
}

export const failed = (reason: string): LinewardenError =>
  new LinewardenError('LW_FLOWS_STORE_FAILED', `The stored flows cannot be reached: ${reason}.`, {
    hint: 'Look whether the disk is full or the data folder was moved; flows go on being stored once it is in order.',
  });
