// The series that both are asked about: counters with resets, gauges with every kind of value, histograms, gaps, staleness.
import { series, snappy, STALE_BITS } from '../../support/remote-write.ts';
import type { Point } from '../../support/remote-write.ts';

export const STEP_MS = 15_000;
export const STEPS = 600;
/** Samples lie beside the grid of seconds at which anybody asks: where a window is cut then makes no difference. */
const OFF_GRID_MS = 3_217;
const STEPS_PER_REQUEST = 40;

export type TestSeries = {
  readonly labels: readonly (readonly [string, string])[];
  /** The value at a step; undefined: no sample. */
  readonly at: (step: number) => number | 'stale' | undefined;
  readonly jitterMs?: (step: number) => number;
};

/** 0..1, the same in every run. */
const noise = (seed: number): number => {
  const x = Math.sin(seed * 12.9898) * 43_758.5453;
  return x - Math.floor(x);
};

const named = (name: string, labels: Record<string, string>) => Object.entries({ __name__: name, ...labels });

/** `id` below 32 keeps each counter's values its own: among equal ones, the order of topk is nobody's. */
function counter(
  id: number,
  slope: number,
  options: { resetAt?: number; from?: number; to?: number; gap?: [number, number] },
) {
  const { resetAt = Infinity, from = 0, to = STEPS, gap = [Infinity, Infinity] } = options;
  return (step: number): number | 'stale' | undefined => {
    if (step < from || step > to || (step >= gap[0] && step < gap[1])) return undefined;
    if (step === to && to < STEPS) return 'stale';
    const since = step >= resetAt ? step - resetAt : step + 100;
    return Math.floor(since * slope + noise(step * slope) * slope) * 32 + id;
  };
}

function requests(): TestSeries[] {
  const all: TestSeries[] = [];
  for (const [job, instances] of Object.entries({ api: ['a:80', 'b:80', 'c:80'], web: ['a:81', 'b:81'] })) {
    for (const [i, instance] of instances.entries()) {
      for (const [m, method] of ['GET', 'POST'].entries()) {
        for (const [c, code] of ['200', '500'].entries()) {
          const slope = 3 + i * 2.5 + m * 0.7 + c * 0.05 + job.length;
          all.push({
            labels: named('requests_total', { job, instance, method, code }),
            at: counter(all.length, slope, {
              ...(i === 0 && m === 1 ? { resetAt: 233 } : {}),
              ...(i === 1 && c === 1 ? { gap: [300, 380] } : {}),
              ...(instance === 'c:80' && m === 0 ? { from: 150, to: 450 } : {}),
            }),
          });
        }
      }
    }
  }
  return all;
}

function gauges(): TestSeries[] {
  const rooms: Record<string, (step: number) => number> = {
    attic: (step) => 20 + 8 * Math.sin(step / 40) + noise(step),
    cellar: (step) => -3 + noise(step * 7) / 10,
    hall: () => 21.5,
    oven: (step) => (step % 90 < 3 ? Number.POSITIVE_INFINITY : 180 + step / 100),
    fridge: (step) => (step % 50 === 7 ? Number.NaN : 4 + noise(step * 3)),
    deep: (step) => (step % 70 === 11 ? Number.NEGATIVE_INFINITY : -18 + noise(step * 5)),
    tiny: (step) => 1e-9 * (1 + noise(step)),
    huge: (step) => 1e21 * (1 + noise(step)),
  };
  return Object.entries(rooms).map(([room, at]) => ({
    labels: named('temperature', { room, floor: room.length > 4 ? '1' : '0', site: 'north' }),
    at: (step) => (room === 'hall' && step % 120 >= 60 ? undefined : at(step)),
    jitterMs: (step) => Math.floor(noise(step + room.length) * 900),
  }));
}

function latencies(): TestSeries[] {
  const bounds = ['0.1', '0.5', '1', '2.5', '+Inf'];
  return ['a:80', 'b:80'].flatMap((instance, i) => {
    const labels = (le?: string) => ({ job: 'api', instance, ...(le === undefined ? {} : { le }) });
    const total = (step: number): number => (step + 10) * 20 * (i + 1);
    return [
      ...bounds.map((le, b) => ({
        labels: named('latency_seconds_bucket', labels(le)),
        at: (step: number) => Math.floor((total(step) * (b + 1)) / (bounds.length + (b < 4 ? i : 0))),
      })),
      { labels: named('latency_seconds_sum', labels()), at: (step: number) => total(step) * 0.83 },
      { labels: named('latency_seconds_count', labels()), at: (step: number) => Math.floor(total(step)) },
    ];
  });
}

function others(): TestSeries[] {
  const build = [
    ['api', 'a:80', '1.2.0'],
    ['api', 'b:80', '1.3.0'],
    ['web', 'a:81', '2.0.0'],
  ] as const;
  return [
    ...build.map(([job, instance, version]) => ({
      labels: named('build_info', { job, instance, version }),
      at: () => 1,
    })),
    ...build.map(([job, instance], i) => ({
      labels: named('up', { job, instance }),
      at: (step: number) => (step % (40 + i) < 5 ? 0 : 1),
    })),
    { labels: named('request_limit', { job: 'api' }), at: () => 50 },
    { labels: named('request_limit', { job: 'web' }), at: (step) => 40 + (step % 3) },
    {
      labels: named('flapping', { n: '1' }),
      at: (step) => (step % 20 === 10 ? 'stale' : step % 20 > 10 ? undefined : step),
    },
    { labels: named('rare', { n: '1' }), at: (step) => (step % 25 === 0 ? step : undefined) },
    { labels: named('once', { n: '1' }), at: (step) => (step === 333 ? 42 : undefined) },
  ];
}

export const allSeries = (): TestSeries[] => [...requests(), ...gauges(), ...latencies(), ...others()];

/** When step 0 is, so that all is over: a whole number of hours would hide mistakes about time zones and days. */
export const startOf = (nowMs: number): number => Math.floor((nowMs - 3 * 3_600_000) / 60_000) * 60_000;

const timeOf = ({ jitterMs }: TestSeries, step: number, startMs: number): number =>
  startMs + step * STEP_MS + OFF_GRID_MS + (jitterMs?.(step) ?? 0);

/** Remote write requests, the oldest samples first. */
export function* requestsFor(all: readonly TestSeries[], startMs: number): Generator<Buffer<ArrayBuffer>> {
  for (let from = 0; from < STEPS; from += STEPS_PER_REQUEST) {
    yield snappy(
      ...all.map((one) => {
        const points: Point[] = [];
        for (let step = from; step < from + STEPS_PER_REQUEST; step++) {
          const value = one.at(step);
          if (value === undefined) continue;
          points.push([timeOf(one, step, startMs), value === 'stale' ? STALE_BITS : value]);
        }
        return points.length === 0 ? Buffer.alloc(0) : series(one.labels, points);
      }),
    );
  }
}
