// The envelope and the value encoding of Prometheus's HTTP API.
import type { QueryValue } from '../../../promql/index.ts';
import { QueryError, formatValue } from '../../../promql/index.ts';

export type ErrorType = 'bad_data' | 'execution' | 'canceled' | 'timeout' | 'internal' | 'not_found' | 'unavailable';

const STATUS: Readonly<Record<ErrorType, number>> = {
  bad_data: 400,
  execution: 422,
  canceled: 499,
  timeout: 503,
  internal: 500,
  not_found: 404,
  unavailable: 500,
};

export class ApiError extends Error {
  readonly type: ErrorType;

  constructor(type: ErrorType, message: string) {
    super(message);
    this.name = 'ApiError';
    this.type = type;
  }
}

export type Failure = {
  readonly status: number;
  readonly body: { status: 'error'; errorType: ErrorType; error: string };
};

/** The answer for an expected failure; undefined for anything unexpected. */
export function failureOf(error: unknown): Failure | undefined {
  if (!(error instanceof ApiError) && !(error instanceof QueryError)) return undefined;
  // A query that does not parse is a bad parameter; clients show this text.
  const prefix = error instanceof QueryError && error.type === 'bad_data' ? 'invalid parameter "query": ' : '';
  return {
    status: STATUS[error.type],
    body: { status: 'error', errorType: error.type, error: prefix + error.message },
  };
}

export type Notes = { readonly warnings?: readonly string[]; readonly infos?: readonly string[] };

export const success = (data: unknown, notes: Notes = {}): object => ({
  status: 'success',
  data,
  ...(notes.warnings?.length ? { warnings: notes.warnings } : {}),
  ...(notes.infos?.length ? { infos: notes.infos } : {}),
});

type Point = [seconds: number, value: string];

const point = (timeMs: number, value: number): Point => [timeMs / 1000, formatValue(value)];

/** `data` of a query: {resultType, result}; `limit` > 0 keeps that many series. */
export function encodeQueryValue(value: QueryValue, limit: number): { data: object; truncated: boolean } {
  const cut = <T>(series: readonly T[]): readonly T[] => (limit > 0 ? series.slice(0, limit) : series);
  switch (value.type) {
    case 'scalar':
      return { data: { resultType: 'scalar', result: point(value.timeMs, value.value) }, truncated: false };
    case 'string':
      return { data: { resultType: 'string', result: [value.timeMs / 1000, value.value] }, truncated: false };
    case 'vector': {
      const result = cut(value.samples).map((sample) => ({
        metric: sample.labels.toRecord(),
        value: point(sample.timeMs, sample.value),
      }));
      return { data: { resultType: 'vector', result }, truncated: result.length < value.samples.length };
    }
    case 'matrix': {
      const result = cut(value.series).map((series) => ({
        metric: series.labels.toRecord(),
        values: Array.from(series.timestamps, (timeMs, i) => point(timeMs, series.values[i] ?? Number.NaN)),
      }));
      return { data: { resultType: 'matrix', result }, truncated: result.length < value.series.length };
    }
  }
}
