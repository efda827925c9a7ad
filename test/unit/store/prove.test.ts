import path from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { BlockColumn } from '../../../electron/engine/store/metrics/codec/block-kinds.ts';
import { SummaryBlockEncoder } from '../../../electron/engine/store/metrics/codec/summary-block.ts';
import type { EncodedChunk, MemberSamples } from '../../../electron/engine/store/metrics/compact/chunk-codec.ts';
import { encodeSmall } from '../../../electron/engine/store/metrics/compact/chunk-codec.ts';
import { proveChunks, proveSummaries, UnfaithfulBody } from '../../../electron/engine/store/metrics/compact/prove.ts';
import type { Samples } from '../../../electron/engine/store/metrics/compact/samples.ts';
import { Tombstones } from '../../../electron/engine/store/metrics/compact/tombstones.ts';
import { Upkeep } from '../../../electron/engine/store/metrics/compact/upkeep.ts';
import { WeekFiles } from '../../../electron/engine/store/metrics/seal/week-files.ts';
import { evenBounds, summarise } from '../../../electron/engine/store/metrics/summary/index.ts';
import { TierFiles } from '../../../electron/engine/store/metrics/tiers/tier-files.ts';
import { DAY, HOUR, MINUTE, NOON, put, samplesOf, type Testbed, testbed } from './testbed.ts';

// A codec with a fault: in this process 666 is written as 667. The store's own threads have the real one.
vi.mock('../../../electron/engine/store/metrics/codec/day-block.ts', async (importOriginal) => {
  const original = await importOriginal<typeof import('../../../electron/engine/store/metrics/codec/day-block.ts')>();
  class FaultyEncoder extends original.DayBlockEncoder {
    override add(column: BlockColumn, times?: number): void {
      const values = column.values.map((value) => (value === 666 ? 667 : value));
      super.add({ ...column, values }, times);
    }
  }
  return { ...original, DayBlockEncoder: FaultyEncoder };
});

const MIDNIGHT = NOON - 12 * HOUR;
const THURSDAY = MIDNIGHT - DAY;

const samples = (values: readonly number[], staleAt?: number): Samples => ({
  timestamps: Float64Array.from(values, (_, i) => THURSDAY + (i + 1) * MINUTE),
  values: Float64Array.from(values),
  ...(staleAt === undefined ? {} : { stale: Uint8Array.from(values, (_, i) => (i === staleAt ? 1 : 0)) }),
});

function run(work: Generator<void>): void {
  while (work.next().done !== true);
}

const prove = (chunks: EncodedChunk[], columns: MemberSamples[]) => () => run(proveChunks(chunks, columns));

describe('an encoded chunk', () => {
  const made: MemberSamples[] = [
    { member: 0, samples: samples([1, -0, Number.NaN, 4]) },
    { member: 3, samples: samples([5, 0, 7], 1) },
  ];

  test('that reads as what it was made of passes, also in two pieces', () => {
    expect(prove([encodeSmall(made)], made)).not.toThrow();
    const parts = [encodeSmall([{ member: 0, samples: samples([1, 2]) }])];
    const rest = { timestamps: Float64Array.of(THURSDAY + 3 * MINUTE), values: Float64Array.of(3) };
    parts.push(encodeSmall([{ member: 0, samples: rest }]));
    expect(prove(parts, [{ member: 0, samples: samples([1, 2, 3]) }])).not.toThrow();
  });

  test.each<[string, MemberSamples[]]>([
    ['another value', [{ member: 0, samples: samples([1, -0, Number.NaN, 4.000001]) }, made[1]!]],
    ['another sign of zero', [{ member: 0, samples: samples([1, 0, Number.NaN, 4]) }, made[1]!]],
    ['no number in place of one', [{ member: 0, samples: samples([1, -0, 3, 4]) }, made[1]!]],
    ['one sample more', [{ member: 0, samples: samples([1, -0, Number.NaN]) }, made[1]!]],
    ['one sample less', [{ member: 0, samples: samples([1, -0, Number.NaN, 4, 5]) }, made[1]!]],
    ['another staleness marker', [made[0]!, { member: 3, samples: samples([5, 0, 7], 2) }]],
    ['no staleness marker', [made[0]!, { member: 3, samples: samples([5, 0, 7]) }]],
    ['a series more', [made[0]!]],
    ['a series less', [...made, { member: 4, samples: samples([1]) }]],
    [
      'another time',
      [{ member: 0, samples: { ...made[0]!.samples, timestamps: Float64Array.of(1, 2, 3, 4) } }, made[1]!],
    ],
  ])('that has %s does not', (_, columns) => {
    expect(prove([encodeSmall(made)], columns)).toThrow(UnfaithfulBody);
  });

  test('that cannot be opened does not', () => {
    const chunk = encodeSmall(made);
    const body = chunk.body.slice();
    body[body.length >> 1]! ^= 4;
    expect(prove([{ ...chunk, body }], made)).toThrow(UnfaithfulBody);
  });
});

