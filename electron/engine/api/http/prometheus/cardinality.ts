// What the series in the store are made of, counted from their label sets.
import type { Labels } from '../../../../../shared/model/labels.ts';
import type { Cardinality, Count } from './status.ts';

const PAIR_SEPARATOR = '=';

/** The `limit` largest counts of each kind. */
export function cardinalityOf(series: readonly Labels[], limit: number): Cardinality {
  const byMetric = new Map<string, number>();
  const byPair = new Map<string, number>();
  const valuesOf = new Map<string, Set<string>>();
  for (const labels of series) {
    count(byMetric, labels.name);
    for (const [name, value] of labels.entries()) {
      count(byPair, name + PAIR_SEPARATOR + value);
      let values = valuesOf.get(name);
      if (values === undefined) valuesOf.set(name, (values = new Set()));
      values.add(value);
    }
  }
  return {
    series: series.length,
    labelPairs: byPair.size,
    seriesByMetric: largest(byMetric, limit),
    valuesByLabel: largest(new Map([...valuesOf].map(([name, values]) => [name, values.size])), limit),
    bytesByLabel: largest(new Map([...valuesOf].map(([name, values]) => [name, bytesOf(values)])), limit),
    seriesByPair: largest(byPair, limit),
  };
}

const bytesOf = (values: ReadonlySet<string>): number =>
  [...values].reduce((sum, value) => sum + Buffer.byteLength(value), 0);

const count = (counts: Map<string, number>, name: string): void => {
  counts.set(name, (counts.get(name) ?? 0) + 1);
};

const largest = (counts: ReadonlyMap<string, number>, limit: number): Count[] =>
  [...counts]
    .map(([name, value]) => ({ name, value }))
    .toSorted((a, b) => b.value - a.value)
    .slice(0, limit);
