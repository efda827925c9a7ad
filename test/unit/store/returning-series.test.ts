import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { weekName } from '../../../electron/engine/store/metrics/week.ts';
import { WeekFile } from '../../../electron/engine/store/metrics/seal/week-file.ts';
import { MetricWriter, type WriterEvents } from '../../../electron/engine/store/metrics/writer/metric-writer.ts';
import type { AppendResult } from '../../../electron/engine/store/metrics/index.ts';
import { DAY, HOUR, MINUTE, NOON, type Testbed, testbed } from './testbed.ts';

let bed: Testbed;
const writers: MetricWriter[] = [];
beforeEach(() => {
  bed = testbed();
});
afterEach(async () => {
  vi.restoreAllMocks();
  for (const writer of writers.splice(0)) writer.close();
  await bed.end();
});

const WEEK = 7 * DAY;

function openWriter(): MetricWriter {
  const writer = new MetricWriter(
    {
      dir: bed.dir,
      maxSeries: 1000,
      retention: { rawKeepMs: 100 * DAY, tiers: [] },
      maxBytes: undefined,
      upkeep: false,
      nowMs: NOON,
      monotonicMs: 0,
    },
    new Proxy({} as WriterEvents, { get: () => () => {} }),
  );
  writers.push(writer);
  return writer;
}

const refs = new Map<string, number>();
/** One sample of each series at one time, of value 1 where none is given. */
function append(writer: MetricWriter, names: readonly string[], timestampMs: number, value = 1): Promise<AppendResult> {
  for (const name of names) if (!refs.has(name)) refs.set(name, refs.size);
  writer.define(names.map((name) => ({ ref: refs.get(name)!, labelsKey: `["__name__","${name}"]` })));
  const batch = {
    timestampMs,
    refs: Uint32Array.from(names, (name) => refs.get(name)!),
    values: new Float64Array(names.length).fill(value),
  };
  return writer.append(batch, { nowMs: NOON, monotonicMs: 0 });
}

const TARGET = Array.from({ length: 40 }, (_, i) => `target${i}`);

/** A target that was last seen five weeks ago, and a series with a sample in each week since; a new start after. */
async function targetOfFiveWeeksAgo(): Promise<MetricWriter> {
  const before = openWriter();
  await append(before, TARGET, NOON - 5 * WEEK);
  for (let week = 5; week >= 0; week--) await append(before, ['steady'], NOON - week * WEEK);
  before.sealAll();
  before.close();
  return openWriter();
}

/** The weeks whose files are opened from now on. */
function opened(): string[] {
  const names: string[] = [];
  const open = WeekFile.openForWriting.bind(WeekFile);
  vi.spyOn(WeekFile, 'openForWriting').mockImplementation((path, onUpgraded) => {
    names.push(path.slice(-'2026-W47.db'.length, -'.db'.length));
    return open(path, onUpgraded);
  });
  return names;
}

describe('a target that comes back after weeks', () => {
  test('is stored without a look into the weeks before', async () => {
    const writer = await targetOfFiveWeeksAgo();
    const names = opened();
    expect(await append(writer, TARGET, NOON)).toMatchObject({ appended: 40 });
    expect(names).toEqual(['2026-W47']);
  });

  test('with samples of a month ago opens each week since once for all its series', async () => {
    const writer = await targetOfFiveWeeksAgo();
    const names = opened();
    expect(await append(writer, TARGET, NOON - 4 * WEEK)).toMatchObject({ appended: 40 });
    expect(names).toEqual([0, 1, 2, 3, 4].map((week) => weekName(Date.UTC(2026, 10, 16) - week * WEEK)));
  });

  test('finds the same sample again, refuses another at its time and what is too old', async () => {
    const writer = await targetOfFiveWeeksAgo();
    const last = NOON - 5 * WEEK;
    expect(await append(writer, TARGET, last)).toMatchObject({ duplicates: 40, appended: 0 });
    expect(await append(writer, TARGET, last, 2)).toMatchObject({ outOfOrder: 40, appended: 0 });
    expect(await append(writer, TARGET, last - HOUR - 1)).toMatchObject({ outOfOrder: 40, appended: 0 });
    expect(await append(writer, TARGET, last - HOUR)).toMatchObject({ appended: 40 });
    expect(await append(writer, ['steady'], NOON - WEEK)).toMatchObject({ outOfOrder: 1, appended: 0 });
  });

  test('is judged by its last sample, also when it is not the first to be asked about', async () => {
    const writer = await targetOfFiveWeeksAgo();
    expect(await append(writer, TARGET, NOON - 4 * WEEK)).toMatchObject({ appended: 40 });
    expect(await append(writer, TARGET, NOON - 4 * WEEK - HOUR - 1)).toMatchObject({ outOfOrder: 40 });
    expect(await append(writer, TARGET, NOON)).toMatchObject({ appended: 40 });
    expect(await append(writer, TARGET, NOON - 4 * WEEK)).toMatchObject({ outOfOrder: 40 });
  });

  test('is judged likewise after a start that finds late samples in the wal', async () => {
    const before = openWriter();
    await append(before, ['x'], NOON - 10 * MINUTE);
    before.sealAll();
    await append(before, ['x'], NOON - 30 * MINUTE);
    before.close();
    const writer = openWriter();
    expect(await append(writer, ['x'], NOON - 10 * MINUTE)).toMatchObject({ duplicates: 1 });
    expect(await append(writer, ['x'], NOON - 80 * MINUTE)).toMatchObject({ outOfOrder: 1 });
    expect(await append(writer, ['x'], NOON - 70 * MINUTE)).toMatchObject({ appended: 1 });
  });
});
