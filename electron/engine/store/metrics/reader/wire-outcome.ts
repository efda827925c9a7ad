// A query's outcome as flat columns that cross threads without a copy, and back.
import type { MatrixSeries, QueryOutcome, QueryValue } from '../../../promql/index.ts';
import { Labels } from '../../../../../shared/model/labels.ts';
import type { WireOutcome } from '../protocol.ts';

export function packOutcome(outcome: QueryOutcome): WireOutcome {
  const { value, warnings, infos, samplesRead } = outcome;
  return { ...packValue(value), warnings, infos, samplesRead };
}

type WireValue = Pick<WireOutcome, 'type' | 'text' | 'labels' | 'counts' | 'timestamps' | 'values'>;

function packValue(value: QueryValue): WireValue {
  const empty = {
    text: '',
    labels: [],
    counts: new Uint32Array(),
    timestamps: new Float64Array(),
    values: new Float64Array(),
  };
  switch (value.type) {
    case 'scalar':
      return {
        ...empty,
        type: 'scalar',
        timestamps: Float64Array.of(value.timeMs),
        values: Float64Array.of(value.value),
      };
    case 'string':
      return { ...empty, type: 'string', text: value.value, timestamps: Float64Array.of(value.timeMs) };
    case 'vector':
      return {
        ...empty,
        type: 'vector',
        labels: value.samples.map(({ labels }) => labels.flat),
        timestamps: Float64Array.from(value.samples, ({ timeMs }) => timeMs),
        values: Float64Array.from(value.samples, (sample) => sample.value),
      };
    case 'matrix':
      return { ...empty, type: 'matrix', ...packMatrix(value.series) };
  }
}

function packMatrix(series: readonly MatrixSeries[]): Omit<WireValue, 'type' | 'text'> {
  const counts = Uint32Array.from(series, ({ timestamps }) => timestamps.length);
  const points = counts.reduce((sum, count) => sum + count, 0);
  const timestamps = new Float64Array(points);
  const values = new Float64Array(points);
  let at = 0;
  for (const one of series) {
    timestamps.set(one.timestamps, at);
    values.set(one.values, at);
    at += one.timestamps.length;
  }
  return { labels: series.map(({ labels }) => labels.flat), counts, timestamps, values };
}

export function unpackOutcome(wire: WireOutcome): QueryOutcome {
  const { warnings, infos, samplesRead } = wire;
  return { value: unpackValue(wire), warnings, infos, samplesRead };
}

function unpackValue(wire: WireOutcome): QueryValue {
  const { timestamps, values } = wire;
  switch (wire.type) {
    case 'scalar':
      return { type: 'scalar', timeMs: timestamps[0] ?? 0, value: values[0] ?? 0 };
    case 'string':
      return { type: 'string', timeMs: timestamps[0] ?? 0, value: wire.text };
    case 'vector':
      return {
        type: 'vector',
        samples: wire.labels.map((flat, i) => ({
          labels: Labels.fromSortedFlat(flat),
          timeMs: timestamps[i] ?? 0,
          value: values[i] ?? 0,
        })),
      };
    case 'matrix': {
      let at = 0;
      const series = wire.labels.map((flat, i): MatrixSeries => {
        const end = at + (wire.counts[i] ?? 0);
        const one = {
          labels: Labels.fromSortedFlat(flat),
          timestamps: timestamps.subarray(at, end),
          values: values.subarray(at, end),
        };
        at = end;
        return one;
      });
      return { type: 'matrix', series };
    }
  }
}

/** The buffers to hand over instead of copying. */
export const transferOf = ({ counts, timestamps, values }: WireOutcome): ArrayBuffer[] => [
  counts.buffer,
  timestamps.buffer,
  values.buffer,
];
