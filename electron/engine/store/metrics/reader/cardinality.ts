// What the known series are made of: the largest metrics, labels and pairs, counted from the index.
import type { Cardinality, Count } from '../types.ts';
import type { LabelTable } from './label-table.ts';

/** The `limit` largest counts of each kind. */
export function cardinalityOf(table: LabelTable, series: number, limit: number): Cardinality {
  const byMetric = new Largest(limit);
  const byPair = new Largest(limit);
  const valuesByLabel = new Largest(limit);
  const bytesByLabel = new Largest(limit);
  let labelPairs = 0;
  for (const name of table.names()) {
    const values = table.valuesOf(name);
    let bytes = 0;
    for (const [value, pair] of values) {
      const count = table.count(pair);
      bytes += Buffer.byteLength(value);
      if (name === '__name__') byMetric.offer(count, () => value);
      byPair.offer(count, () => `${name}=${value}`);
    }
    labelPairs += values.size;
    valuesByLabel.offer(values.size, () => name);
    bytesByLabel.offer(bytes, () => name);
  }
  return {
    series,
    labelPairs,
    seriesByMetric: byMetric.list(),
    valuesByLabel: valuesByLabel.list(),
    bytesByLabel: bytesByLabel.list(),
    seriesByPair: byPair.list(),
  };
}

/** Keeps the largest of many counts without keeping all. */
class Largest {
  readonly #limit: number;
  #counts: Count[] = [];
  /** What a count must exceed to be among them. */
  #least = -1;

  constructor(limit: number) {
    this.#limit = limit;
  }

  offer(value: number, name: () => string): void {
    if (value <= this.#least || this.#limit === 0) return;
    this.#counts.push({ name: name(), value });
    if (this.#counts.length >= 2 * this.#limit) this.#cut();
  }

  list(): readonly Count[] {
    this.#cut();
    return this.#counts;
  }

  #cut(): void {
    this.#counts = this.#counts.toSorted((a, b) => b.value - a.value).slice(0, this.#limit);
    if (this.#counts.length === this.#limit) this.#least = this.#counts.at(-1)?.value ?? -1;
  }
}
