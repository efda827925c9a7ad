import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { MetricStoreFacade } from '../../../electron/engine/store/metrics/facade.ts';
import { openMetricStore } from '../../../electron/engine/store/metrics/index.ts';
import { Labels } from '../../../shared/model/labels.ts';

const dir = mkdtempSync(path.join(tmpdir(), 'linewarden-full-'));
const mounted = mount();

/** A file system of 12 MB, where we may mount one. */
function mount(): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=12m', 'tmpfs', dir], { stdio: 'ignore', timeout: 5_000 });
    return true;
  } catch {
    return false;
  }
}

afterAll(() => {
  if (mounted) execFileSync('umount', ['-l', dir], { timeout: 5_000 });
  rmSync(dir, { recursive: true, force: true });
});

test.skipIf(!mounted)(
  `a full disk pauses ingestion, loses nothing acknowledged, and space that comes back is used at once${mounted ? '' : ' (skipped: needs the right to mount a tmpfs)'}`,
  async () => {
    const start = Date.UTC(2026, 10, 18);
    const problems: (string | undefined)[] = [];
    const options = {
      dir,
      retention: { rawKeepMs: 30 * 86_400_000, tiers: [] },
      maxSeries: 10_000,
      now: () => start + 86_400_000,
    };
    const store = await openMetricStore({ ...options, onProblem: (problem) => problems.push(problem) });
    const refs = Uint32Array.from({ length: 200 }, (_, i) => store.ref(Labels.of('x', { i: String(i) })));
    const append = (k: number) =>
      store.append({ timestampMs: start + k * 1000, refs, values: Float64Array.from(refs, () => Math.sin(k)) });

    const stored: number[] = [];
    for (let k = 0; k < 50; k++) {
      await append(k);
      stored.push(k);
    }
    const { bavail, bsize } = statfsSync(dir);
    const ballast = path.join(dir, 'ballast');
    writeFileSync(ballast, Buffer.alloc(Math.max(0, bavail * bsize - 65_536), 1));

    let refused: unknown;
    let next = 50;
    while (refused === undefined && next < 5_000) {
      try {
        await append(next);
        stored.push(next);
      } catch (error) {
        refused = error;
      }
      next++;
    }
    expect(refused).toMatchObject({
      code: 'LW_STORE_WRITE_FAILED',
      message: expect.stringContaining('disk is full') as string,
    });
    expect(problems.at(-1)).toContain('The disk is full');
    await expect(append(next++)).rejects.toMatchObject({ code: 'LW_STORE_WRITE_FAILED' });

    rmSync(ballast);
    await expect.poll(() => problems.at(-1), { timeout: 20_000 }).toBeUndefined();
    next++;
    await append(next);
    stored.push(next);
    await store.close();

    const again = await openMetricStore(options);
    const { value } = await again.instant('x{i="7"}[1d]', start + 86_000_000);
    if (value.type !== 'matrix') throw new Error('no matrix');
    const times = Array.from(value.series[0]?.timestamps ?? [], (at) => (at - start) / 1000);
    expect(new Set(times).size).toBe(times.length);
    expect(stored.filter((k) => !times.includes(k))).toEqual([]);
    await again.close();
  },
);

/** Takes all that is left but some bytes; answers with how to give it back. */
function fill(leaveBytes: number): () => void {
  const { bavail, bsize } = statfsSync(dir);
  const ballast = path.join(dir, 'ballast');
  writeFileSync(ballast, Buffer.alloc(Math.max(0, bavail * bsize - leaveBytes), 1));
  return () => rmSync(ballast);
}

const DAY = 86_400_000;
const START = Date.UTC(2026, 10, 18);
const SKIPPED = mounted ? '' : ' (skipped: needs the right to mount a tmpfs)';

