// A metric store in a folder of its own with a clock that the test moves.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type FacadeOptions, MetricStoreFacade } from '../../../electron/engine/store/metrics/facade.ts';
import type { AppendResult } from '../../../electron/engine/store/metrics/index.ts';
import { Labels } from '../../../shared/model/labels.ts';

/** Friday, 20 November 2026, 12:00 UTC: in the middle of 2026-W47. */
export const NOON = Date.UTC(2026, 10, 20, 12);
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export type Testbed = {
  readonly dir: string;
  readonly problems: (string | undefined)[];
  /** Whether nothing is stored, by the last problem told. */
  isPaused: boolean;
  now: number;
  open(options?: Partial<FacadeOptions>): Promise<MetricStoreFacade>;
  end(): Promise<void>;
};

export function testbed(): Testbed {
  const dir = mkdtempSync(path.join(tmpdir(), 'linewarden-store-'));
  const stores: MetricStoreFacade[] = [];
  const problems: (string | undefined)[] = [];
  const bed: Testbed = {
    dir,
    problems,
    isPaused: false,
    now: NOON,
    open: async (options) => {
      const store = await MetricStoreFacade.open({
        dir,
        retention: { rawKeepMs: 30 * DAY, tiers: [] },
        maxSeries: 10_000,
        now: () => bed.now,
        onProblem: (problem, isPaused) => {
          problems.push(problem);
          bed.isPaused = isPaused;
        },
        ...options,
      });
      stores.push(store);
      return store;
    },
    end: async () => {
      for (const store of stores) await store.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
  return bed;
}

/** Appends one sample of one series. */
export function put(
  store: MetricStoreFacade,
  name: string,
  timeMs: number,
  value: number | 'stale',
): Promise<AppendResult> {
  const stale = value === 'stale';
  return store.append({
    timestampMs: timeMs,
    refs: Uint32Array.of(store.ref(Labels.of(name))),
    values: Float64Array.of(stale ? 0 : value),
    stale: stale ? Uint8Array.of(1) : undefined,
  });
}

/** All samples of a metric of one series in (from, to], as [time, value] pairs. */
export async function samplesOf(
  store: MetricStoreFacade,
  selector: string,
  fromMs: number,
  toMs: number,
): Promise<[number, number][]> {
  const { value } = await store.instant(`${selector}[${toMs - fromMs}ms]`, toMs);
  if (value.type !== 'matrix') throw new Error(`a range selector gave a ${value.type}`);
  if (value.series.length > 1) throw new Error('more than one series');
  const series = value.series[0];
  return series === undefined ? [] : Array.from(series.timestamps, (at, i) => [at, series.values[i] ?? Number.NaN]);
}

export const accepted = (appended: number): AppendResult => ({ appended, duplicates: 0, outOfOrder: 0, overLimit: 0 });
