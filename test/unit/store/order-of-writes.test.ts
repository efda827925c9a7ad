import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Tombstones } from '../../../electron/engine/store/metrics/compact/tombstones.ts';
import { WeekFiles } from '../../../electron/engine/store/metrics/seal/week-files.ts';
import { TierFiles } from '../../../electron/engine/store/metrics/tiers/tier-files.ts';
import { MetricWriter, type WriterEvents } from '../../../electron/engine/store/metrics/writer/metric-writer.ts';
import { DAY, HOUR, NOON, type Testbed, testbed } from './testbed.ts';

const NOW = { nowMs: NOON, monotonicMs: 0 };
const YESTERDAY = NOON - DAY;

let bed: Testbed;
let writer: MetricWriter;
beforeEach(() => {
  bed = testbed();
  writer = new MetricWriter(
    {
      dir: bed.dir,
      maxSeries: 10,
      retention: { rawKeepMs: 30 * DAY, tiers: [{ resolutionMs: HOUR, keepMs: 365 * DAY }] },
      maxBytes: undefined,
      upkeep: true,
      ...NOW,
    },
    new Proxy({} as WriterEvents, { get: () => () => {} }),
  );
});
afterEach(async () => {
  vi.restoreAllMocks();
  writer.close();
  await bed.end();
});

/** A sample of the series with this number, sealed. */
async function seal(series: number, timestampMs: number): Promise<void> {
  writer.define([{ ref: series, labelsKey: `["__name__","x${series}"]` }]);
  const batch = { timestampMs, refs: Uint32Array.of(series), values: Float64Array.of(1) };
  expect(await writer.append(batch, NOW)).toMatchObject({ appended: 1 });
  writer.sealAll();
}

/** The names of what is called from now on, in order. */
function calls(): string[] {
  const told: string[] = [];
  const listen = <Name extends string>(
    on: Record<Name, (...args: never[]) => unknown>,
    name: Name,
    as: string,
  ): void => {
    const original = on[name];
    vi.spyOn(on as Record<string, (...args: never[]) => unknown>, name).mockImplementation(function call(
      this: unknown,
      ...args
    ) {
      told.push(as);
      return Reflect.apply(original, this, args);
    });
  };
  listen(TierFiles.prototype, 'put', 'summaries in');
  listen(TierFiles.prototype, 'sync', 'summaries on the disk');
  listen(WeekFiles.prototype, 'sync', 'chunks on the disk');
  listen(WeekFiles.prototype, 'amend', 'chunks out');
  listen(Tombstones.prototype, 'remove', 'deletion out');
  return told;
}

describe('what a power cut must not separate', () => {
  test('summaries of a series that comes late to a summarised day are on the disk before its chunks go', async () => {
    await seal(0, YESTERDAY);
    await writer.runUpkeep(NOW);
    await seal(1, YESTERDAY);
    const told = calls();
    await writer.runUpkeep(NOW);
    expect(told).toEqual(['summaries in', 'summaries on the disk', 'chunks out']);
  });

  test('files without deleted samples are on the disk before the deletion goes', async () => {
    await seal(0, YESTERDAY);
    await writer.runUpkeep(NOW);
    await writer.deleteSeries(Float64Array.of(1), 0, NOON, NOON);
    const told = calls();
    await writer.runUpkeep(NOW);
    expect(told.slice(-3)).toEqual(['chunks on the disk', 'summaries on the disk', 'deletion out']);
    expect(told.slice(0, -3)).toContain('chunks out');
  });
});
