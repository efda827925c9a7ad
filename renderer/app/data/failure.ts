// An error of a call as two sentences for the operator: what failed and what to try.
import { ORPCError } from '@orpc/client';

export type Failure = { readonly message: string; readonly hint: string; readonly code: string };

const HINTS: Readonly<Record<string, string>> = {
  ENGINE_GONE: 'The window reconnects by itself.',
  ENGINE_SLOW: 'The engine may be busy. Try a shorter time range.',
  NOT_FOUND: 'It may have been removed.',
};

export function failureOf(error: unknown): Failure {
  if (error instanceof ORPCError) {
    const data: unknown = error.data;
    const record = typeof data === 'object' && data !== null ? (data as Record<string, unknown>) : {};
    const hint = typeof record['hint'] === 'string' ? record['hint'] : (HINTS[error.code] ?? '');
    const code = typeof record['code'] === 'string' ? record['code'] : error.code;
    return { message: error.message, hint, code };
  }
  return { message: error instanceof Error ? error.message : 'Something failed.', hint: '', code: '' };
}
