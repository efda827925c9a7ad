// The one error a query can fail with; its type is Prometheus's errorType.
import { LinewardenError } from '../../../shared/model/errors.ts';

/** bad_data: the query is wrong; execution: it failed while running; canceled / timeout: it was stopped. */
export type QueryErrorType = 'bad_data' | 'execution' | 'canceled' | 'timeout';

/** Where in the query text, offset from 0 in UTF-16 units, line and column from 1. */
export type QueryPosition = { readonly offset: number; readonly line: number; readonly column: number };

const CODES = {
  bad_data: 'LW_QUERY_BAD_DATA',
  execution: 'LW_QUERY_EXECUTION',
  canceled: 'LW_QUERY_CANCELED',
  timeout: 'LW_QUERY_TIMEOUT',
} as const;

export class QueryError extends LinewardenError {
  readonly type: QueryErrorType;
  /** Only for errors of the query's text. */
  readonly position: QueryPosition | undefined;
  /** The message without its position. */
  readonly reason: string;

  constructor(type: QueryErrorType, reason: string, position?: QueryPosition) {
    super(CODES[type], position === undefined ? reason : `${position.line}:${position.column}: parse error: ${reason}`);
    this.name = 'QueryError';
    this.type = type;
    this.reason = reason;
    this.position = position;
  }
}

/** The line and column of an offset; offsets past the end mean the end. */
export function positionAt(text: string, offset: number): QueryPosition {
  let line = 1;
  let lineStart = 0;
  const end = Math.min(offset, text.length);
  for (let newline = text.indexOf('\n'); newline >= 0 && newline < end; newline = text.indexOf('\n', newline + 1)) {
    line++;
    lineStart = newline + 1;
  }
  return { offset: end, line, column: end - lineStart + 1 };
}

export function parseError(text: string, offset: number, reason: string): QueryError {
  return new QueryError('bad_data', reason, positionAt(text, offset));
}

export function tooManySamples(): QueryError {
  return executionError('query processing would load too many samples into memory in query execution');
}

export function executionError(reason: string): QueryError {
  return new QueryError('execution', reason);
}
