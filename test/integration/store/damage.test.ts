import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MetricStoreFacade } from '../../../electron/engine/store/metrics/facade.ts';
import { Labels } from '../../../shared/model/labels.ts';
import { mix } from './crash-load.ts';

const ROUNDS = Number(process.env['LINEWARDEN_DAMAGE_ROUNDS'] ?? 4);
/** Fixed, so that a change that has nothing to do with it does not fail here; look for more with other seeds. */
const SEED = Number(process.env['LINEWARDEN_DAMAGE_SEED'] ?? 588_277);
const DAY = 86_400_000;
const MINUTE = 60_000;
/** Sunday, 22 November 2026, 12:00 UTC: the data spans two weeks. */
const START = Date.UTC(2026, 10, 22, 12);
const STEPS = 1_400;
const END = START + STEPS * 2 * MINUTE;
const SERIES = 12;
/** Where the one week ends and the next begins. */
const MONDAY = Date.UTC(2026, 10, 23);
/** The times that are in week files. */
const SEALED = Array.from({ length: STEPS - 60 }, (_, step) => START + step * 2 * MINUTE);

let dir: string;
const open = (folder: string, nowMs: number, problems: (string | undefined)[] = []): Promise<MetricStoreFacade> =>
  MetricStoreFacade.open({
    dir: folder,
    retention: { rawKeepMs: 30 * DAY, tiers: [{ resolutionMs: 5 * MINUTE, keepMs: 365 * DAY }] },
    maxSeries: 1_000,
    now: () => nowMs,
    onProblem: (problem) => problems.push(problem),
  });

const valueAt = (i: number, step: number): number => step * 100 + i + (i % 3 === 0 ? 0.123 : 0);

/** A store with merged days, small chunks, summaries and samples that are in the wal only. */
beforeAll(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'linewarden-damage-'));
  const store = await open(path.join(dir, 'whole'), END);
  const refs = Uint32Array.from({ length: SERIES }, (_, i) => store.ref(Labels.of('x', { i: String(i) })));
  for (let step = 0; step < STEPS; step++) {
    const values = Float64Array.from(refs, (_, i) => valueAt(i, step));
    await store.append({ timestampMs: START + step * 2 * MINUTE, refs, values });
    if (step === STEPS - 60) await store.sealAll();
    if (step === STEPS - 60) await store.runUpkeep();
  }
  await store.close();
}, 60_000);
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** Between one byte and a whole page, changed at random. */
function damage(file: string, round: number): string {
  const bytes = readFileSync(file);
  const kind = mix(SEED, 1, round) % 4;
  const at = mix(SEED, 2, round) % bytes.length;
  if (kind === 0) bytes[at] = (bytes[at] ?? 0) ^ (1 << (mix(SEED, 3, round) % 8));
  else if (kind === 1)
    for (let k = 0; k < 64; k++) bytes[mix(SEED, 4, round, k) % bytes.length] = mix(SEED, 5, round, k);
  else if (kind === 2) bytes.fill(0, at, Math.min(at + 4_096, bytes.length));
  writeFileSync(file, kind === 3 ? bytes.subarray(0, at) : bytes);
  return ['a bit flipped', '64 bytes changed', 'a page of zeros', 'cut short'][kind] ?? '';
}

const names = ['head.db', '2026-W47.db', '2026-W48.db', '2026-11.5m.db'];
const cases = names.flatMap((name) => Array.from({ length: ROUNDS }, (_, round) => ({ name, round })));

test.each(cases)(
  `$name damaged at random ($round, seed ${SEED}): it opens, answers and stores`,
  async ({ name, round }) => {
    const folder = path.join(dir, `${name}-${round}`);
    cpSync(path.join(dir, 'whole'), folder, { recursive: true });
    const how = damage(path.join(folder, 'metrics', name), round * 10 + names.indexOf(name));
    const problems: (string | undefined)[] = [];
    const told = (): string => `${how}: ${problems.join(' ')}`;
    for (let run = 0; run < 2; run++) {
      const nowMs = END + DAY + run * MINUTE;
      const store = await open(folder, nowMs, problems);
      for (const query of ['x[30d]', 'count_over_time(x[5m])', 'sum(rate(x[1h]))', 'x']) {
        if (query !== 'x[30d]') await store.range(query, START, END, 5 * MINUTE);
        else await store.instant(query, nowMs);
      }
      await store.series([], START, END, 1_000);
      const fresh = store.ref(Labels.of('after', { run: String(run) }));
      const late = store.ref(Labels.of('x', { i: '3' }));
      await store.append({ timestampMs: nowMs, refs: Uint32Array.of(fresh, late), values: Float64Array.of(1, 2) });
      await store.sealAll();
      await store.runUpkeep();
      await store.applyRetention();
      const { value } = await store.instant(`after{run="${run}"}`, nowMs);
      expect([told(), value]).toMatchObject([told(), { samples: [{ value: 1 }] }]);
      expect([told(), (await store.status()).problem?.includes('nothing is stored') ?? false]).toEqual([told(), false]);
      await store.close();
    }
    // What is whole is still there: damage to one file costs no other.
    const store = await open(folder, END + 2 * DAY);
    const [fromMs, toMs] = name === '2026-W47.db' ? [MONDAY, END] : [START - MINUTE, MONDAY];
    const { value } = await store.instant(`x{i="1"}[${toMs - fromMs}ms]`, toMs);
    const stored = value.type === 'matrix' ? Array.from(value.series[0]?.timestamps ?? []) : [];
    const lost = SEALED.filter((at) => at > fromMs && at <= toMs && !stored.includes(at));
    await store.close();
    expect([told(), name === 'head.db' ? [] : lost]).toEqual([told(), []]);
    expect(readdirSync(path.join(folder, 'metrics'))).toContain('head.db');
    rmSync(folder, { recursive: true, force: true });
  },
  60_000,
);
