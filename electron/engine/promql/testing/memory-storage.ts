// Series in memory, for tests of what asks a Storage.
import { compileMatcher, QueryError, type SelectRequest, type SeriesColumns, type Storage } from '../index.ts';
import { Labels } from '../../../../shared/model/labels.ts';

export type StoredSample = {
  readonly timeMs: number;
  readonly value: number;
  readonly stale?: boolean;
  /** A native histogram, which no query can read: selecting it fails by name. */
  readonly histogram?: boolean;
};

export class MemoryStorage implements Storage {
  readonly #series = new Map<string, { labels: Labels; samples: StoredSample[] }>();
  /** Every request, in order. */
  readonly requests: SelectRequest[] = [];

  /** Adds samples in any order; a later one at the same time replaces the earlier. */
  append(labels: Labels | Readonly<Record<string, string>>, samples: readonly StoredSample[]): void {
    const own = labels instanceof Labels ? labels : Labels.fromRecord(labels);
    const series = this.#series.get(own.key) ?? { labels: own, samples: [] };
    this.#series.set(own.key, series);
    if (isAfter(series.samples, samples)) {
      series.samples.push(...samples);
      return;
    }
    const byTime = new Map(series.samples.map((sample) => [sample.timeMs, sample]));
    for (const sample of samples) byTime.set(sample.timeMs, sample);
    series.samples = [...byTime.values()].toSorted((a, b) => a.timeMs - b.timeMs);
  }

  clear(): void {
    this.#series.clear();
  }

  select(request: SelectRequest): SeriesColumns[] {
    this.requests.push(request);
    const tests = request.matchers.map((matcher) => ({ name: matcher.name, test: compileMatcher(matcher) }));
    const result: SeriesColumns[] = [];
    for (const { labels, samples } of this.#series.values()) {
      if (!tests.every(({ name, test }) => test(labels.get(name)))) continue;
      const wanted = samples.filter(({ timeMs }) => timeMs > request.minTimeMs && timeMs <= request.maxTimeMs);
      if (wanted.some((sample) => sample.histogram === true)) {
        throw new QueryError('execution', `native histograms are not supported: series ${labels.key} has them`);
      }
      if (wanted.length > 0) result.push(columnsOf(labels, wanted));
    }
    return result;
  }
}

/** In order, and later than all that is there: what grows sample by sample is not sorted each time. */
function isAfter(known: readonly StoredSample[], added: readonly StoredSample[]): boolean {
  let last = known.at(-1)?.timeMs ?? -Infinity;
  return added.every(({ timeMs }) => {
    const isLater = timeMs > last;
    last = timeMs;
    return isLater;
  });
}

function columnsOf(labels: Labels, samples: readonly StoredSample[]): SeriesColumns {
  const anyStale = samples.some((sample) => sample.stale === true);
  return {
    labels,
    timestamps: Float64Array.from(samples, (sample) => sample.timeMs),
    values: Float64Array.from(samples, (sample) => (sample.stale === true ? Number.NaN : sample.value)),
    ...(anyStale ? { stale: Uint8Array.from(samples, (sample) => (sample.stale === true ? 1 : 0)) } : {}),
  };
}
