// Why a query has no answer, and what to try.
import { ORPCError } from '@orpc/client';
import { failureOf } from '../../app/data/failure.ts';

export type Problem = { readonly message: string; readonly hint: string };

const LESS = 'Try a shorter time range, larger steps, or a query that selects fewer series.';

export function problemOf(error: unknown): Problem {
  const { message, hint } = failureOf(error);
  if (!(error instanceof ORPCError) || error.code !== 'QUERY_FAILED') return { message, hint };
  const data: unknown = error.data;
  const type = typeof data === 'object' && data !== null && 'type' in data ? data.type : '';
  if (type === 'timeout') return { message: 'The query took longer than 30 seconds and was stopped.', hint: LESS };
  if (type === 'canceled') return { message: 'The query was cancelled.', hint: '' };
  if (/too many samples/.test(message))
    return { message: 'The query would read more samples than the engine holds.', hint: LESS };
  if (/are too many for a graph/.test(message)) return { message: `${message}.`, hint: LESS };
  const text = capital(message).replaceAll(/;(?=\S)/g, '; ');
  return { message: /[.?)]$/.test(text) ? text : `${text}.`, hint: '' };
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** "PromQL warning: ..." is a warning to whoever sees it marked as one. */
export const noteText = (note: string): string => capital(note.replace(/^PromQL (?:warning|info): /, ''));
