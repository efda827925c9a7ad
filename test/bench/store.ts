// The metric store: samples appended a second, bytes a sample on disk, and reading them back through PromQL.
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openMetricStore } from '../../electron/engine/store/metrics/index.ts';
import { Labels } from '../../shared/model/labels.ts';
import type { Figure } from './run.ts';

const SERIES = 1_000;
const STEP_MS = 15_000;
const HOURS = 24;
const ROUNDS = (HOURS * 3_600_000) / STEP_MS;
const IN_FLIGHT = 16;

/** A small deterministic generator (mulberry32), so that every run stores the same samples. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** What a router's series look like: half byte counters in bursts, the rest percentages, temperatures and states. */
function routerSeries(i: number, random: () => number): { labels: Labels; next: () => number } {
  const place = { device: `r${i % 20}`, item: `${Math.floor(i / 20)}` };
  if (i % 2 === 0) {
    const bytesPerStep = 125_000 * Math.exp(random() * 6) * (STEP_MS / 1000) * 0.2;
    let total = Math.floor(random() * 4e12);
    let burst = 1;
    const next = (): number => {
      if (random() < 0.02) burst = 0.3 + 3 * random();
      total += Math.floor(bytesPerStep * burst * (0.85 + 0.3 * random()));
      return total;
    };
    return { labels: Labels.of('bench_octets_total', place), next };
  }
  let level = 20 + 40 * random();
  const walk = (): number => {
    level = Math.min(95, Math.max(1, level + (random() - 0.5) * 4));
    return level;
  };
  if (i % 8 === 1) return { labels: Labels.of('bench_state', place), next: () => (random() < 0.0005 ? 0 : 1) };
  if (i % 8 === 3) return { labels: Labels.of('bench_celsius', place), next: () => Math.round(walk() * 10) / 10 };
  return { labels: Labels.of('bench_percent', place), next: () => Math.round(walk()) };
}

const diskBytes = (dir: string): number =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(path.join(entry.parentPath, entry.name)).size, 0);

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

export async function storeBench(emit: (figure: Figure) => void): Promise<void> {
  const dir = mkdtempSync(path.join(tmpdir(), 'linewarden-bench-'));
  const store = await openMetricStore({
    dir,
    retention: { rawKeepMs: 30 * 86_400_000, tiers: [] },
    maxSeries: 100_000,
  });
  try {
    const random = generator(1);
    const sources = Array.from({ length: SERIES }, (_, i) => routerSeries(i, random));
    const refs = Uint32Array.from(sources, ({ labels }) => store.ref(labels));
    const endMs = Math.floor(Date.now() / STEP_MS) * STEP_MS;
    const startMs = endMs - ROUNDS * STEP_MS;

    const beganMs = performance.now();
    const pending: Promise<unknown>[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const values = Float64Array.from(sources, ({ next }) => next());
      pending.push(store.append({ timestampMs: startMs + round * STEP_MS, refs, values }));
      if (pending.length >= IN_FLIGHT) await pending.shift();
    }
    await Promise.all(pending);
    const seconds = (performance.now() - beganMs) / 1000;
    emit({ name: 'store_append', value: (SERIES * ROUNDS) / seconds, unit: 'samples/s' });

    const time = async (ask: () => Promise<unknown>, runs: number): Promise<number> => {
      await ask();
      const tookMs: number[] = [];
      for (let run = 0; run < runs; run++) {
        const fromMs = performance.now();
        await ask();
        tookMs.push(performance.now() - fromMs);
      }
      return median(tookMs);
    };
    const one = 'rate(bench_octets_total{device="r6",item="3"}[5m])';
    const all = 'sum by (device) (rate(bench_octets_total[5m]))';
    emit({
      name: 'query_rate_one_series_24h',
      value: await time(() => store.range(one, startMs, endMs, 60_000), 20),
      unit: 'ms',
    });
    emit({
      name: 'query_sum_rate_500_series_24h',
      value: await time(() => store.range(all, startMs, endMs, 300_000), 5),
      unit: 'ms',
    });
    emit({
      name: 'query_instant_sum_rate_500_series',
      value: await time(() => store.instant(all, endMs), 20),
      unit: 'ms',
    });
  } finally {
    await store.close();
  }
  const bytes = diskBytes(path.join(dir, 'metrics'));
  const perSample = bytes / (SERIES * ROUNDS);
  emit({ name: 'store_bytes_a_sample', value: perSample, unit: 'B', peer: 'limit 2 B', ratio: perSample / 2 });
  rmSync(dir, { recursive: true, force: true });
}
