// The start after an unclean end: what of the wal is brought back, and what is asked of the files for it.
import { expect, it } from 'vitest';
import { Head } from '../../../electron/engine/store/metrics/head/head.ts';
import type { WeekFiles } from '../../../electron/engine/store/metrics/seal/week-files.ts';
import type { HeadFile } from '../../../electron/engine/store/metrics/wal/head-file.ts';
import { encodeIds, encodeWalRow } from '../../../electron/engine/store/metrics/wal/row.ts';
import { replayWal } from '../../../electron/engine/store/metrics/writer/replay.ts';

const START = Date.UTC(2026, 10, 18);
const ROWS = 50;

it('skips what a week holds without looking for it in the files, row by row', () => {
  const asked: number[] = [];
  const head = new Head(
    {
      lastTimes: (from) => {
        asked.push(...from.keys());
        return new Map();
      },
      sampleAt: () => undefined,
    },
    { maxSeries: 10 },
  );
  const rows = Array.from({ length: ROWS }, (_, i) => ({
    seq: i + 1,
    time: START + i * 1_000,
    body: encodeWalRow(encodeIds(Float64Array.of(1, 2), 2), Float64Array.of(i, -i), undefined, undefined),
  }));
  const file = { walBounds: () => ({ first: 1, last: ROWS }), walRows: () => rows } as unknown as HeadFile;
  // Series 1 is in its week's file whole, series 2 not at all.
  const weeks = { sealedSeqs: () => new Map([[1, ROWS]]) } as unknown as WeekFiles;
  expect(replayWal(file, head, weeks, 0)).toBe(0);
  expect(head.samples).toBe(ROWS);
  expect(asked).toEqual([2]);
});
