// Errors as they arrive from a thread.
import { LinewardenError } from '../../../../shared/model/errors.ts';
import { QueryError, type QueryErrorType } from '../../promql/index.ts';
import type { WireError } from './protocol.ts';

const QUERY_TYPES: readonly string[] = ['bad_data', 'execution', 'canceled', 'timeout'] satisfies QueryErrorType[];

export function fromWire(wire: WireError): Error {
  if (wire.kind === 'query' && isQueryType(wire.type)) return new QueryError(wire.type, wire.reason, wire.position);
  if (wire.kind === 'linewarden') {
    return new LinewardenError(wire.code as `LW_${string}`, wire.message, { hint: wire.hint });
  }
  return new LinewardenError('LW_STORE_FAILED', `The metric store failed: ${wire.message}`);
}

const isQueryType = (type: string): type is QueryErrorType => QUERY_TYPES.includes(type);

/** `cause` is what the thread threw, when it said. */
export function threadDied(cause?: unknown): LinewardenError {
  const reason = cause instanceof Error ? `: ${cause.message}` : '';
  return new LinewardenError('LW_STORE_THREAD_DIED', `A thread of the metric store ended unexpectedly${reason}.`, {
    hint: 'It starts again by itself; what was acknowledged is kept.',
    cause,
  });
}

export function threadHangs(): LinewardenError {
  return new LinewardenError('LW_STORE_THREAD_HANGS', 'A thread of the metric store no longer answers and is ended.', {
    hint: 'It starts again by itself; what was acknowledged is kept. If it happens again, look whether the disk still answers.',
  });
}
