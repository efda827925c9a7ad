// A query's answer as the window draws it: one column of values a series, null where a step has none.
import type { Graph, Vector } from '../../../../shared/contract/index.ts';
import { QueryError } from '../../promql/index.ts';
import type { QueryOutcome } from '../../promql/index.ts';

/** Steps of all series together: no screen shows more, and a column has a place for each step, however few its samples are. */
const MAX_CELLS = 4_000_000;

/** Throws QueryError for what is too large to be drawn. */
export function toGraph(outcome: QueryOutcome, startMs: number, endMs: number, stepMs: number): Graph {
  const steps = Math.max(0, Math.floor((endMs - startMs) / stepMs)) + 1;
  const { value, warnings, infos } = outcome;
  if (value.type !== 'matrix') throw new TypeError(`a range query answered with a ${value.type}`);
  if (value.series.length * steps > MAX_CELLS) {
    throw new QueryError('execution', `${value.series.length} series are too many for a graph of ${steps} points`);
  }
  const series = value.series.map(({ labels, timestamps, values }) => {
    const column: (number | null)[] = Array.from({ length: steps }, () => null);
    timestamps.forEach((timeMs, i) => {
      const step = Math.round((timeMs - startMs) / stepMs);
      const sample = values[i];
      // NaN and infinities cannot be drawn (and JSON cannot carry them): they are gaps.
      if (step >= 0 && step < steps && sample !== undefined && Number.isFinite(sample)) column[step] = sample;
    });
    return { labels: labels.toRecord(), values: column };
  });
  return { startMs, stepMs, steps, series, warnings: [...warnings], infos: [...infos] };
}

export function toVector(outcome: QueryOutcome): Vector {
  const { value, warnings, infos } = outcome;
  const notes = { warnings: [...warnings], infos: [...infos] };
  if (value.type === 'scalar') {
    return { samples: finite([{ labels: {}, timeMs: value.timeMs, value: value.value }]), ...notes };
  }
  if (value.type !== 'vector') return { samples: [], ...notes };
  const samples = value.samples.map((sample) => ({ ...sample, labels: sample.labels.toRecord() }));
  return { samples: finite(samples), ...notes };
}

const finite = (samples: Vector['samples']): Vector['samples'] => samples.filter(({ value }) => Number.isFinite(value));