/** Two days of samples a minute apart: no day is merged yet, and the last hours are not sealed. */
async function twoDays(folder: string, problems: (string | undefined)[] = []) {
  const at = { nowMs: START };
  const options = {
    dir: path.join(dir, folder),
    retention: { rawKeepMs: 30 * DAY, tiers: [{ resolutionMs: 300_000, keepMs: 365 * DAY }] },
    maxSeries: 10_000,
    now: () => at.nowMs,
    onProblem: (problem: string | undefined) => problems.push(problem),
  };
  const store = await MetricStoreFacade.open({ ...options, upkeep: false });
  const refs = Uint32Array.from({ length: 20 }, (_, i) => store.ref(Labels.of('y', { i: String(i) })));
  const append = (minute: number) => {
    at.nowMs = START + minute * 60_000;
    return store.append({ timestampMs: at.nowMs, refs, values: Float64Array.from(refs, (ref) => ref + minute) });
  };
  for (let minute = 1; minute <= 2_880; minute++) await append(minute);
  at.nowMs = START + 2 * DAY + 3 * 3_600_000;
  await store.close();
  return options;
}

async function missingIn(store: MetricStoreFacade): Promise<number[]> {
  const { value } = await store.instant('y{i="7"}[2d]', START + 2 * DAY);
  if (value.type !== 'matrix') throw new Error('no matrix');
  const stored = new Map(Array.from(value.series[0]?.timestamps ?? [], (at, i) => [at, value.series[0]?.values[i]]));
  const minutes = Array.from({ length: 2_880 }, (_, i) => i + 1);
  return minutes.filter((minute) => stored.get(START + minute * 60_000) !== 7 + minute);
}

test.skipIf(!mounted)(
  `a disk that fills up while samples are sealed and days merged loses none${SKIPPED}`,
  async () => {
    const problems: (string | undefined)[] = [];
    const options = await twoDays('merging', problems);
    const store = await MetricStoreFacade.open(options);
    const free = fill(0);
    await store.sealAll();
    // The summaries need a file of their own, for which there is no room.
    await expect(store.runUpkeep()).rejects.toMatchObject({ code: 'LW_STORE_WRITE_FAILED' });
    expect(problems.join()).toContain('The disk is full');
    expect(await missingIn(store)).toEqual([]);
    free();
    await expect.poll(() => problems.at(-1), { timeout: 30_000 }).toBeUndefined();
    await store.sealAll();
    // A little room: enough for sealing, not for the day that is merged.
    const freeAgain = fill(32_768);
    await store.runUpkeep().catch(() => {});
    expect(await missingIn(store)).toEqual([]);
    freeAgain();
    await expect
      .poll(
        () =>
          store.runUpkeep().then(
            () => true,
            () => false,
          ),
        { timeout: 30_000 },
      )
      .toBe(true);
    expect(await missingIn(store)).toEqual([]);
    await store.close();
    const again = await MetricStoreFacade.open(options);
    expect(await missingIn(again)).toEqual([]);
    await again.close();
  },
  90_000,
);

test.skipIf(!mounted)(
  `a disk that is full at the start: what is stored is there, once there is room${SKIPPED}`,
  async () => {
    const options = await twoDays('start');
    const free = fill(0);
    await expect(MetricStoreFacade.open(options)).rejects.toMatchObject({
      code: 'LW_STORE_FAILED',
      message: expect.stringMatching(/The metric store in .* cannot be opened \(the disk is full\)/) as string,
    });
    free();
    const again = await MetricStoreFacade.open(options);
    expect(await missingIn(again)).toEqual([]);
    await again.close();
  },
  90_000,
);

test.skipIf(!mounted)(
  `a disk that fills up before anything of the history was looked at: what is stored is told all the same${SKIPPED}`,
  async () => {
    const options = await twoDays('told');
    const before = await MetricStoreFacade.open(options);
    await before.sealAll();
    await before.runUpkeep();
    await before.close();
    const store = await MetricStoreFacade.open({ ...options, upkeep: false });
    const free = fill(0);
    const { tiers } = await store.status();
    free();
    expect(tiers.map(({ resolutionMs, bytes }) => [resolutionMs, bytes > 0])).toEqual([
      [0, true],
      [300_000, true],
    ]);
    const { tiers: known } = await store.status();
    expect(known[1]).toMatchObject({ resolutionMs: 300_000, oldestMs: START });
    await store.close();
  },
  90_000,
);
