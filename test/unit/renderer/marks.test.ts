import { describe, expect, test } from 'vitest';
import type { Alert } from '../../../shared/contract/index.ts';
import { marksOf } from '../../../renderer/app/data/marks.ts';
import { marksAt, marksWithin } from '../../../renderer/charts/overlay.ts';
import type { ChartMark } from '../../../renderer/charts/overlay.ts';
import { summaryOf } from '../../../renderer/charts/summary.ts';
import { hostCpu, hostFilesystems, hostMemory } from '../../../renderer/panels/host.ts';
import { routerCpu, routerMemory } from '../../../renderer/panels/router.ts';

const alert = (rest: Partial<Alert>): Alert => ({
  fingerprint: 'f',
  state: 'firing',
  name: 'CpuHigh',
  labels: {},
  annotations: { summary: 'core: CPU at 93 %' },
  value: 93,
  activeAtMs: 1_000,
  firedAtMs: 2_000,
  resolvedAtMs: null,
  expr: '',
  deviceId: 'core',
  ...rest,
});

describe('the alerts of a device on the time axis', () => {
  test('from when one fired until it was resolved, the oldest first', () => {
    expect(
      marksOf(
        [
          alert({ fingerprint: 'b', firedAtMs: 5_000 }),
          alert({ fingerprint: 'a', firedAtMs: 2_000, resolvedAtMs: 3_000, annotations: {} }),
        ],
        'core',
      ),
    ).toEqual([
      { id: 'a 2000', fromMs: 2_000, toMs: 3_000, words: 'CpuHigh' },
      { id: 'b 5000', fromMs: 5_000, toMs: null, words: 'core: CPU at 93 %' },
    ]);
  });

  test('not those of others, and not those that are only pending', () => {
    expect(marksOf([alert({ deviceId: 'other' }), alert({ state: 'pending', firedAtMs: null })], 'core')).toEqual([]);
  });
});

const mark = (id: string, fromMs: number, toMs: number | null): ChartMark => ({ id, fromMs, toMs, words: id });
const marks = [mark('past', 1_000, 2_000), mark('lasting', 5_000, null)];

test('a moment finds the marks that it lies in, with a little room', () => {
  expect(marksAt(marks, 2_100, 200).map(({ id }) => id)).toEqual(['past']);
  expect(marksAt(marks, 3_000, 200)).toEqual([]);
  expect(marksAt(marks, 90_000, 200).map(({ id }) => id)).toEqual(['lasting']);
});

test('a range finds the marks that touch it', () => {
  expect(marksWithin(marks, 1_500, 4_000).map(({ id }) => id)).toEqual(['past']);
  expect(marksWithin(marks, 2_001, 9_000).map(({ id }) => id)).toEqual(['lasting']);
});

const at = (minutes: number) => new Date(2026, 10, 20, 14, minutes).getTime();

test('a graph reads out its figures and the alerts in its time', () => {
  const data = {
    startMs: at(0),
    stepMs: 60_000,
    steps: 2,
    series: [{ id: ':load', name: 'CPU load', direction: null, other: false, values: [40, 12] }],
    sides: { in: 'in', out: 'out' },
    notes: [],
  };
  const picture = { data, fromMs: at(0), toMs: at(30) };
  expect(
    summaryOf('CPU load', picture, [mark('CPU at 93 %', at(2), at(10)), mark('later', at(31), null)], 'percent'),
  ).toBe('CPU load: CPU load now 12.0\u00a0%, highest 40.0\u00a0%. Alert: CPU at 93 %, 14:02 – 14:10.');
});

describe('thresholds stand where the shipped rules fire', () => {
  const total = [{ id: ':total', name: 'total', direction: null, other: true, values: [null, 8_000, 4_000, null] }];

  test('CPU above 90 %, of routers and hosts', () => {
    for (const panel of [hostCpu(''), routerCpu('')]) {
      expect(panel.threshold?.rule).toBe('CpuHigh');
      expect(panel.threshold?.at([])).toBe(90);
    }
  });

  test('a filesystem that is 90 % full', () => {
    expect(hostFilesystems('').threshold?.rule).toBe('DiskNearlyFull');
    expect(hostFilesystems('').threshold?.at([])).toBe(90);
  });

  test('memory: nine tenths of what there is now; nothing where that is not shown', () => {
    for (const panel of [hostMemory(''), routerMemory('')]) {
      expect(panel.threshold?.rule).toBe('MemoryLow');
      expect(panel.threshold?.at(total)).toBe(3_600);
      expect(panel.threshold?.at([])).toBeNull();
    }
  });
});
