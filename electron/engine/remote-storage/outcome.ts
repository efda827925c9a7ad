// A cluster's answer as the outcome of a query, and an outcome as the JSON that Prometheus's API answers with.
import { Buffer } from 'node:buffer';
import { Labels } from '../../../shared/model/labels.ts';
import { formatValue, type QueryOutcome, type QueryValue } from '../promql/index.ts';
import type { JsonAnswer } from '../store/metrics/index.ts';
import type { RemoteData } from './client.ts';
import { type ExternalLabels, stripped } from './external-labels.ts';

const TRUNCATED = 'results truncated due to limit';

const VALUES: Readonly<Record<string, number>> = { '+Inf': Infinity, '-Inf': -Infinity };
const valueOf = (text: string): number => VALUES[text] ?? Number(text);
const msOf = (seconds: number): number => Math.round(seconds * 1_000);

export function valueOfData(data: RemoteData, strips: ExternalLabels): QueryValue {
  switch (data.resultType) {
    case 'scalar':
      return { type: 'scalar', timeMs: msOf(data.result[0]), value: valueOf(data.result[1]) };
    case 'string':
      return { type: 'string', timeMs: msOf(data.result[0]), value: data.result[1] };
    case 'vector':
      return {
        type: 'vector',
        samples: data.result.map(({ metric, value: [seconds, text] }) => ({
          labels: stripped(metric, strips),
          timeMs: msOf(seconds),
          value: valueOf(text),
        })),
      };
    case 'matrix':
      return {
        type: 'matrix',
        series: data.result
          .map(({ metric, values }) => ({
            labels: stripped(metric, strips),
            timestamps: Float64Array.from(values, ([seconds]) => msOf(seconds)),
            values: Float64Array.from(values, ([, text]) => valueOf(text)),
          }))
          .toSorted((a, b) => Labels.compare(a.labels, b.labels)),
      };
  }
}

/** As one piece: what a cluster answers is bounded. */
export function jsonOf({ value, warnings, infos }: QueryOutcome, limit: number): JsonAnswer {
  const { resultType, result, isCut } = resultOf(value, limit);
  const told = isCut ? [...warnings, TRUNCATED] : warnings;
  const body = {
    status: 'success',
    data: { resultType, result },
    ...(told.length > 0 && { warnings: told }),
    ...(infos.length > 0 && { infos }),
  };
  return { first: Buffer.from(JSON.stringify(body), 'utf8'), rest: undefined };
}

const pointOf = (timeMs: number, value: number): [number, string] => [timeMs / 1_000, formatValue(value)];

function resultOf(value: QueryValue, limit: number): { resultType: string; result: unknown; isCut: boolean } {
  const cut = <T>(all: readonly T[]): readonly T[] => (limit > 0 ? all.slice(0, limit) : all);
  const isOver = (count: number): boolean => limit > 0 && count > limit;
  switch (value.type) {
    case 'scalar':
      return { resultType: 'scalar', result: pointOf(value.timeMs, value.value), isCut: false };
    case 'string':
      return { resultType: 'string', result: [value.timeMs / 1_000, value.value], isCut: false };
    case 'vector':
      return {
        resultType: 'vector',
        result: cut(value.samples).map((sample) => ({
          metric: sample.labels.toRecord(),
          value: pointOf(sample.timeMs, sample.value),
        })),
        isCut: isOver(value.samples.length),
      };
    case 'matrix':
      return {
        resultType: 'matrix',
        result: cut(value.series).map(({ labels, timestamps, values }) => ({
          metric: labels.toRecord(),
          values: Array.from(timestamps, (atMs, i) => pointOf(atMs, values[i]!)),
        })),
        isCut: isOver(value.series.length),
      };
  }
}
