// Appends the load of a seed until it is killed. A line before each batch, "? <load> <step>", another one once it is
// acknowledged, "! <load> <step>"; the same with "x" for a deletion.
import { openSync, writeSync } from 'node:fs';
import { MetricStoreFacade } from '../../../electron/engine/store/metrics/facade.ts';
import { Labels } from '../../../shared/model/labels.ts';
import { deletedAt, loads, mix, RETENTION_MS, START, STEP_MS } from './crash-load.ts';

const [dir = '', log = '', seedText, firstText] = process.argv.slice(2);
const seed = Number(seedText);
const first = Number(firstText);
/** Steps under way at once. */
const IN_FLIGHT = 3;

/** A file: what was written there outlives the process. */
const file = openSync(log, 'a');
const say = (line: string): void => void writeSync(file, `${line}\n`);

let step = first;
let hasBegun = false;
const now = (): number => START + step * STEP_MS + 60_000;

const store = await MetricStoreFacade.open({
  dir,
  retention: { rawKeepMs: RETENTION_MS, tiers: [{ resolutionMs: 300_000, keepMs: 30 * 86_400_000 }] },
  maxSeries: 10_000,
  now,
});

async function send(load: string, at: number): Promise<void> {
  const { timeMs, samples } = loads[load]!(seed, at);
  if (samples.length === 0) return;
  say(`? ${load} ${at}`);
  const result = await store.append({
    timestampMs: timeMs,
    refs: Uint32Array.from(samples, ({ name, labels }) => store.ref(Labels.of(name, labels))),
    values: Float64Array.from(samples, ({ value }) => value ?? 0),
    timestampsMs: load === 'l' ? Float64Array.from(samples, (sample) => sample.timeMs) : undefined,
    stale: samples.some(({ value }) => value === undefined)
      ? Uint8Array.from(samples, ({ value }) => (value === undefined ? 1 : 0))
      : undefined,
  });
  if (result.appended !== samples.length) throw new Error(`${load} ${at}: ${JSON.stringify(result)}`);
  say(`! ${load} ${at}`);
  hasBegun ||= process.stdout.write('begun\n');
}

async function remove(era: number): Promise<void> {
  say(`? x ${era}`);
  const labels = [
    { name: '__name__', op: '=', value: 'crash_doomed' },
    { name: 'era', op: '=', value: String(era) },
  ] as const;
  await store.deleteSeries([labels], START, now());
  say(`! x ${era}`);
}

async function takeStep(at: number): Promise<void> {
  const era = deletedAt(at);
  await Promise.all([...Object.keys(loads).map((load) => send(load, at)), ...(era === undefined ? [] : [remove(era)])]);
}

const underWay = new Set<Promise<void>>();
const sealEvery = 20 + (mix(seed, 7, first) % 60);
let upkeep: Promise<void> | undefined;
for (; ; step++) {
  const taken = takeStep(step).finally(() => underWay.delete(taken));
  underWay.add(taken);
  if (underWay.size >= IN_FLIGHT) await Promise.race(underWay);
  if (step % sealEvery === 0) await store.sealAll();
  // Beside the appends: days are merged, deletions applied and old files removed.
  if (step % 97 === 0) upkeep ??= store.runUpkeep().finally(() => (upkeep = undefined));
}
