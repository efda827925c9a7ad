// Errors as they leave a thread: an Error loses its class and its own fields when it is cloned.
import { LinewardenError } from '../../../../shared/model/errors.ts';
import type { QueryError } from '../../promql/index.ts';
import type { WireError } from './protocol.ts';

export function toWire(error: unknown): WireError {
  const message = error instanceof Error ? error.message : String(error);
  const base = { code: '', type: '', message, hint: '', reason: message, position: undefined };
  if (!(error instanceof LinewardenError)) return { ...base, kind: 'other' };
  const { code, hint } = error;
  if (!isQueryError(error)) return { ...base, kind: 'linewarden', code, hint };
  const { type, reason, position } = error;
  return { ...base, kind: 'query', code, hint, type, reason, position };
}

/** By name: the class would bring the whole query language into the writer thread. */
const isQueryError = (error: LinewardenError): error is QueryError => error.name === 'QueryError';

export const storeClosed = (): LinewardenError => new LinewardenError('LW_STORE_CLOSED', 'The metric store is closed.');
