// One target's scrapes as batches, with Prometheus's staleness: a series that the target stops exposing ends there.
import type { Labels } from '../../../shared/model/labels.ts';
import type { AppendResult, MetricAppender, SeriesRef } from '../store/metrics/index.ts';
import { REFUSED_REF, SeriesBudget } from './series-budget.ts';

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
  /** Each once. */
  #previous: readonly SeriesRef[] = [];

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
    const refs: SeriesRef[] = [];
    const carried = new Set<SeriesRef>();
    const values: number[] = [];
    const ownTimes: number[] = [];
    let anyOwnTime = false;
    /** Where each series is in this batch; not needed while the batch repeats the one before in its order. */
    let places: Map<SeriesRef, number> | undefined;
    const placeOf = (ref: SeriesRef): number | undefined => {
      if (places === undefined) {
        if (before[refs.length] === ref) return undefined;
        places = new Map(refs.map((each, place) => [each, place]));
      }
      const place = places.get(ref);
      if (place === undefined) places.set(ref, refs.length);
      return place;
    };
    const put = (ref: SeriesRef, value: number, ownTimeMs?: number): void => {
      const place = placeOf(ref);
      if (place !== undefined) {
        if (this.#lastWins) values[place] = value;
        return;
      }
      refs.push(ref);
      values.push(value);
      ownTimes.push(ownTimeMs ?? Number.NaN);
      anyOwnTime ||= ownTimeMs !== undefined;
    };
    const add = (ref: SeriesRef, value: number, ownTimeMs?: number): void => {
      // A batch that goes on as the one before is made of series that were admitted then.
      if (before[refs.length] === ref || (ref !== REFUSED_REF && this.#budget.admit(ref, limit)))
        put(ref, value, ownTimeMs);
      else refused++;
    };
    return {
      add,
      addReport: put,
      carry: (kept) => kept.forEach((ref) => carried.add(ref)),
      addLabels: (labels, value, ownTimeMs) => add(this.ref(labels), value, ownTimeMs),
      get size() {
        return refs.length;
      },
      commit: async () => {
        // A series with timestamps of its own is not marked stale when it disappears, as in Prometheus.
        const tracked = anyOwnTime ? refs.filter((_, i) => Number.isNaN(ownTimes[i])) : [...refs];
        const gone = this.#endedBy(refs, places, before);
        // Only of those that are still there: a series that has ended does not go on.
        const going = gone.filter((ref) => carried.has(ref));
        const ended = going.length === 0 ? gone : gone.filter((ref) => !carried.has(ref));
        this.#previous = [...tracked, ...going];
        this.#budget.pass(this.#monotonic(), this.#previous);
        const result = await this.#append(timestampMs, refs, values, anyOwnTime ? ownTimes : undefined, ended);
        return refused === 0 ? result : { ...result, overLimit: result.overLimit + refused };
      },
    };
  }

  /** The series of the batch before that are not in this one. */
  #endedBy(
    refs: readonly SeriesRef[],
    places: ReadonlyMap<SeriesRef, number> | undefined,
    before: readonly SeriesRef[],
  ): readonly SeriesRef[] {
    if (places === undefined && before === this.#previous) return before.slice(refs.length);
    const here = places ?? new Set(refs);
    return this.#previous.filter((ref) => !here.has(ref));
  }

  /** The target is down, removed or asleep: every series that it had ends at this time. */
  end(timestampMs: number): Promise<AppendResult> {
    const ended = this.#previous;
    this.#previous = [];
    return this.#append(timestampMs, [], [], undefined, ended);
  }

  async #append(
    timestampMs: number,
    refs: readonly SeriesRef[],
    values: readonly number[],
    ownTimes: readonly number[] | undefined,
    ended: readonly SeriesRef[],
  ): Promise<AppendResult> {
    const count = refs.length + ended.length;
    if (count === 0) return { appended: 0, duplicates: 0, outOfOrder: 0, overLimit: 0 };
    const allRefs = new Uint32Array(count);
    allRefs.set(refs);
    allRefs.set(ended, refs.length);
    const allValues = new Float64Array(count);
    allValues.set(values);
    let stale: Uint8Array | undefined;
    if (ended.length > 0) stale = new Uint8Array(count).fill(1, refs.length);
    let timestampsMs: Float64Array | undefined;
    if (ownTimes !== undefined) {
      timestampsMs = new Float64Array(count).fill(Number.NaN);
      timestampsMs.set(ownTimes);
    }
    try {
      return await this.#appender.append({ timestampMs, refs: allRefs, values: allValues, timestampsMs, stale });
    } catch (error) {
      // Their end was not stored: the next batch without them tells it.
      if (ended.length > 0) this.#previous = [...new Set([...this.#previous, ...ended])];
      throw error;
    }
  }
}
