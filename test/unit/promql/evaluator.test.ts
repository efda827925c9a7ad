import { describe, expect, it } from 'vitest';
import { createEvaluator } from '../../../electron/engine/promql/index.ts';
import { MemoryStorage } from '../../../electron/engine/promql/testing/index.ts';

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

  it('leaves out the steps without a value, at the ends and between', () => {
    const storage = new MemoryStorage();
    const samples = [60_000, 120_000, 600_000, 660_000].map((timeMs) => ({ timeMs, value: timeMs / 60_000 }));
    storage.append({ __name__: 'gapped' }, samples);
    const { value } = createEvaluator({ storage, lookbackMs: 60_000 }).range('gapped', 0, 780_000, 60_000);
    if (value.type !== 'matrix') throw new Error('not a matrix');
    expect([...(value.series[0]?.timestamps ?? [])]).toEqual([60_000, 120_000, 600_000, 660_000]);
    expect([...(value.series[0]?.values ?? [])]).toEqual([1, 2, 10, 11]);
  });

  it('leaves out the steps before the first value and after the last', () => {
    const { value } = evaluator.range('rate(octets_total{instance="b"}[1m])', 0, 720_000, 60_000);
    if (value.type !== 'matrix') throw new Error('not a matrix');
    const minutes = Array.from(value.series[0]?.timestamps ?? [], (timeMs) => timeMs / 60_000);
    expect(minutes).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(value.series[0]?.values).toHaveLength(10);
  });

  it('says of a query asked before what it said then, and of a wrong one again what is wrong', () => {
    for (const _ of [1, 2]) {
      const { value } = evaluator.instant('octets_total{instance="a"} * 2', 600_000);
      expect(value.type === 'vector' && value.samples.map((sample) => sample.value)).toEqual([1_200]);
      expect(() => evaluator.instant('octets_total{', 600_000)).toThrow('unexpected end of input inside braces');
    }
  });
});
