// A program for the bench: fills a store with samples that are not sealed yet, says so, and waits to be killed.
import { openMetricStore } from '../../electron/engine/store/metrics/index.ts';
import { Labels } from '../../shared/model/labels.ts';

const [dir = '', series = '26000', rounds = '100'] = process.argv.slice(2);
const STEP_MS = 15_000;
const YEAR_MS = 365 * 86_400_000;

const store = await openMetricStore({
  dir,
  retention: { rawKeepMs: YEAR_MS, tiers: [] },
  maxSeries: 1_000_000,
});
const refs = Uint32Array.from({ length: Number(series) }, (_, i) =>
  store.ref(Labels.of('bench_octets_total', { device: `r${i % 100}`, item: String(Math.floor(i / 100)) })),
);
const values = new Float64Array(refs.length);
const startMs = Date.now() - Number(rounds) * STEP_MS;
for (let round = 0; round < Number(rounds); round++) {
  for (let i = 0; i < values.length; i++) values[i] = values[i]! + ((i * 7919 + round * 104_729) % 100_003);
  await store.append({ timestampMs: startMs + round * STEP_MS, refs, values: values.slice() });
}
const { headSamples } = await store.status();
process.stdout.write(`${headSamples}\n`);
setInterval(() => {}, 1_000);
