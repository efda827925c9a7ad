// Label matchers as predicates. A label that is absent has the value ''.
import { QueryError } from './errors.ts';
import { compileRegexTest } from './regex.ts';
import type { LabelMatcher } from './storage.ts';

/** Throws QueryError('bad_data') where a pattern is not valid RE2. */
export function compileMatcher(matcher: LabelMatcher): (value: string) => boolean {
  const wanted = matcher.value;
  switch (matcher.op) {
    case '=':
      return (value) => value === wanted;
    case '!=':
      return (value) => value !== wanted;
    case '=~':
      return compilePattern(wanted);
    case '!~': {
      const test = compilePattern(wanted);
      return (value) => !test(value);
    }
  }
}

function compilePattern(pattern: string): (value: string) => boolean {
  try {
    return compileRegexTest(pattern);
  } catch (cause) {
    throw new QueryError('bad_data', `invalid regular expression "${pattern}": ${reasonOf(cause)}`);
  }
}

export function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

/** False for a matcher that only lets the empty value, or everything, through: a selector of those would match every series. */
export function demandsValue(matcher: LabelMatcher): boolean {
  return !compileMatcher(matcher)('');
}
