// Matchers as predicates: the fast paths must agree with the regex engine.
import * as fc from 'fast-check';
import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import { compileMatcher, QueryError, type MatchOp } from '../../../electron/engine/promql/index.ts';

/** Whether the value matches, or that the pattern is refused. */
function test(op: MatchOp, pattern: string, value: string): boolean | 'refused' {
  try {
    return compileMatcher({ name: 'l', op, value: pattern })(value);
  } catch (error) {
    if (error instanceof QueryError) return 'refused';
    throw error;
  }
}

function testByRe2(pattern: string, value: string): boolean | 'refused' {
  try {
    // By itself first: the group around it would balance "a)(b".
    RE2JS.compile(pattern);
    return RE2JS.compile(`^(?s:${pattern})$`).matches(value);
  } catch {
    return 'refused';
  }
}

describe('compileMatcher', () => {
  it.each([
    ['=', 'a', 'a', true],
    ['=', '', '', true],
    ['!=', 'a', '', true],
    ['=~', 'a|b', 'b', true],
    ['=~', 'a|b', 'ab', false],
    ['=~', '(?:a|b)', 'b', true],
    ['=~', 'eth.*', 'eth0', true],
    ['=~', 'eth.+', 'eth', false],
    ['=~', '.+eth.+', 'eth-eth-eth', true],
    ['=~', '.+eth.+', 'xeth', false],
    ['=~', '.*', '', true],
    ['=~', '.+', '', false],
    ['=~', 'a.c', 'a\nc', true],
    ['=~', '(?i)ETH', 'eth', true],
    ['=~', 'a)|(b', 'b', 'refused'],
    ['!~', 'a.*', 'b', true],
    ['!~', 'a.*', 'ab', false],
    ['!~', '', 'x', true],
  ] as const)('%s %j on %j', (op, pattern, value, wanted) => {
    expect(test(op, pattern, value)).toBe(wanted);
  });

  it('agrees with RE2 on every pattern that takes a fast path', () => {
    const pieces = fc.constantFrom('a', 'b', 'ab', '.*', '.+', '|', '(', ')', '(?:', '\n', '-');
    const value = fc.array(fc.constantFrom('a', 'b', '\n', '-', '\u{1F600}'), { maxLength: 6 }).map((p) => p.join(''));
    const pattern = fc.array(pieces, { maxLength: 5 }).map((p) => p.join(''));
    fc.assert(
      fc.property(pattern, value, (p, v) => {
        expect(test('=~', p, v)).toBe(testByRe2(p, v));
      }),
      { numRuns: 3_000 },
    );
  });

  it('a pattern that makes backtracking engines hang is answered', () => {
    expect(test('=~', '(a+)+b', 'a'.repeat(5_000))).toBe(false);
  });
});
