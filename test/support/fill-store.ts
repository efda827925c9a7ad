// Fills a data dir with days of samples, packed as the store packs them: node test/support/fill-store.ts DIR DAYS [KEEP]
// With KEEP, the samples of the last so many days alone are left, and 5-minute summaries of all.
import { MetricStoreFacade } from '../../electron/engine/store/metrics/facade.ts';
import { Labels } from '../../shared/model/labels.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Up to a while ago: what the engine collects itself comes after it. */
const GAP_MS = 3 * 3_600_000;

const [dir = '', days = '3', keep = '30'] = process.argv.slice(2);
const endMs = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS - GAP_MS;
let nowMs = endMs;

const kept = { rawKeepMs: 30 * DAY_MS, tiers: [{ resolutionMs: 300_000, keepMs: 365 * DAY_MS }] };
const store = await MetricStoreFacade.open({
  dir,
  retention: kept,
  maxSeries: 10_000,
  now: () => nowMs,
});
const series = [
  ...Array.from({ length: 5 }, (_, i) => Labels.of('left_over_total', { job: 'gone', shard: String(i) })),
  ...Array.from({ length: 20 }, (_, i) =>
    Labels.of('mktxp_interface_rx_byte_total', {
      routerboard_name: 'core',
      routerboard_address: '10.0.0.1',
      name: `ether${i + 1}`,
    }),
  ),
  ...Array.from({ length: 10 }, (_, i) => Labels.of('demo_requests_total', { job: 'demo', path: `/${i}` })),
];
const refs = Uint32Array.from(series, (labels) => store.ref(labels));
for (let timeMs = endMs - Number(days) * DAY_MS; timeMs <= endMs; timeMs += MINUTE_MS) {
  nowMs = timeMs;
  const minute = timeMs / MINUTE_MS;
  const values = Float64Array.from(refs, (_, i) => Math.floor(minute * (100 + i) + 40 * Math.sin(minute / (7 + i))));
  const appended = store.append({ timestampMs: timeMs, refs, values });
  // One commit takes many minutes.
  if (minute % 100 === 0 || timeMs === endMs) await appended;
}
await store.sealAll();
await store.runUpkeep();
await store.setRetention({ ...kept, rawKeepMs: Number(keep) * DAY_MS }, undefined);
await store.close();