describe('a row of summaries', () => {
  const bounds = evenBounds(THURSDAY, HOUR, 24);
  const bucketsOf = (one: MemberSamples) => summarise(one.samples, bounds);
  const column = { member: 2, samples: samples([5, 3, 9, Number.NaN, 1], 3) };
  const body = (leaveOutCounterSums = false): Uint8Array => {
    const encoder = new SummaryBlockEncoder(THURSDAY, { leaveOutCounterSums });
    encoder.add(2, summarise(column.samples, bounds));
    return encoder.finish();
  };
  const proveRow = (columns: MemberSamples[]) => () => run(proveSummaries(body(), THURSDAY, columns, bucketsOf));

  test('passes with what its samples come to', () => {
    expect(proveRow([column])).not.toThrow();
    expect(() => run(proveSummaries(body(true), THURSDAY, [column], bucketsOf))).not.toThrow();
  });

  test.each<[string, MemberSamples]>([
    ['sum', { member: 2, samples: samples([5, 3, 9, Number.NaN, 1.5], 3) }],
    ['minimum', { member: 2, samples: samples([5, 2, 10, Number.NaN, 1], 3) }],
    ['count', { member: 2, samples: samples([5, 3, 9, Number.NaN, 1, 0], 3) }],
    ['marker', { member: 2, samples: samples([5, 3, 9, 1, Number.NaN], 4) }],
    ['series', { member: 1, samples: column.samples }],
  ])('does not with another %s', (_, other) => {
    expect(proveRow([other])).toThrow(UnfaithfulBody);
  });
});

describe('a day that the codec has wrong', () => {
  let bed: Testbed;
  beforeEach(() => {
    bed = testbed();
  });
  afterEach(() => bed.end());

  test('stays as it was sealed, is told once and not tried again; another day is merged', async () => {
    const store = await bed.open();
    const wednesday = THURSDAY - DAY;
    for (let i = 1; i <= 10; i++) await put(store, 'a', wednesday + i * MINUTE, i);
    for (let i = 1; i <= 10; i++) await put(store, 'a', THURSDAY + i * MINUTE, 660 + i);
    await store.sealAll();
    await store.close();

    const notes: string[] = [];
    const dir = path.join(bed.dir, 'metrics');
    const db = new Database(path.join(dir, 'head.db'));
    const files = { onDamage: (aside: string) => void notes.push(aside), onRelease: () => {} };
    const weeks = new WeekFiles(dir, files);
    const tiers = new TierFiles(dir, files);
    const upkeep = new Upkeep({
      weeks,
      tiers,
      tombstones: new Tombstones(db),
      labelsOf: () => '{__name__="a"}',
      now: () => NOON,
      resolutionsMs: () => [HOUR],
      hasUnsealed: () => false,
      sealUpTo: () => true,
      onPurged: () => {},
      mayWrite: () => true,
      onRefused: (error) => {
        throw error;
      },
      onNote: (sentence) => notes.push(sentence),
    });
    const merged = (): unknown[] => {
      const week = new Database(path.join(dir, '2026-W47.db'), { readonly: true });
      const rows = week.prepare('SELECT merged FROM chunk ORDER BY start, id').pluck().all();
      week.close();
      return rows;
    };
    await upkeep.runAll();
    expect(merged()).toEqual([1, 0]);
    expect(notes).toHaveLength(1);
    expect(notes[0]).toContain('Samples of 2026-11-19 were not merged');
    expect(upkeep.isMerged(wednesday, THURSDAY)).toBe(true);
    expect(upkeep.isMerged(THURSDAY, MIDNIGHT)).toBe(false);
    // Neither by itself nor when a late sample comes.
    await upkeep.runAll();
    upkeep.sealed(THURSDAY + MINUTE);
    await upkeep.runAll();
    expect(merged()).toEqual([1, 0]);
    expect(notes).toHaveLength(1);
    expect(upkeep.status.daysToMerge).toBe(0);
    upkeep.close();
    weeks.close();
    tiers.close();
    db.close();

    const again = await bed.open();
    expect(await samplesOf(again, 'a', THURSDAY, MIDNIGHT)).toEqual(
      Array.from({ length: 10 }, (_, i) => [THURSDAY + (i + 1) * MINUTE, 661 + i]),
    );
  });
});
