// One poll: the collectors that are due, one after the other over one connection, within a time budget.
import type { LinewardenError } from '../../../../../shared/model/errors.ts';
import type { Clock } from '../../../clock.ts';
import type { Observation } from '../../../observations/index.ts';
import { cancelledError, type RouterosConnection, type Row, timeoutError } from '../client/index.ts';
import { type Collected, collectOnce } from '../collectors/collect.ts';
import type { Collector, CollectorSettings, RouterSession, SessionPrint } from '../collectors/collector.ts';
import type { RouterFacts } from '../facts.ts';
import { parseNumber } from '../values.ts';

export type CollectorOutcome = Collected & { readonly collector: Collector; readonly durationMs: number };

export type PollInput = {
  readonly connection: RouterosConnection;
  /** In the order in which they run. */
  readonly due: readonly Collector[];
  /** As known now: what one collector learns, the next one sees. */
  readonly facts: () => RouterFacts;
  readonly settings: CollectorSettings;
  readonly learn: (facts: RouterFacts) => void;
  readonly observe: (observation: Observation) => void;
  readonly clock: Clock;
  /** All collectors together. One of them alone may take half of it. */
  readonly budgetMs: number;
  /** So that the next poll comes in time: once it is used up, one that is not read in each poll waits for a later one. */
  readonly seldomMs: number;
  readonly isSeldom: (collector: Collector) => boolean;
  /** How long it took the last time. */
  readonly expectedMs: (collector: Collector) => number;
  readonly commandTimeoutMs: number;
  readonly signal: AbortSignal;
};

/**
 * What each collector gave; failures are values, and a lost connection shows as every later collector failing at once.
 * Once the time is used up, those that are left are not begun and have no outcome: their turn is in the next poll. So it
 * is for one that was begun with less than its share of the time, and did not come to its end.
 */
export async function poll(input: PollInput): Promise<CollectorOutcome[]> {
  const { connection, clock, settings, learn, observe, signal, budgetMs } = input;
  const outcomes: CollectorOutcome[] = [];
  const shared: SharedAnswers = new Map();
  const beganMs = clock.monotonic();
  const seldomMs = timeForSeldom(input);
  let hadSeldom = false;
  for (const [place, collector] of input.due.entries()) {
    const startedMs = clock.monotonic();
    const leftMs = budgetMs - (startedMs - beganMs);
    if (leftMs <= 0 || signal.aborted) break;
    if (input.isSeldom(collector)) {
      if (hadSeldom && startedMs - beganMs + toCome(input, place) > seldomMs) continue;
      hadSeldom = true;
    }
    const limit = limited(signal, Math.min(leftMs, budgetMs / 2), collector.name);
    const session = sessionOf(connection, shared, { signal: limit.signal, timeoutMs: input.commandTimeoutMs });
    const collected = await collectOnce(collector, session, { settings, facts: input.facts(), learn, observe });
    limit.end();
    if (limit.isOver() && leftMs < budgetMs / 2) break;
    outcomes.push({ ...collected, collector, durationMs: clock.monotonic() - startedMs });
  }
  return outcomes;
}

/** Where those that each poll reads take longer than an interval alone, the next poll is a later one anyhow. */
function timeForSeldom({ due, isSeldom, expectedMs, seldomMs, budgetMs }: PollInput): number {
  const eachMs = due.reduce((sum, collector) => (isSeldom(collector) ? sum : sum + expectedMs(collector)), 0);
  return Math.min(budgetMs, seldomMs * Math.max(1, Math.ceil(eachMs / seldomMs)));
}

/** What this one and those that each poll reads will take from here on. */
function toCome({ due, isSeldom, expectedMs }: PollInput, place: number): number {
  return due.reduce(
    (sum, collector, i) => (i === place || (i > place && !isSeldom(collector)) ? sum + expectedMs(collector) : sum),
    0,
  );
}

function limited(outer: AbortSignal, limitMs: number, name: string) {
  const limit = new AbortController();
  let isOver = false;
  const tooLong = (): LinewardenError =>
    timeoutError(
      `Reading ${name} took longer than the ${limitMs / 1_000} s that it had in this poll.`,
      'The router may be overloaded: give this collector a longer interval, or switch it off.',
    );
  const timer = setTimeout(() => {
    isOver = true;
    limit.abort(tooLong());
  }, limitMs);
  const stop = (): void => limit.abort(cancelledError());
  outer.addEventListener('abort', stop, { once: true });
  return {
    signal: limit.signal,
    isOver: () => isOver,
    end() {
      clearTimeout(timer);
      outer.removeEventListener('abort', stop);
    },
  };
}

/** What several collectors read, by what was asked. */
type SharedAnswers = Map<string, readonly Row[]>;

function sessionOf(
  connection: RouterosConnection,
  shared: SharedAnswers,
  options: { readonly signal: AbortSignal; readonly timeoutMs: number },
): RouterSession {
  return {
    async print(menu, { isShared = false, ...print }: SessionPrint = {}) {
      const key = isShared ? JSON.stringify([menu, print]) : '';
      const known = shared.get(key);
      if (known !== undefined) return known;
      const rows = await connection.print(menu, { ...print, ...options });
      if (isShared) shared.set(key, rows);
      return rows;
    },
    async count(menu, { queries = [] } = {}) {
      const words = [`${menu}/print`, '=count-only=', ...queries.map((query) => `?${query}`)];
      const { done } = await connection.run(words, options);
      return parseNumber(done.get('ret'));
    },
    run: (words) => connection.run(words, options),
  };
}
