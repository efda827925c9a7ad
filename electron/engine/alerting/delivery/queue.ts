// What is to be told waits here, over restarts, until it is delivered: at least once, and twice only where this program is
// killed between sending and writing down that it was sent.
import { type Clock, pause } from '../../clock.ts';
import type { Logger } from '../../telemetry/index.ts';
import type { LogEntry } from '../routing/notification-log.ts';
import type { Message } from './message.ts';

/** One message for one way out; a later one of the same group takes its place. */
export type QueuedMessage = {
  readonly groupKey: string;
  /** The way out: `receiver/kind/index`. */
  readonly way: string;
  readonly message: Message;
  /** What the log holds once it is delivered. */
  readonly entry: LogEntry;
  readonly queuedAtMs: number;
};

export type DeliveryTable = {
  queued(): readonly QueuedMessage[];
  put(queued: QueuedMessage): void;
  drop(groupKey: string, way: string): void;
  /** Drops it and writes the log, in one transaction. */
  delivered(queued: QueuedMessage): void;
};

/** A delivery that failed; `isRetryable`: the same message may succeed later. The message holds no secret. */
export class DeliveryError extends Error {
  readonly isRetryable: boolean;
  constructor(message: string, options: { isRetryable: boolean; cause?: unknown }) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.isRetryable = options.isRetryable;
  }
}

export type Waiting = {
  readonly groupKey: string;
  readonly way: string;
  readonly queuedAtMs: number;
  readonly attempts: number;
  readonly lastError: string | undefined;
};

export type DeliveryQueueOptions = {
  readonly table: DeliveryTable;
  /** Undefined for a way out that the configuration no longer has. Rejects with DeliveryError. */
  readonly send: (way: string, message: Message, signal: AbortSignal) => Promise<void> | undefined;
  readonly clock: Pick<Clock, 'now'>;
  readonly logger: Logger;
  readonly onResult: (way: string, error: DeliveryError | undefined) => void;
  readonly onChange: () => void;
  /** The table refused, or took again (undefined). */
  readonly onWritten: (error: unknown) => void;
};

const FIRST_RETRY_MS = 1_000;
const MAX_RETRY_MS = 300_000;
const ATTEMPT_MS = 30_000;
const GIVE_UP_MS = 86_400_000;
const MAX_QUEUED = 10_000;

type Item = {
  queued: QueuedMessage;
  attempts: number;
  lastError: string | undefined;
  readonly stop: AbortController;
  readonly done: PromiseWithResolvers<boolean>;
};

export class DeliveryQueue {
  readonly #options: DeliveryQueueOptions;
  readonly #items = new Map<string, Item>();
  readonly #running = new Set<Promise<void>>();
  #isStopped = false;

  constructor(options: DeliveryQueueOptions) {
    this.#options = options;
  }

  /** Goes on with what the last run left. */
  start(): void {
    for (const queued of this.#options.table.queued()) this.#begin(queued);
  }

  /** Resolves with whether it was delivered within `budgetMs`; it is tried on after that, until a later one takes its place. */
  deliver(queued: QueuedMessage, budgetMs: number): Promise<boolean> {
    if (this.#isStopped) return Promise.resolve(false);
    const key = keyOf(queued);
    this.#items.get(key)?.stop.abort();
    if (!this.#items.has(key) && this.#items.size >= MAX_QUEUED) {
      this.#options.logger.warn({ way: queued.way }, 'too many notifications wait to be delivered; one was dropped');
      return Promise.resolve(false);
    }
    this.#write(() => this.#options.table.put(queued));
    const item = this.#begin(queued);
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const timer = setTimeout(() => resolve(false), budgetMs);
    void item.done.promise.then((isDelivered) => {
      clearTimeout(timer);
      resolve(isDelivered);
    });
    return promise;
  }

  waiting(): Waiting[] {
    return [...this.#items.values()].map(({ queued: { groupKey, way, queuedAtMs }, attempts, lastError }) => ({
      groupKey,
      way,
      queuedAtMs,
      attempts,
      lastError,
    }));
  }

  /** What is under way ends; what waits stays in the table for the next start. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const { stop } of this.#items.values()) stop.abort();
    await Promise.all(this.#running);
  }

  #begin(queued: QueuedMessage): Item {
    const stop = new AbortController();
    const done = Promise.withResolvers<boolean>();
    const item: Item = { queued, attempts: 0, lastError: undefined, stop, done };
    this.#items.set(keyOf(queued), item);
    const run = this.#run(item).finally(() => {
      this.#running.delete(run);
      if (this.#items.get(keyOf(queued)) === item) this.#items.delete(keyOf(queued));
      this.#options.onChange();
    });
    this.#running.add(run);
    return item;
  }

  /** Tries until it is delivered, cannot be, is replaced, or the queue stops. Never rejects. */
  async #run(item: Item): Promise<void> {
    const { table, clock, logger } = this.#options;
    const { queued, stop, done } = item;
    while (!stop.signal.aborted) {
      const error = await this.#attempt(item);
      if (error === undefined) {
        // What took its place meanwhile is written down when it is delivered itself, and its row must stay until then.
        if (this.#items.get(keyOf(queued)) === item) this.#write(() => table.delivered(queued));
        done.resolve(true);
        return;
      }
      if (stop.signal.aborted) break;
      item.attempts++;
      item.lastError = error.message;
      this.#options.onChange();
      const isTooOld = clock.now() - queued.queuedAtMs > GIVE_UP_MS;
      if (!error.isRetryable || isTooOld) {
        logger.warn({ way: queued.way, attempts: item.attempts }, `a notification was given up: ${error.message}`);
        this.#write(() => table.drop(queued.groupKey, queued.way));
        break;
      }
      if (item.attempts === 1) logger.warn({ way: queued.way }, `a notification waits: ${error.message}`);
      await pause(Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** (item.attempts - 1)), stop.signal);
    }
    done.resolve(false);
  }

  async #attempt({ queued, stop }: Item): Promise<DeliveryError | undefined> {
    const { send, onResult, logger } = this.#options;
    let failure: DeliveryError | undefined;
    try {
      const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(ATTEMPT_MS)]);
      const sending = send(queued.way, queued.message, signal);
      if (sending === undefined) {
        failure = new DeliveryError('The configuration has no such receiver any more.', { isRetryable: false });
      }
      await sending;
    } catch (error) {
      failure = error instanceof DeliveryError ? error : undefined;
      if (failure === undefined) {
        if (!stop.signal.aborted) logger.error({ way: queued.way, err: error }, 'a notification failed unexpectedly');
        failure = new DeliveryError('Sending failed unexpectedly.', { isRetryable: true, cause: error });
      }
    }
    if (!stop.signal.aborted) onResult(queued.way, failure);
    return failure;
  }

  /** A table that refuses must not keep an alert from being told. */
  #write(change: () => void): void {
    try {
      change();
      this.#options.onWritten(undefined);
    } catch (error) {
      this.#options.onWritten(error);
    }
  }
}

const keyOf = ({ groupKey, way }: QueuedMessage): string => `${way}\n${groupKey}`;
