// The sentences of a check.
import type { Finding } from '../../../shared/contract/index.ts';
import { LinewardenError } from '../../../shared/model/errors.ts';

export const ok = (text: string): Finding => ({ level: 'ok', text, hint: '' });
export const note = (text: string, hint = ''): Finding => ({ level: 'note', text, hint });
export const warning = (text: string, hint = ''): Finding => ({ level: 'warning', text, hint });
export const failed = (text: string, hint = ''): Finding => ({ level: 'failed', text, hint });

/** An expected failure as a finding; anything else is thrown on. */
export function failureFinding(error: unknown): Finding {
  if (!(error instanceof LinewardenError)) throw error;
  return failed(error.message, error.hint);
}

export const isDone = (findings: readonly Finding[]): boolean => findings.every(({ level }) => level !== 'failed');
