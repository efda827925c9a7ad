// Query outcomes as the Explore screen shows them: bounded, with figures about the query itself.
import type { ExploredGraph, ExploredTable, ExploredValue, QueryStats } from '../../../../../shared/contract/index.ts';
import type { MatrixSeries, QueryOutcome, QueryValue } from '../../../promql/index.ts';
import { toGraph } from '../graph.ts';

/** The `limit` largest series, by what they sum up to, in the order of their labels. */
export function exploredGraph(
  outcome: QueryOutcome,
  grid: { readonly startMs: number; readonly endMs: number; readonly stepMs: number },
  limit: number,
  tookMs: number,
): ExploredGraph {
  const { value } = outcome;
  if (value.type !== 'matrix') throw new TypeError(`a range query answered with a ${value.type}`);
  const kept = { ...outcome, value: { ...value, series: largest(value.series, limit) } };
  return {
    ...toGraph(kept, grid.startMs, grid.endMs, grid.stepMs),
    stats: statsOf(outcome, value.series.length, tookMs),
  };
}

function largest(series: readonly MatrixSeries[], limit: number): readonly MatrixSeries[] {
  if (series.length <= limit) return series;
  const sizes = series.map(({ values }) => {
    let size = 0;
    for (const value of values) if (Number.isFinite(value)) size += Math.abs(value);
    return size;
  });
  const kept = new Set([...sizes.keys()].toSorted((a, b) => (sizes[b] ?? 0) - (sizes[a] ?? 0)).slice(0, limit));
  return series.filter((_, index) => kept.has(index));
}

export function exploredTable(outcome: QueryOutcome, limit: number, tookMs: number): ExploredTable {
  const { value, warnings, infos } = outcome;
  const total = rowCount(value);
  return {
    type: value.type,
    text: value.type === 'string' ? value.value : '',
    rows: rowsOf(value, limit),
    total,
    warnings: [...warnings],
    infos: [...infos],
    stats: statsOf(outcome, value.type === 'matrix' ? value.series.length : total, tookMs),
  };
}

const statsOf = (outcome: QueryOutcome, series: number, tookMs: number): QueryStats => ({
  series,
  samplesRead: outcome.samplesRead,
  tookMs,
});

function rowCount(value: QueryValue): number {
  switch (value.type) {
    case 'vector':
      return value.samples.length;
    case 'matrix':
      return value.series.reduce((sum, { values }) => sum + values.length, 0);
    case 'scalar':
      return 1;
    case 'string':
      return 0;
  }
}

function rowsOf(value: QueryValue, limit: number): ExploredTable['rows'] {
  switch (value.type) {
    case 'vector':
      return value.samples
        .slice(0, limit)
        .map((sample) => ({ labels: sample.labels.toRecord(), timeMs: sample.timeMs, value: sendable(sample.value) }));
    case 'scalar':
      return [{ labels: {}, timeMs: value.timeMs, value: sendable(value.value) }];
    case 'string':
      return [];
    case 'matrix': {
      const rows: ExploredTable['rows'] = [];
      for (const { labels, timestamps, values } of value.series) {
        const record = labels.toRecord();
        for (let i = 0; i < values.length && rows.length < limit; i++) {
          rows.push({ labels: record, timeMs: timestamps[i] ?? 0, value: sendable(values[i] ?? 0) });
        }
      }
      return rows;
    }
  }
}

/** JSON has no NaN and no infinities. */
function sendable(value: number): ExploredValue {
  if (Number.isFinite(value)) return value;
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}
