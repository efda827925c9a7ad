// A clock that is turned by hand, a state in memory and an appender that remembers.
import { Labels } from '../../../shared/model/labels.ts';
import type { MetricAppender, SampleBatch } from '../../../electron/engine/store/metrics/index.ts';
import type { QueryOutcome } from '../../../electron/engine/promql/index.ts';

export class HandClock {
  wallMs: number;
  monotonicMs = 0;
  constructor(wallMs: number) {
    this.wallMs = wallMs;
  }
  now = () => this.wallMs;
  monotonic = () => this.monotonicMs;
  /** Both clocks go on together. */
  pass(ms: number): void {
    this.wallMs += ms;
    this.monotonicMs += ms;
  }
}

export function memoryState(rows: { id: string; lastSeenMs: number | null }[] = []) {
  const settings = new Map<string, string>();
  return {
    rows,
    devices: {
      list: () => rows,
      setLastSeen(entries: readonly { id: string; atMs: number }[]) {
        for (const { id, atMs } of entries) {
          const row = rows.find((candidate) => candidate.id === id);
          if (row !== undefined) row.lastSeenMs = atMs;
        }
      },
    },
    settings: {
      get: (key: string): unknown => {
        const text = settings.get(key);
        return text === undefined ? undefined : JSON.parse(text);
      },
      set: (key: string, value: unknown) => void settings.set(key, JSON.stringify(value)),
    },
  };
}

export class RememberingAppender implements MetricAppender {
  readonly labels: Labels[] = [];
  readonly #refs = new Map<string, number>();
  readonly batches: SampleBatch[] = [];
  ref(labels: Labels): number {
    const known = this.#refs.get(labels.key);
    if (known !== undefined) return known;
    const ref = this.labels.push(labels) - 1;
    this.#refs.set(labels.key, ref);
    return ref;
  }
  append({ timestampMs, refs, values, timestampsMs, stale }: SampleBatch) {
    const batch: SampleBatch = {
      timestampMs,
      refs: refs.slice(),
      values: values.slice(),
      timestampsMs: timestampsMs?.slice(),
      stale: stale?.slice(),
    };
    this.batches.push(batch);
    return Promise.resolve({ appended: batch.refs.length, duplicates: 0, outOfOrder: 0, overLimit: 0 });
  }
  /** "name{labels} value" of each sample of a batch, 'stale' for a staleness marker. */
  text(batch: SampleBatch | undefined): string[] {
    return [...(batch?.refs ?? [])].map((ref, i) => {
      const labels = this.labels[ref] ?? Labels.EMPTY;
      const pairs = [...labels.without('__name__').entries()].map(([name, value]) => `${name}="${value}"`);
      const value = batch?.stale?.[i] === 1 ? 'stale' : String(batch?.values[i]);
      return `${labels.name}{${pairs.join(',')}} ${value}`;
    });
  }
}

export const vectorOutcome = (...values: number[]): QueryOutcome => ({
  value: { type: 'vector', samples: values.map((value) => ({ labels: Labels.EMPTY, timeMs: 0, value })) },
  warnings: [],
  infos: [],
  samplesRead: values.length,
});

/** Two series, the first older than the second: an edge's CPU and its uptime. */
export const matrixOutcome = (...newestMs: number[]): QueryOutcome => ({
  ...vectorOutcome(...newestMs),
  value: {
    type: 'matrix',
    series: newestMs.flatMap((timeMs) =>
      [timeMs - 60_000, timeMs].map((lastMs) => ({
        labels: Labels.EMPTY,
        timestamps: Float64Array.of(lastMs - 1_000, lastMs),
        values: Float64Array.of(1, 2),
      })),
    ),
  },
});
