// The sentences of a check.
import type { Finding } from '../../../shared/contract/index.ts';
import { LinewardenError } from '../../../shared/model/errors.ts';
import { cleanText } from '../observations/index.ts';

/** Names that a router told are in it. */
const MAX_TEXT = 500;

const finding = (level: Finding['level'], text: string, hint: string): Finding => ({
  level,
  text: cleanText(text, MAX_TEXT),
  hint,
});

export const ok = (text: string): Finding => finding('ok', text, '');
export const note = (text: string, hint = ''): Finding => finding('note', text, hint);
export const warning = (text: string, hint = ''): Finding => finding('warning', text, hint);
export const failed = (text: string, hint = ''): Finding => finding('failed', text, hint);

/** An expected failure as a finding; anything else is thrown on. */
export function failureFinding(error: unknown): Finding {
  if (!(error instanceof LinewardenError)) throw error;
  return failed(error.message, error.hint);
}

export const isDone = (findings: readonly Finding[]): boolean => findings.every(({ level }) => level !== 'failed');
