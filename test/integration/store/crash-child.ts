// Appends under load until it is killed, and prints each batch once it is acknowledged: "<batch> <time>".
import { openMetricStore } from '../../../electron/engine/store/metrics/index.ts';
import { Labels } from '../../../shared/model/labels.ts';

const [dir = '', first = '0', startMs = '0'] = process.argv.slice(2);
const SERIES = 40;

const store = await openMetricStore({
  dir,
  retentionMs: 365 * 86_400_000,
  maxSeries: 1_000,
  now: () => Number(startMs) + 1e9,
});
const refs = Uint32Array.from({ length: SERIES }, (_, i) => store.ref(Labels.of('crash_total', { i: String(i) })));
process.stdout.write('ready\n');

let batch = Number(first);
async function send(): Promise<void> {
  const number = batch++;
  // 15 s apart, so that weeks are crossed too; the value says which batch it was.
  const timestampMs = Number(startMs) + number * 15_000;
  const result = await store.append({
    timestampMs,
    refs,
    values: Float64Array.from(refs, (_, i) => number * 1000 + i),
  });
  if (result.appended === SERIES) process.stdout.write(`${number}\n`);
}

// Several wait for the same commit; sealing runs all the time, after each 120.
for (;;) await Promise.all(Array.from({ length: 5 }, send));
