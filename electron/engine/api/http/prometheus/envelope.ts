// The envelope of Prometheus's HTTP API.
import { QueryError } from '../../../promql/index.ts';

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

/** The warning of an answer that a `limit` cut. */
export const TRUNCATED = 'results truncated due to limit';

export type Notes = { readonly warnings?: readonly string[]; readonly infos?: readonly string[] };

export const success = (data: unknown, notes: Notes = {}): object => ({
  status: 'success',
  data,
  ...(notes.warnings?.length ? { warnings: notes.warnings } : {}),
  ...(notes.infos?.length ? { infos: notes.infos } : {}),
});
