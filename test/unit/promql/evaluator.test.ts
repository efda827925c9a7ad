import { describe, expect, it } from 'vitest';
import { createEvaluator } from '../../../electron/engine/promql/index.ts';
import { MemoryStorage } from '../../promqltest/memory-storage.ts';

/** Two counters of one job, sampled every 15 s from t=0, rising by 1 and by 2 a second. */
function twoCounters(): MemoryStorage {
  const storage = new MemoryStorage();
  for (const [instance, perSecond] of [
    ['a', 1],
    ['b', 2],
  ] as const) {
    const samples = Array.from({ length: 41 }, (_, i) => ({ timeMs: i * 15_000, value: i * 15 * perSecond }));
    storage.append({ __name__: 'octets_total', instance, job: 'router' }, samples);
  }
  return storage;
}

describe('a dashboard query', () => {
  const evaluator = createEvaluator({ storage: twoCounters() });

  it('sums rates by a label over a range', () => {
    const { value } = evaluator.range('sum by (job) (rate(octets_total[1m]))', 120_000, 240_000, 60_000);
    if (value.type !== 'matrix') throw new Error('not a matrix');
    expect(value.series.map((one) => one.labels.toRecord())).toEqual([{ job: 'router' }]);
    expect([...(value.series[0]?.timestamps ?? [])]).toEqual([120_000, 180_000, 240_000]);
    for (const rate of value.series[0]?.values ?? []) expect(rate).toBeCloseTo(3, 12);
    expect(value.series[0]?.values).toHaveLength(3);
  });

  it('keeps the series of topk with its labels, and its value', () => {
    const { value } = evaluator.instant('topk(1, octets_total)', 600_000);
    if (value.type !== 'vector') throw new Error('not a vector');
    expect(value.samples.map(({ labels, value: v }) => [labels.toRecord(), v])).toEqual([
      [{ __name__: 'octets_total', instance: 'b', job: 'router' }, 1_200],
    ]);
  });
});
