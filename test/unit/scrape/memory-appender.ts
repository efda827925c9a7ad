// An appender that keeps everything in memory, for tests to look at.
import type { Labels } from '../../../shared/model/labels.ts';
import type { AppendResult, MetricAppender, SampleBatch } from '../../../electron/engine/store/metrics/index.ts';

export type Sample = { readonly timestampMs: number; readonly value: number; readonly stale: boolean };

export class MemoryAppender implements MetricAppender {
  readonly #labels: Labels[] = [];
  readonly #refs = new Map<string, number>();
  readonly #samples: Sample[][] = [];
  /** Set to make appends fail. */
  failure: Error | undefined;
  commits = 0;

  ref(labels: Labels): number {
    let ref = this.#refs.get(labels.key);
    if (ref === undefined) {
      ref = this.#labels.push(labels) - 1;
      this.#samples.push([]);
      this.#refs.set(labels.key, ref);
    }
    return ref;
  }

  append(batch: SampleBatch): Promise<AppendResult> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    for (const [i, ref] of batch.refs.entries()) {
      const own = batch.timestampsMs?.[i] ?? Number.NaN;
      this.#samples[ref]?.push({
        timestampMs: Number.isNaN(own) ? batch.timestampMs : own,
        value: batch.values[i] ?? Number.NaN,
        stale: batch.stale?.[i] === 1,
      });
    }
    this.commits++;
    return Promise.resolve({ appended: batch.refs.length, duplicates: 0, outOfOrder: 0, overLimit: 0 });
  }

  /** The samples of the one series with exactly these labels (`__name__` included). */
  samples(labels: Labels): Sample[] {
    const ref = this.#refs.get(labels.key);
    return ref === undefined ? [] : (this.#samples[ref] ?? []);
  }

  last(labels: Labels): Sample | undefined {
    return this.samples(labels).at(-1);
  }

  series(): Labels[] {
    return [...this.#labels];
  }
}
