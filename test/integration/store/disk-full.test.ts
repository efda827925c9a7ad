import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openMetricStore } from '../../../electron/engine/store/metrics/index.ts';
import { Labels } from '../../../shared/model/labels.ts';

const dir = mkdtempSync(path.join(tmpdir(), 'linewarden-full-'));
const mounted = mount();

/** A file system of 4 MB, where we may mount one. */
function mount(): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', dir], { stdio: 'ignore', timeout: 5_000 });
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
    const options = { dir, retention: { rawKeepMs: 30 * 86_400_000, tiers: [] }, maxSeries: 10_000, now: () => start + 86_400_000 };
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
