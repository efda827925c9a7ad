// One target's scrapes as batches, with Prometheus's staleness: a series that the target stops exposing ends there.
import type { Labels } from '../../../shared/model/labels.ts';
import type { AppendResult, MetricAppender, SeriesRef } from '../store/metrics/index.ts';

export type ScrapeBatch = {
  /** Adds a sample. A second one of the same series in this batch replaces the first or is ignored, as the session says. */
  add(ref: SeriesRef, value: number, timestampMs?: number): void;
  addLabels(labels: Labels, value: number, timestampMs?: number): void;
  readonly size: number;
  /** Appends this batch, plus staleness markers for the series of the batch before that are not in this one. */
  commit(): Promise<AppendResult>;
};

export class TargetSession {
  readonly #appender: MetricAppender;
  readonly #lastWins: boolean;
  #previous: SeriesRef[] = [];
  #seenIn = new Uint32Array(256);
  #slotOf = new Uint32Array(256);
  #generation = 0;

  constructor(appender: MetricAppender, options: { duplicates?: 'first' | 'last' } = {}) {
    this.#appender = appender;
    this.#lastWins = options.duplicates === 'last';
  }

  begin(timestampMs: number): ScrapeBatch {
    this.#generation++;
    const generation = this.#generation;
    const refs: SeriesRef[] = [];
    const values: number[] = [];
    const ownTimes: number[] = [];
    let anyOwnTime = false;
    const add = (ref: SeriesRef, value: number, ownTimeMs?: number): void => {
      this.#reserve(ref);
      if (this.#seenIn[ref] === generation) {
        if (this.#lastWins) values[this.#slotOf[ref] ?? 0] = value;
        return;
      }
      this.#seenIn[ref] = generation;
      this.#slotOf[ref] = refs.length;
      refs.push(ref);
      values.push(value);
      ownTimes.push(ownTimeMs ?? Number.NaN);
      anyOwnTime ||= ownTimeMs !== undefined;
    };
    return {
      add,
      addLabels: (labels, value, ownTimeMs) => add(this.#appender.ref(labels), value, ownTimeMs),
      get size() {
        return refs.length;
      },
      commit: () => {
        // A series with timestamps of its own is not marked stale when it disappears, as in Prometheus.
        const tracked = anyOwnTime ? refs.filter((_, i) => Number.isNaN(ownTimes[i])) : [...refs];
        const ended = this.#previous.filter((ref) => this.#seenIn[ref] !== generation);
        this.#previous = tracked;
        return this.#append(timestampMs, refs, values, anyOwnTime ? ownTimes : undefined, ended);
      },
    };
  }

  /** The target is down, removed or asleep: every series that it had ends at this time. */
  end(timestampMs: number): Promise<AppendResult> {
    const ended = this.#previous;
    this.#previous = [];
    return this.#append(timestampMs, [], [], undefined, ended);
  }

  #append(
    timestampMs: number,
    refs: readonly SeriesRef[],
    values: readonly number[],
    ownTimes: readonly number[] | undefined,
    ended: readonly SeriesRef[],
  ): Promise<AppendResult> {
    const count = refs.length + ended.length;
    if (count === 0) return Promise.resolve({ appended: 0, duplicates: 0, outOfOrder: 0, overLimit: 0 });
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
    return this.#appender.append({ timestampMs, refs: allRefs, values: allValues, timestampsMs, stale });
  }

  #reserve(ref: SeriesRef): void {
    if (ref < this.#seenIn.length) return;
    const size = Math.max(ref + 1, this.#seenIn.length * 2);
    const seen = new Uint32Array(size);
    seen.set(this.#seenIn);
    this.#seenIn = seen;
    const slots = new Uint32Array(size);
    slots.set(this.#slotOf);
    this.#slotOf = slots;
  }
}
