// Appends under load until it is killed, and prints each batch once it is acknowledged: "<batch> <time>".
import { MetricStoreFacade } from '../../../electron/engine/store/metrics/facade.ts';
import { Labels } from '../../../shared/model/labels.ts';

const [dir = '', first = '0', startMs = '0'] = process.argv.slice(2);
const SERIES = 40;

const store = await MetricStoreFacade.open({
  dir,
  retention: { rawKeepMs: 365 * 86_400_000, tiers: [] },
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

// Several wait for the same commit; chunks are sealed after each 120, and now and then the wal is trimmed as well.
for (let round = 0; ; round++) {
  await Promise.all(Array.from({ length: 5 }, send));
  if (round % 37 === 36) await store.sealAll();
}
