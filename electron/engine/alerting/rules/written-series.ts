// The series that one rule wrote last time: those that it does not write again end with a staleness marker.
import type { MetricAppender, SeriesRef } from '../../store/metrics/index.ts';
import type { OutputSample } from './evaluate.ts';

export class WrittenSeries {
  #last = new Set<SeriesRef>();

  /** Appends samples of series that begin between two rounds. */
  async begin(appender: MetricAppender, timeMs: number, samples: readonly OutputSample[]): Promise<void> {
    const refs = samples.map(({ labels }) => appender.ref(labels));
    for (const ref of refs) this.#last.add(ref);
    const values = Float64Array.from(samples, ({ value }) => value);
    await appender.append({ timestampMs: timeMs, refs: Uint32Array.from(refs), values });
  }

  /** Appends the samples at `timeMs`, and markers for the series of the time before that are not among them. */
  async write(appender: MetricAppender, timeMs: number, samples: readonly OutputSample[]): Promise<void> {
    const refs = samples.map(({ labels }) => appender.ref(labels));
    const now = new Set(refs);
    const ended = [...this.#last].filter((ref) => !now.has(ref));
    this.#last = now;
    if (refs.length + ended.length === 0) return;
    const values = new Float64Array(refs.length + ended.length);
    values.set(samples.map(({ value }) => value));
    const stale = ended.length === 0 ? undefined : new Uint8Array(values.length).fill(1, refs.length);
    try {
      await appender.append({ timestampMs: timeMs, refs: Uint32Array.from([...refs, ...ended]), values, stale });
    } catch (error) {
      // Their end was not stored: the next time without them tells it.
      this.#last = new Set([...this.#last, ...ended]);
      throw error;
    }
  }
}
