// One worker thread and the calls that wait for it: every call settles, also when the thread dies.
import { Worker } from 'node:worker_threads';
import type { Transferable } from 'node:worker_threads';
import { fromWire, threadDied } from './errors.ts';
import { storeClosed } from './to-wire.ts';
import type { Request, Response } from './protocol.ts';

export type ThreadOptions = {
  readonly entry: URL;
  readonly maxHeapMb: number;
  /** Anything that the thread says without being asked. */
  readonly onEvent?: (event: unknown) => void;
  readonly onDeath: (reason: Error) => void;
};

type Pending = { readonly resolve: (answer: unknown) => void; readonly reject: (error: Error) => void };

export class ThreadClient<Call extends { readonly kind: string }, Answers extends Record<Call['kind'], unknown>> {
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  #nextId = 1;
  #gone: Error | undefined;
  #closing = false;

  constructor(options: ThreadOptions) {
    this.#worker = new Worker(options.entry, {
      // Flags of the command that was typed (--eval, --input-type) are not the thread's.
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: options.maxHeapMb, maxYoungGenerationSizeMb: 4 },
    });
    this.#worker.on('message', (message: Response<unknown> | { event: string }) => {
      if ('event' in message) options.onEvent?.(message);
      else this.#settle(message);
    });
    const die = (cause?: unknown): void => {
      if (this.#gone !== undefined) return;
      this.#gone = this.#closing ? storeClosed() : threadDied(cause);
      for (const { reject } of this.#pending.values()) reject(this.#gone);
      this.#pending.clear();
      if (!this.#closing) options.onDeath(this.#gone);
    };
    // An uncaught error comes as 'error' and then 'exit'; a thread that runs out of memory too.
    this.#worker.on('error', die);
    this.#worker.on('exit', () => die());
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
      this.#pending.set(request.id, { resolve: (answer) => resolve(answer as Answers[C['kind']]), reject });
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
    const ended = new Promise<void>((resolve) => {
      this.#worker.once('exit', () => resolve());
    });
    let timer: NodeJS.Timeout | undefined;
    const grace = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, graceMs);
    });
    const last = this.#send(call, []).catch(() => undefined);
    await Promise.race([Promise.all([last, ended]), grace]);
    clearTimeout(timer);
    await this.#worker.terminate();
  }

  /** Ends the thread at once; pending calls reject. */
  async kill(): Promise<void> {
    await this.#worker.terminate();
  }

  #settle(message: Response<unknown>): void {
    const pending = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    if ('error' in message) pending?.reject(fromWire(message.error));
    else pending?.resolve(message.answer);
  }
}
