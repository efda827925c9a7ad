// What a deletion must say before anything is hidden.
import { LinewardenError } from '../../../../shared/model/errors.ts';
import { compileMatcher } from '../../promql/index.ts';
import type { Selectors } from './protocol.ts';

/** Throws LW_STORE_BAD_DELETION, or a QueryError for a bad pattern. */
export function checkDeletion(selectors: Selectors, startMs: number, endMs: number): void {
  // A selector that the empty value satisfies is true for nearly every series: nobody means that.
  const isBounded = selectors.every((matchers) => matchers.some((matcher) => !compileMatcher(matcher)('')));
  if (selectors.length === 0 || !isBounded) {
    throw new LinewardenError(
      'LW_STORE_BAD_DELETION',
      'A deletion needs selectors, each with a matcher that the empty value does not satisfy.',
    );
  }
  if (startMs <= endMs) return;
  throw new LinewardenError('LW_STORE_BAD_DELETION', 'A deletion needs a start that is not after its end.');
}
