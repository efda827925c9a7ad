// Keeps customers and their past sessions in state.db: what happened within seconds, counters now and then, all of it at the end.
import type { StateStore, SubscriberRow, SubscriberSessionRow } from '../store/state/index.ts';
import type { SubscriberBook } from './book.ts';
import type { EndedSession } from './ledger.ts';
import { toRow } from './record.ts';
import type { Subscriber } from './subscriber.ts';

/** Counters that are lost in a kill are found again in what routers count on: they need not be written often. */
const COUNTERS_EVERY_MS = 5 * 60_000;
/** So many rows are written at once: the main thread does nothing else meanwhile. */
const SLICE = 500;
/** Of sessions that could not be written yet. */
const MAX_WAITING = 10_000;

export class SubscriberKeeper {
  readonly #state: Pick<StateStore, 'subscribers'>;
  readonly #onWritten: (error: unknown) => void;
  #sessions: SubscriberSessionRow[] = [];
  #removed = new Set<string>();
  #countersAtMs: number | undefined;

  /** @param onWritten is told each attempt's error; undefined: it was written */
  constructor(state: Pick<StateStore, 'subscribers'>, onWritten: (error: unknown) => void) {
    this.#state = state;
    this.#onWritten = onWritten;
  }

  ended(session: EndedSession): void {
    if (this.#sessions.length < MAX_WAITING) this.#sessions.push(session);
  }

  removed(key: string): void {
    this.#removed.add(key);
  }

  /** Those that ended and are not written yet count too. */
  sessionsOf(key: string, most: number): SubscriberSessionRow[] {
    const waiting = this.#sessions.filter((session) => session.key === key).toReversed();
    return [...waiting, ...this.#state.subscribers.sessions(key, most)].slice(0, most);
  }

  sessionsBetween(startMs: number, endMs: number, most: number): SubscriberSessionRow[] {
    const waiting = this.#sessions.filter(({ beganMs, endedMs }) => endedMs > startMs && beganMs < endMs).toReversed();
    return [...waiting, ...this.#state.subscribers.sessionsBetween(startMs, endMs, most)].slice(0, most);
  }

  /** Writes a slice; true when nothing is left that is due. What state.db refuses stays due. */
  write(book: SubscriberBook, monotonicMs: number, everything = false): boolean {
    this.#countersAtMs ??= monotonicMs;
    const withCounters = everything || monotonicMs - this.#countersAtMs >= COUNTERS_EVERY_MS;
    const due: Subscriber[] = [];
    for (const subscriber of book.all()) {
      if (subscriber.isSample || subscriber.unwritten === 'nothing') continue;
      if (subscriber.unwritten === 'counters' && !withCounters) continue;
      due.push(subscriber);
      if (due.length > SLICE) break;
    }
    const slice = due.slice(0, SLICE);
    const isLast = due.length <= SLICE;
    if (slice.length === 0 && this.#sessions.length === 0 && this.#removed.size === 0) {
      if (withCounters) this.#countersAtMs = monotonicMs;
      return true;
    }
    const rows: SubscriberRow[] = slice.map(toRow);
    // One that came back since has a row of its own again.
    const removed = [...this.#removed].filter((key) => book.get(key) === undefined);
    try {
      this.#state.subscribers.save({ rows, removed, sessions: this.#sessions });
    } catch (error) {
      this.#onWritten(error);
      return true;
    }
    for (const subscriber of slice) subscriber.unwritten = 'nothing';
    this.#sessions = [];
    this.#removed = new Set();
    if (isLast && withCounters) this.#countersAtMs = monotonicMs;
    this.#onWritten(undefined);
    return isLast;
  }
}
