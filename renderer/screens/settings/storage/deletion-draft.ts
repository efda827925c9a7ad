// What a deletion's form means: its time range, and the word that confirms it.
import type { Deletion, DeletionTarget } from '../../../../shared/contract/index.ts';
import { failureOf } from '../../../app/data/failure.ts';

/** Local times as the form's fields give them; one of them may be open. null where both are, or the end is not after the start. */
export function rangeOf(from: string, to: string): Pick<Deletion, 'startMs' | 'endMs'> | null {
  const startMs = from === '' ? undefined : Date.parse(from);
  const endMs = to === '' ? undefined : Date.parse(to);
  // Whoever wants a range and names none must not lose everything.
  if (startMs === undefined && endMs === undefined) return null;
  if (Number.isNaN(startMs ?? 0) || Number.isNaN(endMs ?? 0)) return null;
  if (startMs !== undefined && endMs !== undefined && endMs <= startMs) return null;
  return { ...(startMs === undefined ? {} : { startMs }), ...(endMs === undefined ? {} : { endMs }) };
}

/** The thing's own name; of a selector, which may be long, a plain word. */
export const confirmationFor = (target: DeletionTarget, name: string): string =>
  target.kind === 'selector' ? 'delete' : name;

/** Why nothing can be shown; what is wrong with a selector with its place in words, as Explore tells it. */
export function problemWords(error: unknown): string {
  const { message, hint } = failureOf(error);
  const [, line, column, what] = /^(\d+):(\d+): parse error: (.+)$/s.exec(message) ?? [];
  const place = column === undefined ? '' : `${line === '1' ? 'Column' : `Line ${line}, column`} ${column}: `;
  const text = what ?? message;
  const sentence = `${place}${text.charAt(0).toUpperCase()}${text.slice(1)}`;
  return `${/[.!?]$/.test(sentence) ? sentence : `${sentence}.`} ${hint}`.trim();
}
