// A storage with tiers, for tests: each bucket is worked out from the samples by the definition of its fields.
import type {
  SelectRequest,
  SeriesColumns,
  Storage,
  Summaries,
  SummaryRequest,
  SummarySeries,
  Tier,
} from '../../electron/engine/promql/index.ts';
import type { MemoryStorage } from '../../electron/engine/promql/testing/index.ts';

type Cuts = { readonly minTimeMs: number; readonly maxTimeMs: number; readonly resolutionMs: number };

export class TieredStorage implements Storage {
  readonly #samples: MemoryStorage;
  readonly #tiers: readonly Tier[];
  readonly #cut: (cuts: Cuts) => Float64Array;
  readonly selected: SelectRequest[] = [];
  readonly summarised: SummaryRequest[] = [];

  /** Samples before the oldest of the first tier are there for summaries only. `cut` may divide buckets further. */
  constructor(samples: MemoryStorage, tiers: readonly Tier[], cut: (cuts: Cuts) => Float64Array = evenBounds) {
    this.#samples = samples;
    this.#tiers = tiers;
    this.#cut = cut;
  }

  tiers(): readonly Tier[] {
    return this.#tiers;
  }

  select(request: SelectRequest): SeriesColumns[] {
    this.selected.push(request);
    const { resolutionMs = 0 } = request;
    const oldestMs = this.#tiers.find((tier) => tier.resolutionMs === resolutionMs)?.oldestMs ?? Infinity;
    const minTimeMs = Math.max(request.minTimeMs, oldestMs);
    if (resolutionMs === 0) return this.#samples.select({ ...request, minTimeMs });
    const ends = { minTimeMs: floorTo(minTimeMs, resolutionMs), maxTimeMs: floorTo(request.maxTimeMs, resolutionMs) };
    const bounds = evenBounds({ ...ends, resolutionMs });
    return this.#samples
      .select({ matchers: request.matchers, ...ends })
      .map((series) => lastOfBuckets(summaryOf(series, bounds), bounds))
      .filter((series) => series.timestamps.length > 0);
  }

  summaries(request: SummaryRequest): Summaries | undefined {
    this.summarised.push(request);
    const { alignMs, minTimeMs, maxTimeMs, fields } = request;
    const tier = this.#tiers.findLast(({ resolutionMs }) => resolutionMs > 0 && alignMs % resolutionMs === 0);
    if (tier === undefined) return undefined;
    const bounds = this.#cut({ minTimeMs, maxTimeMs, resolutionMs: tier.resolutionMs });
    const range = { minTimeMs: Math.max(minTimeMs, tier.oldestMs), maxTimeMs };
    const wanted = new Set<string>(['labels', 'counts', 'endsStale', ...fields.flatMap((field) => COLUMNS[field])]);
    const series = this.#samples.select({ matchers: request.matchers, ...range }).map((one): SummarySeries => {
      const kept = Object.entries(summaryOf(one, bounds)).filter(([name]) => wanted.has(name));
      return Object.fromEntries(kept) as SummarySeries;
    });
    return { bounds, series };
  }
}

const COLUMNS = {
  first: ['firstTimes', 'firstValues'],
  last: ['lastTimes', 'lastValues'],
  sum: ['sums'],
  min: ['mins'],
  max: ['maxs'],
  corrections: ['corrections'],
} as const;

const NOTHING = {
  count: 0,
  firstTime: -1,
  firstValue: -7e8,
  lastTime: 9e15,
  lastValue: 7e8,
  sum: 7e8,
  min: -7e8,
  max: 7e8,
  correction: 7e8,
};

function floorTo(timeMs: number, resolutionMs: number): number {
  return Math.floor(timeMs / resolutionMs) * resolutionMs;
}

export function evenBounds({ minTimeMs, maxTimeMs, resolutionMs }: Cuts): Float64Array {
  const buckets = Math.max(0, Math.round((maxTimeMs - minTimeMs) / resolutionMs));
  return Float64Array.from({ length: buckets + 1 }, (_, i) => minTimeMs + i * resolutionMs);
}

function summaryOf(
  { labels, timestamps, values, stale }: SeriesColumns,
  bounds: Float64Array,
): Required<SummarySeries> {
  const buckets = Array.from({ length: bounds.length - 1 }, (_, i) => {
    const inside = [...timestamps.keys()].filter(
      (k) => (timestamps[k] ?? 0) > (bounds[i] ?? 0) && (timestamps[k] ?? 0) <= (bounds[i + 1] ?? 0),
    );
    const real = inside.filter((k) => stale?.[k] !== 1);
    const own = real.map((k) => values[k] ?? 0);
    const numbers = own.filter((value) => !Number.isNaN(value));
    const newest = inside.at(-1);
    const endsStale = newest !== undefined && stale?.[newest] === 1 ? 1 : 0;
    // What a bucket without samples says besides its count means nothing.
    if (own.length === 0) return { ...NOTHING, endsStale };
    return {
      count: own.length,
      firstTime: timestamps[real[0] ?? 0] ?? 0,
      firstValue: own[0] ?? 0,
      lastTime: timestamps[real.at(-1) ?? 0] ?? 0,
      lastValue: own.at(-1) ?? 0,
      sum: own.reduce((sum, value) => sum + value, 0),
      min: numbers.length === 0 ? Number.NaN : Math.min(...numbers),
      max: numbers.length === 0 ? Number.NaN : Math.max(...numbers),
      correction: own.reduce((lost, value, k) => (value < (own[k - 1] ?? value) ? lost + (own[k - 1] ?? 0) : lost), 0),
      endsStale,
    };
  });
  const column = (read: (bucket: (typeof buckets)[number]) => number): Float64Array => Float64Array.from(buckets, read);
  return {
    labels,
    counts: column(({ count }) => count),
    firstTimes: column(({ firstTime }) => firstTime),
    firstValues: column(({ firstValue }) => firstValue),
    lastTimes: column(({ lastTime }) => lastTime),
    lastValues: column(({ lastValue }) => lastValue),
    sums: column(({ sum }) => sum),
    mins: column(({ min }) => min),
    maxs: column(({ max }) => max),
    corrections: column(({ correction }) => correction),
    endsStale: Uint8Array.from(buckets, ({ endsStale }) => endsStale),
  };
}

/** One sample a bucket, at the bucket's end. */
function lastOfBuckets(
  { labels, counts, lastValues, endsStale }: Required<SummarySeries>,
  bounds: Float64Array,
): SeriesColumns {
  const kept = [...counts.keys()].filter((i) => counts[i] !== 0 || endsStale[i] === 1);
  return {
    labels,
    timestamps: Float64Array.from(kept, (i) => bounds[i + 1] ?? 0),
    values: Float64Array.from(kept, (i) => lastValues[i] ?? 0),
    stale: Uint8Array.from(kept, (i) => endsStale[i] ?? 0),
  };
}
