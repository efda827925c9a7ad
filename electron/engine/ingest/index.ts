// One target's scrapes as batches, with Prometheus's staleness: a series that the target stops exposing ends there.
import type { Labels } from '../../../shared/model/labels.ts';
import type { AppendResult, MetricAppender, SeriesRef } from '../store/metrics/index.ts';
import { BatchColumns } from './batch-columns.ts';
import { REFUSED_REF, SeriesBudget } from './series-budget.ts';

const NO_REFS = new Uint32Array(0);

export type ScrapeBatch = {
  /** Adds a sample. A second one of the same series in this batch replaces the first or is ignored, as the session says. */
  add(ref: SeriesRef, value: number, timestampMs?: number): void;
  addLabels(labels: Labels, value: number, timestampMs?: number): void;
  /** What is told of the target, such as `up`: it does not count towards the target's limit. */
  addReport(ref: SeriesRef, value: number): void;
  /** Series that this batch has no samples of, and that do not end for it: what they measure was not asked this time. */
  carry(refs: readonly SeriesRef[]): void;
  readonly size: number;
  /** Appends this batch, plus staleness markers for the series of the batch before that are not in this one. */
  commit(): Promise<AppendResult>;
};

export class TargetSession {
  readonly #appender: MetricAppender;
  readonly #lastWins: boolean;
  readonly #monotonic: () => number;
  readonly #budget = new SeriesBudget();
  /** Each once; never changed in place. */
  #previous: Uint32Array = NO_REFS;
  /** Of a batch that was committed, for the next one. */
  #spare: BatchColumns | undefined;

  constructor(appender: MetricAppender, options: { duplicates?: 'first' | 'last'; monotonic?: () => number } = {}) {
    this.#appender = appender;
    this.#monotonic = options.monotonic ?? (() => performance.now());
    this.#lastWins = options.duplicates === 'last';
  }

  get #limit(): number {
    return this.#appender.maxSeriesPerTarget ?? Infinity;
  }

  /** The ref of a series of this target; past the target's limit one whose samples are counted as refused. */
  ref(labels: Labels): SeriesRef {
    if (this.#appender.known === undefined || this.#budget.hasRoom(this.#limit)) return this.#appender.ref(labels);
    return this.#appender.known(labels) ?? REFUSED_REF;
  }

  begin(timestampMs: number): ScrapeBatch {
    const before = this.#previous;
    const limit = this.#limit;
    let refused = 0;
    const columns = this.#takeSpare();
    const carried = new Set<SeriesRef>();
    /** Where each series is in this batch; not needed while the batch repeats the one before in its order. */
    let places: Map<SeriesRef, number> | undefined;
    const placeOf = (ref: SeriesRef): number | undefined => {
      if (places === undefined) {
        if (before[columns.count] === ref) return undefined;
        places = new Map(Array.from(columns.refs.subarray(0, columns.count), (each, place) => [each, place]));
      }
      const place = places.get(ref);
      if (place === undefined) places.set(ref, columns.count);
      return place;
    };
    const put = (ref: SeriesRef, value: number, ownTimeMs?: number): void => {
      const place = placeOf(ref);
      if (place === undefined) columns.push(ref, value, ownTimeMs);
      else if (this.#lastWins) columns.values[place] = value;
    };
    const add = (ref: SeriesRef, value: number, ownTimeMs?: number): void => {
      // A batch that goes on as the one before is made of series that were admitted then.
      if (before[columns.count] === ref || (ref !== REFUSED_REF && this.#budget.admit(ref, limit)))
        put(ref, value, ownTimeMs);
      else refused++;
    };
    return {
      add,
      addReport: put,
      carry: (kept) => kept.forEach((ref) => carried.add(ref)),
      addLabels: (labels, value, ownTimeMs) => add(this.ref(labels), value, ownTimeMs),
      get size() {
        return columns.count;
      },
      commit: async () => {
        const { count } = columns;
        const refs = columns.refs.subarray(0, count);
        const repeats = places === undefined && before === this.#previous && before.length === count;
        const gone = this.#endedBy(refs, places, before);
        // Only of those that are still there: a series that has ended does not go on.
        const going = gone.filter((ref) => carried.has(ref));
        const ended = going.length === 0 ? gone : gone.filter((ref) => !carried.has(ref));
        // A series with timestamps of its own is not marked stale when it disappears, as in Prometheus.
        if (columns.anyOwnTime)
          this.#previous = joined(
            refs.filter((_, place) => !columns.hasOwnTime(place)),
            going,
          );
        else if (!repeats) this.#previous = joined(refs, going);
        this.#budget.pass(this.#monotonic(), going.length === 0 ? refs : joined(refs, going));
        const result = await this.#append(timestampMs, columns, ended);
        return refused === 0 ? result : { ...result, overLimit: result.overLimit + refused };
      },
    };
  }

  /** What one large batch needed is not kept for many small ones. */
  #takeSpare(): BatchColumns {
    const spare = this.#spare;
    this.#spare = undefined;
    if (spare === undefined || spare.isTooLargeFor(this.#previous.length)) return new BatchColumns();
    spare.clear();
    return spare;
  }

  /** The series of the batch before that are not in this one. */
  #endedBy(refs: Uint32Array, places: ReadonlyMap<SeriesRef, number> | undefined, before: Uint32Array): Uint32Array {
    if (places === undefined && before === this.#previous) return before.subarray(refs.length);
    const here = places ?? new Set(refs);
    return this.#previous.filter((ref) => !here.has(ref));
  }

  /** The target is down, removed or asleep: every series that it had ends at this time. */
  end(timestampMs: number): Promise<AppendResult> {
    const ended = this.#previous;
    this.#previous = NO_REFS;
    return this.#append(timestampMs, new BatchColumns(), ended);
  }

  /** The columns are this session's again once the appender has them. */
  async #append(timestampMs: number, columns: BatchColumns, ended: Uint32Array): Promise<AppendResult> {
    for (const ref of ended) columns.push(ref, 0, undefined);
    const { count } = columns;
    if (count === 0) return { appended: 0, duplicates: 0, outOfOrder: 0, overLimit: 0 };
    const stored = this.#appender.append({
      timestampMs,
      refs: columns.refs.subarray(0, count),
      values: columns.values.subarray(0, count),
      timestampsMs: columns.ownTimes,
      stale: columns.markedStale(ended.length),
    });
    this.#spare = columns;
    try {
      return await stored;
    } catch (error) {
      // Their end was not stored: the next batch without them tells it.
      if (ended.length > 0) this.#previous = Uint32Array.from(new Set([...this.#previous, ...ended]));
      throw error;
    }
  }
}

/** A copy of both. */
function joined(first: Uint32Array, second: Uint32Array): Uint32Array {
  const all = new Uint32Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}
